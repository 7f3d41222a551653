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
	case q.older == 0: // as there
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
