//go:build ignore

// This file is added to package runtime of an instrumented build. It makes each
// value that crosses a channel carry the scope of its sender, under the
// channel's own lock.
//
// A value that is handed to a waiting receiver, or taken from a waiting sender,
// passes its slot from one goroutine's state to the other's. A value that is
// buffered passes it through a queue beside the buffer, which holds a slot for
// each of the newest elements and exists only once a sender had something to
// carry: a channel that no scope ever went through has none.

package runtime

import (
	"internal/goarch"
	"unsafe"
)

// asyncSendCarries reports whether the calling goroutine's next send carries
// anything. It is asked only once asyncUsed is set, and so never with asyncOff.
func asyncSendCarries() bool {
	a := &getg().async
	return a.Frame != nil || a.sendAs != nil || asyncOwed.Load() != 0
}

// asyncSending prepares what the goroutine's next send carries, before any
// channel is locked.
func asyncSending(gp *g, pc uintptr) {
	a := &gp.async
	if a.sendAs == nil && asyncOwed.Load() == 0 {
		a.sending.Frame, a.sending.Kind = a.share(), asyncSend
		a.sends = true
		return
	}
	s := AsyncSlot{Frame: a.share(), Kind: asyncSend, full: true}
	if t := a.sendAs; t != nil {
		s = AsyncSlot{Frame: t.frame, Kind: asyncTick + t.kind, ID: t.id, Trigger: t.trigger, Resource: t.resource, full: true}
	} else {
		s.Trigger = a.current()
		if asyncActive.Load() != 0 && !asyncQuiet(gp) {
			s.ID = asyncNewID(gp, s.Trigger)
			s.Resource = asyncEvents.SendInit(s.ID, s.Trigger, pc)
			s.pc, s.depth = pc, a.Depth
		}
	}
	// Last: a hook may have sent something itself.
	a.sending, a.sends = s, true
}

// asyncRefused is a send at pc that found the channel full and does not wait.
func asyncRefused(pc uintptr) {
	if asyncActive.Load() != 0 && asyncSendCarries() {
		asyncSending(getg(), pc)
		asyncNotSent()
	}
}

// asyncSendLock locks c for a send from pc that carries something. If done is
// set, the slot is in the queue already: the value is sure to be buffered, and
// carries what those before it do.
func asyncSendLock(c *hchan, pc uintptr) (done bool) {
	gp := getg()
	a := &gp.async
	if a.sendAs == nil && asyncActive.Load() == 0 {
		owed, trigger := asyncOwed.Load() != 0, uint64(0)
		if owed {
			trigger = a.current()
		}
		a.Shares++
		lock(&c.lock)
		if q := c.async; q != nil && q.alike && c.qcount < c.dataqsiz && c.recvq.first == nil && c.closed == 0 {
			if q.n == 0 {
				q.like.Frame, q.like.Trigger, q.like.Kind, q.like.full = a.Frame, trigger, asyncSend, owed
			}
			if q.like.isOf(a.Frame, trigger, owed) {
				q.n++
				return true
			}
		}
		// No hook is told of this send, whatever becomes of it.
		if owed || a.sending.full {
			a.sending.fill(a.Frame, trigger)
			a.sending.full = owed
		} else {
			a.sending.Frame, a.sending.Kind = a.Frame, asyncSend
		}
		a.sends = true
	} else {
		asyncSending(gp, pc)
		lock(&c.lock)
	}
	for {
		switch {
		case c.asyncLacksRoom(true):
			asyncMakeRoom(c)
		case c.dataqsiz > 0 && c.async.lost == nil && getg().async.sending.Resource != nil:
			unlock(&c.lock)
			asyncWatch(c)
			lock(&c.lock)
		default:
			return false
		}
	}
}

// asyncSendRoom makes room for a message that carries nothing, behind some that
// do, in c, which is locked.
func asyncSendRoom(c *hchan) {
	for c.asyncLacksRoom(false) {
		asyncMakeRoom(c)
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
		if m.id != 0 && asyncActive.Load() != 0 {
			asyncEvents.SendLost(m.id, m.pc, m.depth)
		}
	}
}

