//go:build ignore

// This file is added to package runtime of an instrumented build. It makes each
// value that crosses a channel carry the scope of its sender, under the
// channel's own lock.
//
// A value that is handed to a waiting receiver, or taken from a waiting sender,
// passes its slot from one goroutine's state to the other's. A value that is
// buffered passes it through a queue beside the buffer, which exists only once a
// sender had something to carry: a channel that no scope ever went through has
// none.

package runtime

import (
	"internal/goarch"
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

// asyncMakeRoom gives c, which is locked, a larger queue. Others may use it
// meanwhile.
func asyncMakeRoom(c *hchan) {
	unlock(&c.lock)
	next := asyncNewQueue(c)
	lock(&c.lock)
	c.asyncInstall(next)
}

// asyncWatch sees to it that the messages in the queue of c, which is not
// locked, end with the channel.
func asyncWatch(c *hchan) {
	lost := new(asyncLost)
	for {
		lost.messages = make([]asyncMessage, len(c.async.slots)) // a guess
		lock(&c.lock)
		q := c.async
		if q.lost == nil && len(q.slots) != len(lost.messages) {
			unlock(&c.lock)
			continue
		}
		mine := q.lost == nil
		if mine {
			q.lost = lost
		}
		unlock(&c.lock)
		if mine {
			asyncEvents.Watch(unsafe.Pointer(c), unsafe.Pointer(lost))
		}
		return
	}
}

// AsyncChanLost is the end of a channel that was watched.
func AsyncChanLost(lost unsafe.Pointer) {
	for _, m := range (*asyncLost)(lost).messages {
		if m.id != 0 && asyncActive != 0 {
			asyncEvents.SendLost(m.id, m.pc, uint32(m.depth))
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

// asyncLacksRoom reports whether the slot of a sender that comes now might find
// no place in the queue of c, which is locked: no memory may be allocated then.
// A sender of a full channel waits and joins the queue later, as others may
// before it, so that there must be a place for each element.
func (c *hchan) asyncLacksRoom(carries bool) bool {
	q := c.async
	if c.dataqsiz == 0 || q == nil {
		return c.dataqsiz > 0 && carries
	}
	used := q.used(c.qcount)
	switch {
	case !carries && used == 0:
		return false
	case c.qcount < c.dataqsiz:
		return used >= uint(len(q.slots))
	}
	return uint(len(q.slots)) < c.dataqsiz
}

// asyncNewQueue makes a larger queue for c, which is not locked: what it reads
// is a guess that asyncLacksRoom confirms.
func asyncNewQueue(c *hchan) *asyncQueue {
	q := c.async
	need := uint(4)
	if q != nil {
		need = max(2*uint(len(q.slots)), q.used(c.qcount)+1)
	}
	if c.qcount == c.dataqsiz || need > c.dataqsiz {
		need = c.dataqsiz
	}
	size := uint(1)
	for size < need {
		size *= 2
	}
	next := &asyncQueue{slots: make([]AsyncSlot, size), alike: true}
	if q != nil && q.lost != nil {
		next.lost = &asyncLost{make([]asyncMessage, size)}
	}
	if q == nil && spanOf(uintptr(unsafe.Pointer(c))).spanclass.noscan() {
		next.keeper = &asyncKeeper{next}
		asyncEvents.Keep(unsafe.Pointer(c), unsafe.Pointer(next.keeper))
	}
	return next
}

// asyncInstall gives c, which is locked, the queue next in place of the one it
// has, unless someone else did so already.
func (c *hchan) asyncInstall(next *asyncQueue) {
	q := c.async
	if q == nil {
		c.async = next // what is in the buffer carries nothing
		return
	}
	if k := next.keeper; k != nil {
		k.q, next.keeper = nil, nil // another one was faster
	}
	if len(q.slots) >= len(next.slots) || q.n > uint(len(next.slots)) {
		return // others were here: look again
	}
	if q.lost != nil && next.lost == nil {
		return // it was given to q meanwhile
	}
	q.moveTo(next)
	if k := q.keeper; k != nil {
		next.keeper = k
		k.q = next
	}
	c.async = next
}

// asyncPush puts the slot of an element that is being buffered beside it.
func asyncPush(c *hchan) {
	if a := &getg().async; a.sends {
		asyncPushSlow(c, a, c.qcount)
	}
}

// asyncPushSlow does that for the goroutine of a, with count elements before.
func asyncPushSlow(c *hchan, a *AsyncG, count uint) {
	if c.async != nil {
		c.async.push(&a.sending, count)
	}
	a.taken()
}

// asyncPop takes the slot of the oldest buffered element, which is being
// received by the calling goroutine.
func asyncPop(c *hchan) {
	a := &getg().async
	a.empty = c.elemsize == 0
	q := c.async
	if q == nil {
		asyncNoSlot(a)
		return
	}
	s := &a.Received
	switch {
	case s.Resource != nil:
	case q.alike: // as there
		l := &q.like
		if s.Ref != l.Ref {
			s.Ref = l.Ref
		}
		s.ID, s.Trigger, s.Kind = 0, l.Trigger, l.Kind
		if c.qcount == 1 && l.Ref != nil {
			l.Ref = nil
		}
		return
	case q.bare == 0: // as there
		i := q.head & uint(len(q.slots)-1)
		from := &q.slots[i]
		if from.Kind != AsyncHooked {
			break
		}
		s.Ref, s.Kind, s.ended = from.Ref, AsyncHooked, false
		from.Ref = nil
		q.popped(i)
		q.alike = c.qcount == 1
		return
	}
	q.pop(s, c.qcount)
}

// asyncDiscard takes the slot of an element that nobody receives.
func asyncDiscard(c *hchan) {
	if c.async != nil {
		var s AsyncSlot
		c.async.pop(&s, c.qcount)
	}
}

// asyncHandOver gives the slot of the value that the calling goroutine sends
// to the receiver rp, which waits for it.
func asyncHandOver(c *hchan, rp *g) {
	rp.async.empty = c.elemsize == 0
	asyncGive(&getg().async, &rp.async)
}

// asyncGive gives what the sender's send in progress carries to the receiver.
func asyncGive(sender, receiver *AsyncG) {
	if !sender.sends {
		asyncNoSlot(receiver)
		return
	}
	receiver.Received.set(&sender.sending)
	sender.taken()
}

// asyncNoSlot notes that what was received carried nothing.
func asyncNoSlot(a *AsyncG) {
	if a.Received.Kind != asyncNothing {
		a.Received.clear(asyncNothing)
	}
}

// asyncNoMessage notes that gp's receive has no message: the channel is closed,
// or gp waits for one and lets go of the one before.
func asyncNoMessage(gp *g) {
	if gp.async.Received.Kind != asyncClosed {
		gp.async.Received.clear(asyncClosed)
	}
}

// asyncSelectPark is the wait of a select statement, which may end with a send.
func asyncSelectPark(gp *g, nsends int) {
	if nsends == 0 {
		asyncNoMessage(gp)
	}
}

// asyncSelectWoken is the end of a select statement that waited and received.
func asyncSelectWoken(gp *g, ok bool) {
	if !ok {
		asyncNoMessage(gp)
	}
}

// asyncTakeOver is the receive from a sender that waits. If c has a buffer, it
// is full: the oldest slot leaves the queue and the sender's joins it.
func asyncTakeOver(c *hchan, sp *g) {
	a := &getg().async
	if c.dataqsiz == 0 {
		a.empty = c.elemsize == 0
		asyncGive(&sp.async, a)
		return
	}
	asyncPop(c)
	switch q := c.async; {
	case sp.async.sends:
		asyncPushSlow(c, &sp.async, c.qcount-1)
	case q != nil:
		q.push(&asyncBare, c.qcount-1) // from before the first use
	}
}

var asyncBare AsyncSlot

// asyncSelected is the end of a select statement at pc that chose casi, and at
// whose beginning active told whether a hook was enabled.
func asyncSelected(casi, nsends int, pc uintptr, active bool) {
	switch {
	case casi < 0:
		asyncNotReceived(pc)
	case casi >= nsends:
		if active {
			asyncReceived(pc)
		}
	default:
		asyncNotReceived(pc)
		if getg().async.hooked != nil {
			asyncSent()
		}
		return
	}
	if nsends > 0 {
		asyncNotSent()
	}
}

// asyncChanLayout is what a channel is allocated as that is one block with its
// buffer, and whose elements hold no pointers: nil if the block has none.
func asyncChanLayout() *_type {
	if asyncUsed == nil {
		return nil
	}
	return &asyncChanType
}

// An asyncKeeper keeps the queue of a channel alive that was made before the
// first use, when it cost too much to give it a pointer that the collector sees.
// It is the argument of a cleanup of the channel. The price is that such a
// channel is not collected as long as a message is in it whose scope leads back
// to the channel. There are only as many as were made before the first use.
type asyncKeeper struct{ q *asyncQueue }

// AsyncChanKept is the end of a channel with a keeper.
func AsyncChanKept(keeper unsafe.Pointer) { (*asyncKeeper)(keeper).q = nil }

// asyncChanType describes a channel whose elements hold no pointers, in one
// block with its buffer: one pointer, to the queue. Its size is larger than any
// block, so that the collector sees one of it in a block, never an array.
var asyncChanType = _type{
	Size_:    1 << (goarch.PtrSize*8 - 2),
	PtrBytes: unsafe.Offsetof(hchan{}.async) + goarch.PtrSize,
	Kind_:    25, // abi.Struct
	Align_:   maxAlign,
	GCData:   &asyncChanMask[0],
}

const asyncChanWord = unsafe.Offsetof(hchan{}.async) / goarch.PtrSize

var asyncChanMask = [16]byte{asyncChanWord / 8: 1 << (asyncChanWord % 8)}
