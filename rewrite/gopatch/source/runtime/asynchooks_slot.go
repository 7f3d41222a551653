//go:build ignore

// This file is added to package runtime of an instrumented build. It has what a
// message carries, and the queue of that beside the buffer of a channel, which is
// made and enlarged while the channel is not locked.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// An AsyncSlot is what a message carries. What its kind has no use for is nil,
// if it is a pointer.
type AsyncSlot struct {
	Ref      unsafe.Pointer // *rt.frame of the sender; of AsyncHooked, the message's *rt.AsyncResource, which has all else
	Resource unsafe.Pointer // of a tick: its *rt.AsyncResource, if any
	ID       uint64         // 0: not allotted yet
	Trigger  uint64         // the sender's execution id, if ids are owed
	Kind     uint8          // what sent it
	ended    bool           // of AsyncHooked: it is handled already, or nothing handles it
}

// The kinds of message, as package rt knows them.
const (
	asyncNothing = iota // a slot that carries nothing
	asyncSend           // a send
	asyncClosed         // no message: of a closed channel, or none yet
	AsyncHooked         // a send that hooks were told of
	asyncTick           // of an asyncTimer; its kind is added
)

// An asyncResource is the head of an rt.AsyncResource.
type asyncResource struct {
	id, trigger uint64
	frame       unsafe.Pointer
	pc          uintptr // where it was made
	depth       uint8   // of hooks within hooks, there
}

// put makes the slot that of a message which has no resource. Pointers are
// compared first: mostly they are what they were.
func (s *AsyncSlot) put(ref unsafe.Pointer, trigger uint64, kind uint8) {
	if s.Ref != ref {
		s.Ref = ref
	}
	if s.Resource != nil {
		s.Resource = nil
	}
	s.ID, s.Trigger, s.Kind, s.ended = 0, trigger, kind, false
}

func (s *AsyncSlot) set(from *AsyncSlot) {
	s.put(from.Ref, from.Trigger, from.Kind)
	if from.Kind >= asyncTick {
		s.ID, s.Resource = from.ID, from.Resource
	}
}

func (s *AsyncSlot) clear(kind uint8) { s.put(nil, 0, kind) }

// frame returns the frame that the message carries.
func (s *AsyncSlot) frame() unsafe.Pointer {
	if s.Kind == AsyncHooked {
		return (*asyncResource)(s.Ref).frame
	}
	return s.Ref
}

// asyncOwed is set by the first hook or id question: from then on every message
// carries its trigger. AsyncTurnOff sets it as well, so that no question sets
// asyncUsed. It is stored atomically.
var asyncOwed uint32

// AsyncOwe is a hook or id question. It is asked often, and inlined.
func AsyncOwe() {
	if asyncOwed == 0 {
		atomic.StorepNoWB(unsafe.Pointer(&asyncUsed), unsafe.Pointer(&asyncStates)) // as AsyncUse does
		atomic.Store(&asyncOwed, 1)
	}
}

// An asyncQueue tells what the elements in the buffer of a channel carry. It is
// protected by the channel's lock.
type asyncQueue struct {
	// All elements carry what like does, which is nothing or the scope of a send
	// without a resource. The rest is not in use then.
	alike bool
	like  AsyncSlot

	// The oldest elements, so many, all carry what old does, as like it has no
	// resource; they have no slots. The others have one each.
	older uint
	old   AsyncSlot // nothing if there are none
	head  uint
	n     uint
	slots []AsyncSlot // length is a power of two
	lost  *asyncLost  // nil: no message in the queue has a resource

	keeper *asyncKeeper // nil: the channel keeps the queue alive itself
}

// asyncLost tells of the messages that are queued when their channel is
// collected. It holds no pointer to them, nor to the channel.
type asyncLost struct {
	messages []asyncMessage // by their index in the slots
}

type asyncMessage struct {
	id    uint64 // 0: none
	pc    uintptr
	depth uint8
}

// push adds the slot of an element that joins count others in the buffer.
func (q *asyncQueue) push(s *AsyncSlot, count uint) {
	if q.alike {
		if s.Kind <= asyncSend && q.join(s.Ref, s.Trigger, s.Kind, count) {
			return
		}
		q.spread(count)
	}
	if s.Kind == asyncNothing && q.old.Kind == asyncNothing && q.n == 0 {
		q.older++
		return
	}
	if q.n == uint(len(q.slots)) {
		throw("asynchooks: no room for a message's slot")
	}
	i := (q.head + q.n) & uint(len(q.slots)-1)
	q.slots[i].set(s)
	q.n++
	if s.Kind == AsyncHooked && q.lost != nil {
		r := (*asyncResource)(s.Ref)
		m := &q.lost.messages[i]
		m.id, m.pc, m.depth = r.id, r.pc, r.depth
	}
}