// asyncSelectLock locks the channels of a select statement at pc for its first
// pass.
func asyncSelectLock(scases []scase, lockorder []uint16, nsends int, pc uintptr) {
	carries := nsends > 0 && asyncUsed != nil && asyncSendCarries()
	if carries {
		asyncSending(getg(), pc)
	}
again:
	sellock(scases, lockorder)
	if nsends == 0 || asyncUsed == nil {
		return
	}
	for _, i := range lockorder {
		c := scases[i].c
		if int(i) >= nsends || !carries && c.async == nil {
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
		if carries && c.dataqsiz > 0 && c.async.lost == nil && getg().async.sending.Resource != nil {
			selunlock(scases, lockorder)
			asyncWatch(c)
			goto again
		}
	}
}

// asyncLacksRoom reports whether the slot of a sender that comes now might find
// no place in the queue of c, which is locked: no memory may be allocated then.
// A sender of a full channel waits and joins the queue later, as others may
// before it, so that there must be a place for each element.
func (c *hchan) asyncLacksRoom(carries bool) bool {
	q := c.async
	switch {
	case c.dataqsiz == 0:
		return false
	case q == nil:
		return carries
	case !carries && q.n == 0:
		return false
	case c.qcount < c.dataqsiz:
		return q.n >= uint(len(q.slots))
	}
	return uint(len(q.slots)) < c.dataqsiz
}

// asyncNewQueue makes a larger queue for c, which is not locked: what it reads
// is a guess that asyncLacksRoom confirms.
func asyncNewQueue(c *hchan) *asyncQueue {
	need := uint(4)
	if q := c.async; q != nil {
		need = max(2*uint(len(q.slots)), q.n+1)
	}
	if c.qcount == c.dataqsiz || need > c.dataqsiz {
		need = c.dataqsiz
	}
	size := uint(1)
	for size < need {
		size *= 2
	}
	next := &asyncQueue{slots: make([]AsyncSlot, size), alike: true}
	if q := c.async; q != nil && q.lost != nil {
		next.lost = &asyncLost{make([]asyncMessage, size)}
	}
	if c.async == nil && spanOf(uintptr(unsafe.Pointer(c))).spanclass.noscan() {
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
		next.bare = c.qcount
		c.async = next
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
	next.bare = q.bare
	for q.n > 0 {
		var s AsyncSlot
		q.pop(&s)
		next.push(&s)
	}
	if q.lost != nil {
		// The cleanup knows q's: give that the new list.
		q.lost.messages = next.lost.messages
		next.lost = q.lost
	}
	if k := q.keeper; k != nil {
		next.keeper = k
		k.q = next
	}
	c.async = next
}

// asyncPush puts the slot of an element that is being buffered beside it.
func asyncPush(c *hchan) {
	a := &getg().async
	if c.async != nil || a.sends {
		asyncPushSlow(c, a)
	}
}

func asyncPushSlow(c *hchan, a *AsyncG) {
	q := c.async
	switch {
	case a.sends:
		q.push(&a.sending)
	case q.n == 0:
		q.bare++
	default:
		q.push(&asyncBare)
	}
}

var asyncBare AsyncSlot

// asyncPop takes the slot of the oldest buffered element, which is being
// received by the calling goroutine.
func asyncPop(c *hchan) {
	a := &getg().async
	a.empty = c.elemsize == 0
	s := &a.Received
	q := c.async
	if q == nil {
		if s.Kind != asyncNothing {
			s.clear(asyncNothing)
		}
		return
	}
	// As in asyncTake and pop.
	if l := &q.like; q.alike && q.bare == 0 && !l.full && !s.full {
		if s.Frame != l.Frame {
			s.Frame = l.Frame
		}
		s.Kind = asyncSend
		if q.n--; q.n == 0 {
			l.Frame = nil
		}
		return
	}
	asyncTake(q, s)
}

func asyncTake(q *asyncQueue, s *AsyncSlot) {
	switch {
	case q == nil:
		s.clear(asyncNothing)
	case q.bare > 0:
		q.bare--
		s.clear(asyncNothing)
	default:
		q.pop(s)
	}
}

// asyncDiscard takes the slot of an element that nobody receives.
func asyncDiscard(c *hchan) {
	if c.async != nil {
		var s AsyncSlot
		asyncTake(c.async, &s)
	}
}

// asyncHandOver gives the slot of the value that the calling goroutine sends
// to the receiver rp, which waits for it.
func asyncHandOver(c *hchan, rp *g) {
	a := &getg().async
	rp.async.empty = c.elemsize == 0
	if a.sends {
		rp.async.Received.set(&a.sending)
	} else {
		asyncNoSlot(rp)
	}
}

// asyncNoSlot notes that what gp received carried nothing.
func asyncNoSlot(gp *g) {
	if gp.async.Received.Kind != asyncNothing {
		gp.async.Received.clear(asyncNothing)
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
		if sp.async.sends {
			a.Received.set(&sp.async.sending)
		} else {
			asyncNoSlot(getg())
		}
		return
	}
	asyncPop(c)
	if c.async != nil || sp.async.sends {
		asyncPushSlow(c, &sp.async)
	}
}

// asyncSent is the end of a send that completed.
func asyncSent() {
	a := &getg().async
	if a.sends {
		asyncSentSlow(a, true)
	}
}

// asyncNotSent is the end of a send that did not happen.
func asyncNotSent() {
	a := &getg().async
	if a.sends {
		asyncSentSlow(a, false)
	}
}

func asyncSentSlow(a *AsyncG, done bool) {
	res, kind := a.sending.Resource, a.sending.Kind
	a.sending.clear(asyncNothing)
	a.sends = false
	if res == nil || kind != asyncSend || asyncActive.Load() == 0 || asyncQuiet(getg()) {
		return
	}
	if done {
		asyncEvents.SendDone(res)
	} else {
		asyncEvents.SendFailed(res)
	}
}

// asyncSelected is the end of a select statement at pc that chose casi.
func asyncSelected(casi, nsends int, pc uintptr) {
	switch {
	case casi < 0:
		asyncNotReceived()
	case casi >= nsends:
		asyncReceived(pc)
	default:
		asyncNotReceived()
		asyncSent()
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
