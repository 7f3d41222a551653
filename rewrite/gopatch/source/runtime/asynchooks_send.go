//go:build ignore

// This file is added to package runtime of an instrumented build. It holds the
// beginning and the end of a send: its events, and what it carries.

package runtime

import (
	"unsafe"
)

// asyncSendInit makes the resource of the send at pc, and tells the hooks, before
// it begins.
func asyncSendInit(pc uintptr) {
	gp := getg()
	a := &gp.async
	if a.sendAs != nil || asyncQuiet(gp) {
		return
	}
	e := asyncEvents
	res := asyncNew((*_type)(e.Resource))
	r := (*asyncResource)(res)
	r.trigger = a.current()
	r.id = asyncNewID(gp, r.trigger)
	r.pc, r.depth = pc, uint8(a.Depth)
	r.frame = a.share()
	e.SendInit(res)
	a.hooked = res // last: a hook may have sent something itself
}

// asyncNew is newobject for a small type with pointers. It takes the allocation
// function for that size, which newobject does from Go 1.27 on, and where the same
// conditions hold.
func asyncNew(typ *_type) unsafe.Pointer {
	if GOOS == "plan9" || asanenabled || raceenabled || msanenabled || valgrindenabled {
		return mallocgc(typ.Size_, typ, true)
	}
	return mallocScanTable[typ.Size_](typ.Size_, typ, true)
}

// asyncSent is the end of a send that completed and that hooks were told of.
func asyncSent() {
	a := &getg().async
	res := a.hooked
	a.hooked = nil
	if asyncActive != 0 {
		asyncEvents.SendDone(res)
	}
}

// asyncNotSent is the end of a send that did not happen.
func asyncNotSent() {
	a := &getg().async
	if a.sends {
		a.taken()
	}
	if res := a.hooked; res != nil {
		a.hooked = nil
		if asyncActive != 0 {
			asyncEvents.SendFailed(res)
		}
	}
}

// taken notes that what the send in progress carries has gone where it belongs.
func (a *AsyncG) taken() {
	a.sends = false
	if a.sending.Ref != nil {
		a.sending.Ref = nil
	}
	if a.sending.Resource != nil {
		a.sending.Resource = nil
	}
}

// asyncSending prepares what the send in progress carries. A send that carries
// nothing needs that too, where others on the channel do not.
func (a *AsyncG) asyncSending() (carries bool) {
	s := &a.sending
	switch t := a.sendAs; {
	case t != nil:
		s.put(t.frame, t.trigger, asyncTick+t.kind)
		s.ID, s.Resource = t.id, t.resource
	case a.hooked != nil:
		s.put(a.hooked, 0, AsyncHooked)
	case asyncOwed != 0:
		s.put(a.share(), a.current(), asyncSend)
	case a.Frame != nil:
		s.put(a.share(), 0, asyncSend)
	default:
		s.put(nil, 0, asyncNothing)
	}
	a.sends = true
	return s.Kind != asyncNothing
}

// asyncSendLocked is the beginning of a send on c, which is locked. If a.sends is
// not set when it returns, there is nothing more to do: the value is sure to be
// buffered, and carries what those before it do, or nothing is carried at all.
func asyncSendLocked(c *hchan) {
	a := &getg().async
	q := c.async
	switch {
	case q == nil || c.qcount >= c.dataqsiz || c.recvq.first != nil || c.closed != 0 || a.sendAs != nil:
	case a.hooked != nil:
		if q.pushHooked(a.hooked, c.qcount) {
			return
		}
	case q.alike:
		trigger, kind := uint64(0), uint8(asyncSend)
		if asyncOwed != 0 {
			trigger = a.current()
		} else if a.Frame == nil {
			kind = asyncNothing
		}
		if q.join(a.Frame, trigger, kind, c.qcount) {
			a.Shares++
			return
		}
	}
	asyncSendSlow(c, a)
}

func asyncSendSlow(c *hchan, a *AsyncG) {
	carries := a.asyncSending()
	if !carries && c.async == nil {
		a.sends = false
		return
	}
	for {
		switch {
		case c.asyncLacksRoom(carries):
			asyncMakeRoom(c)
		case c.dataqsiz > 0 && a.sending.Kind == AsyncHooked && c.async.lost == nil:
			unlock(&c.lock)
			asyncWatch(c)
			lock(&c.lock)
		default:
			return
		}
	}
}

// asyncSelectLock locks the channels of a select statement at pc for its first
// pass. It reports whether a hook is enabled.
func asyncSelectLock(scases []scase, lockorder []uint16, nsends int, pc uintptr) (active bool) {
	if active = asyncActive != 0; active {
		asyncReceiving()
		if nsends > 0 && asyncSends != 0 {
			asyncSendInit(pc)
		}
	}
again:
	sellock(scases, lockorder)
	if nsends == 0 || asyncUsed == nil {
		return active
	}
	a := &getg().async
	carries := a.asyncSending()
	for _, i := range lockorder {
		c := scases[i].c
		if int(i) >= nsends {
			continue
		}
		if c.asyncLacksRoom(carries) {
			selunlock(scases, lockorder)
			next := asyncNewQueue(c)
			lock(&c.lock)
			c.asyncInstall(next)
			unlock(&c.lock)
			goto again
		}
		if c.dataqsiz > 0 && a.sending.Kind == AsyncHooked && c.async.lost == nil {
			selunlock(scases, lockorder)
			asyncWatch(c)
			goto again
		}
	}
	return active
}