// pushHooked is push for a message with this resource, if there is room for it.
func (q *asyncQueue) pushHooked(res unsafe.Pointer, count uint) bool {
	if q.alike && count == 0 {
		q.alike, q.head, q.n = false, 0, 0
	}
	if q.alike || q.n >= uint(len(q.slots)) || q.lost == nil {
		return false
	}
	i := (q.head + q.n) & uint(len(q.slots)-1)
	s := &q.slots[i]
	s.Ref, s.Kind, s.ended = res, AsyncHooked, false
	q.n++
	if i < uint(len(q.lost.messages)) {
		r, m := (*asyncResource)(res), &q.lost.messages[i]
		m.id, m.pc, m.depth = r.id, r.pc, r.depth
	}
	return true
}

// join adds an element that is alike, and reports whether it is. Nothing is to
// be done for that if it is not the first.
func (q *asyncQueue) join(ref unsafe.Pointer, trigger uint64, kind uint8, count uint) bool {
	l := &q.like
	if count == 0 {
		if l.Ref != ref {
			l.Ref = ref
		}
		l.Trigger, l.Kind = trigger, kind
		return true
	}
	return l.Ref == ref && l.Trigger == trigger && l.Kind == kind
}

// spread is the end of all being alike: those that are become the oldest. It takes
// no longer for many of them, since the channel is locked.
func (q *asyncQueue) spread(count uint) {
	q.older, q.head, q.n = count, 0, 0
	if count > 0 {
		q.old.set(&q.like)
	}
	q.like.clear(asyncNothing)
	q.alike = false
}

// used returns how many slots are in use.
func (q *asyncQueue) used() uint {
	if q.alike {
		return 0
	}
	return q.n
}

// carries reports whether an element that carries nothing needs a slot, as one of
// those before it, of which there are count, carries something.
func (q *asyncQueue) carries(count uint) bool {
	if q.alike {
		return count > 0 && q.like.Kind != asyncNothing
	}
	return q.n > 0 || q.old.Kind != asyncNothing
}

// pop moves the slot of the oldest of count elements to s.
func (q *asyncQueue) pop(s *AsyncSlot, count uint) {
	switch {
	case q.alike:
		s.put(q.like.Ref, q.like.Trigger, q.like.Kind)
		if count == 1 && q.like.Ref != nil {
			q.like.Ref = nil
		}
		return
	case q.older > 0:
		s.put(q.old.Ref, q.old.Trigger, q.old.Kind)
		if q.older--; q.older == 0 {
			q.old.clear(asyncNothing)
		}
	default:
		i := q.head & uint(len(q.slots)-1)
		from := &q.slots[i]
		if s.set(from); from.Resource != nil {
			from.Resource = nil
		}
		from.Ref = nil
		q.popped(i)
	}
	q.alike = count == 1
}

// popped notes that the oldest slot, with this index, is free.
func (q *asyncQueue) popped(i uint) {
	if l := q.lost; l != nil && i < uint(len(l.messages)) {
		l.messages[i].id = 0
	}
	q.head++
	q.n--
}

// moveTo gives what the queue knows to a larger one.
func (q *asyncQueue) moveTo(next *asyncQueue) {
	next.alike, next.older, next.n = q.alike, q.older, q.n
	next.like.set(&q.like)
	next.old.set(&q.old)
	for i := range q.n {
		from := (q.head + i) & uint(len(q.slots)-1)
		next.slots[i].set(&q.slots[from])
		if q.lost != nil {
			next.lost.messages[i] = q.lost.messages[from]
		}
	}
	if q.lost != nil {
		// The cleanup knows q's: give that the new list.
		q.lost.messages = next.lost.messages
		next.lost = q.lost
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

// asyncLacksRoom reports whether the slot of a sender that comes now might find
// no place in the queue of c, which is locked: no memory may be allocated then.
// A sender of a full channel waits and joins the queue later, as others may
// before it, so that there must be a place for each element.
func (c *hchan) asyncLacksRoom(carries bool) bool {
	q := c.async
	if c.dataqsiz == 0 || q == nil {
		return c.dataqsiz > 0 && carries
	}
	switch {
	case !carries && !q.carries(c.qcount):
		return false
	case c.qcount < c.dataqsiz:
		return q.used() >= uint(len(q.slots))
	}
	return uint(len(q.slots)) < c.dataqsiz
}

// asyncNewQueue makes a larger queue for c, which is not locked: what it reads
// is a guess that asyncLacksRoom confirms.
func asyncNewQueue(c *hchan) *asyncQueue {
	q := c.async
	need := uint(4)
	if q != nil {
		need = max(2*uint(len(q.slots)), q.used()+1)
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
