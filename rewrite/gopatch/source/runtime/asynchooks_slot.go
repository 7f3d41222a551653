//go:build ignore

// This file is added to package runtime of an instrumented build. It has what a
// message carries, and the queue of that beside the buffer of a channel.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// An AsyncSlot is what a message carries. A slot that is not full has a frame
// and a kind alone; that is all there is before ids are owed.
type AsyncSlot struct {
	Frame    unsafe.Pointer // *rt.frame of the sender
	Kind     uint8          // what sent it
	full     bool
	ended    bool           // nothing handles it
	depth    uint32         // of hooks within hooks, at the send
	Resource unsafe.Pointer // *rt.AsyncResource of the message, made while a hook is enabled
	ID       uint64         // 0: not allotted yet
	Trigger  uint64         // the sender's execution id, if ids are owed
	pc       uintptr        // of the send
}

func (s *AsyncSlot) set(from *AsyncSlot) {
	if s.full || from.full {
		*s = *from
		return
	}
	s.Frame, s.Kind = from.Frame, from.Kind
}

func (s *AsyncSlot) clear(kind uint8) {
	if s.full {
		*s = AsyncSlot{}
	}
	s.Frame, s.Kind = nil, kind
}

// The kinds of message.
const (
	asyncNothing = iota // a slot that carries nothing
	asyncSend           // a send
	asyncClosed         // no message: of a closed channel, or none yet
	asyncTick           // of an asyncTimer; its kind is added
)

// asyncOwed is set by the first hook or id question: from then on every message
// carries its trigger. AsyncTurnOff sets it as well, so that no question sets
// asyncUsed.
var asyncOwed atomic.Uint32

// AsyncOwe is a hook or id question. It is asked often, and inlined.
func AsyncOwe() {
	if asyncOwed.Load() == 0 {
		atomic.StorepNoWB(unsafe.Pointer(&asyncUsed), unsafe.Pointer(&asyncStates)) // as AsyncUse does
		asyncOwed.Store(1)
	}
}

// An asyncQueue holds the slots of the newest elements of a buffered channel.
// The oldest bare elements have none. It is protected by the channel's lock.
type asyncQueue struct {
	bare  uint // how many elements were queued before the first slot
	head  uint
	n     uint
	slots []AsyncSlot // length is a power of two
	lost  *asyncLost  // nil: no message in the queue has a resource

	// Messages of one sender in one scope, with no resources, carry the same.
	// As long as alike is set all n do, and like is what that is; the slots are
	// not used then, and may be fewer.
	alike bool
	like  AsyncSlot

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
	depth uint32
}

func (q *asyncQueue) push(s *AsyncSlot) {
	if q.alike {
		switch {
		case s.Resource != nil || s.ID != 0 || s.Kind != asyncSend:
		case q.n == 0:
			q.like = AsyncSlot{Frame: s.Frame, Trigger: s.Trigger, Kind: asyncSend, full: s.full}
			q.n = 1
			return
		case q.like.isOf(s.Frame, s.Trigger, s.full):
			q.n++
			return
		}
		q.spread()
	}
	if q.n == uint(len(q.slots)) {
		throw("asynchooks: no room for a message's slot")
	}
	i := (q.head + q.n) & uint(len(q.slots)-1)
	q.slots[i].set(s)
	q.n++
	if q.lost != nil && s.Resource != nil && s.Kind == asyncSend {
		q.lost.messages[i] = asyncMessage{s.ID, s.pc, s.depth}
	}
}

// isOf reports whether the slot is that of a message without a resource, sent
// in this scope.
func (s *AsyncSlot) isOf(frame unsafe.Pointer, trigger uint64, full bool) bool {
	return s.Frame == frame && s.Trigger == trigger && s.full == full
}

// spread puts messages that are alike into slots.
func (q *asyncQueue) spread() {
	if q.n > uint(len(q.slots)) {
		throw("asynchooks: no room for messages' slots")
	}
	for i := range q.n {
		q.slots[(q.head+i)&uint(len(q.slots)-1)] = q.like
	}
	q.alike, q.like = false, AsyncSlot{}
}

func (q *asyncQueue) pop(s *AsyncSlot) {
	if q.alike {
		l := &q.like
		if s.full || l.full {
			s.fill(l.Frame, l.Trigger)
			s.full = l.full
		} else {
			if s.Frame != l.Frame {
				s.Frame = l.Frame
			}
			s.Kind = asyncSend
		}
		if q.n--; q.n == 0 {
			l.Frame = nil
		}
		return
	}
	i := q.head & uint(len(q.slots)-1)
	s.set(&q.slots[i])
	q.slots[i].clear(asyncNothing)
	q.head++
	q.n--
	q.alike = q.n == 0
	if q.lost != nil {
		q.lost.messages[i] = asyncMessage{}
	}
}

// fill makes the slot that of a message without a resource. Pointers are
// compared first: mostly they are what they were.
func (s *AsyncSlot) fill(frame unsafe.Pointer, trigger uint64) {
	if s.Frame != frame {
		s.Frame = frame
	}
	if s.Resource != nil {
		s.Resource = nil
	}
	s.ID, s.Trigger, s.Kind, s.full, s.ended, s.depth, s.pc = 0, trigger, asyncSend, true, false, 0, 0
}
