//go:build ignore

// This file is added to package runtime of an instrumented build. It holds the
// token of a function with a receive loop, and how the scope of a message is opened
// and closed with it.

package runtime

import (
	"internal/goarch"
	"unsafe"
)

// An asyncToken is a variable of a function with a receive loop: what to
// restore when the message has been handled. Rewritten code has the type, too,
// and opens and closes a token itself as long as asyncUsed is nil: the state is
// &asyncUsed then.
type asyncToken struct {
	scope unsafe.Pointer // *rt.scope: the message's, or with asyncFrameOnly the one around it
	frame unsafe.Pointer // with asyncFrameOnly, the one before
	state uintptr        // in asyncStates, or &asyncUsed; 0: none
}

// asyncUsed is not nil from the first use of a storage, a scope, a hook or an id
// in the process on. Before that no goroutine has a frame or a scope, so that
// there is nothing that a message could carry, and nothing to enter. It is set
// before what is used can be seen, and read behind the lock of a channel through
// which it could be.
//
//go:linkname asyncUsed
var asyncUsed unsafe.Pointer

// AsyncUse is the first use.
func AsyncUse() {
	if asyncUsed == nil && !asyncOff {
		atomicstorep(unsafe.Pointer(&asyncUsed), unsafe.Pointer(&asyncStates))
	}
}

// What a token's state says, in the index of the byte that it points at.
const (
	asyncDeferred  = 1 << iota // a deferred call will close what is opened
	asyncFrameOnly             // open; ids are not owed, and there is no scope record
	asyncScoped                // open
	asyncFixed                 // with asyncFrameOnly: the goroutine is no coroutine, whose own scope may change
	asyncBetween               // closed, between two iterations; scope and frame are the goroutine's still
)

// asyncLevel is the first bit of the level of a token, see async_within. Levels
// are known modulo asyncLevels; 0: none.
const (
	asyncLevel  = asyncBetween << 1
	asyncLevels = 64
)

var asyncStates [asyncLevel * (asyncLevels + 1)]unsafe.Pointer

// asyncState is what a token is set to.
func asyncState(bits uintptr) uintptr {
	return uintptr(unsafe.Pointer(&asyncStates[bits]))
}

// asyncUnused is what rewritten code sets a token to.
func asyncUnused() uintptr { return uintptr(unsafe.Pointer(&asyncUsed)) }

func (t *asyncToken) is(bit uintptr) bool {
	return t.state != 0 && t.state != asyncUnused() && t.bits()&bit != 0
}

func (t *asyncToken) bits() uintptr {
	return t.index() & (asyncLevel - 1)
}

func (t *asyncToken) index() uintptr {
	return (t.state - uintptr(unsafe.Pointer(&asyncStates))) / goarch.PtrSize
}

func (t *asyncToken) isOpen() bool { return t.is(asyncFrameOnly | asyncScoped) }

// opened notes that the token is open in a way.
func (t *asyncToken) opened(how uintptr) {
	if t.state != 0 {
		how |= asyncDeferred // all that a closed token can say
	}
	t.state = asyncState(how)
}

// asyncOpen opens the scope of the message that the goroutine received last. A
// closed channel gave none. A value that carried nothing has a scope as well,
// which ends what EnterWith does in it.
func asyncOpen(t *asyncToken, pc uintptr) {
	switch {
	case t.is(asyncBetween):
		t.forget(&getg().async)
	case t.isOpen() || t.state == asyncUnused():
		asyncClose(t, getg()._panic != nil)
	}
	a := &getg().async
	a.unexpect()
	s := &a.Received
	if s.Kind == asyncClosed || asyncEvents == nil {
		return
	}
	if s.Kind == AsyncHooked {
		if s.ended {
			// Nothing announced it, and its Destroy came: it gets no more events.
			t.scope = asyncEvents.OpenEnded(s.Ref, pc)
		} else {
			s.ended = true
			t.scope = asyncEvents.OpenHooked(s.Ref, pc)
		}
		t.opened(asyncScoped)
		return
	}
	if s.Kind != asyncNothing && asyncOwed != 0 {
		if t.scope = a.openMessage(s); t.scope == nil {
			t.scope = asyncEvents.Open(pc)
		}
		t.opened(asyncScoped)
		return
	}
	t.scope, t.frame = a.Scope, a.share()
	if a.coro == nil {
		t.opened(asyncFrameOnly | asyncFixed)
	} else {
		t.opened(asyncFrameOnly)
	}
	a.Open++
	if s.Ref != nil && s.Ref != a.Frame {
		a.Frame = asyncEvents.Merge(a.Frame, s.Ref, pc)
	}
}

// openMessage is rt's function of that name where no hook is to be told, no
// frames are to be merged and there is a record to use again; nil elsewhere.
func (a *AsyncG) openMessage(m *AsyncSlot) unsafe.Pointer {
	cur := (*asyncScope)(a.Scope)
	if cur == nil || cur.next == nil || m.Resource != nil || m.Ref != nil && m.Ref != a.Frame || asyncActive != 0 {
		return nil
	}
	s := cur.next
	s.id, s.trigger = m.ID, m.Trigger
	if s.id == 0 {
		s.id = asyncNewID(getg(), m.Trigger)
		m.ID = s.id
	}
	s.kind, s.message, s.ends = asyncScopeMessage, m.Kind, m.Kind == asyncSend
	s.saved = a.Frame
	s.seq++
	a.Scope = unsafe.Pointer(s)
	a.Open++
	return unsafe.Pointer(s)
}

// closeMessage closes the scope s, which is innermost, and reports whether it
// did: not if there is more to do than that.
func (a *AsyncG) closeMessage(s *asyncScope) bool {
	if s.kind != asyncScopeMessage || s.resource != nil || s.deepened || s.destroy {
		return false
	}
	if a.Frame != s.saved {
		a.Frame = s.saved
	}
	s.saved, s.ends = nil, false
	a.Scope = unsafe.Pointer(s.prev)
	if a.Open--; a.Open == AsyncCoro {
		AsyncClosed()
	}
	return true
}

// asyncClose closes the scope that t holds open, if any. It is called in front
// of each statement that ends the handling, and deferred for the others.
func asyncClose(t *asyncToken, panicking bool) {
	switch {
	case t.state == asyncUnused():
		// Nothing was used when it was opened, so there was nothing outside.
		if a := &getg().async; asyncUsed != nil {
			if a.Scope != nil {
				asyncEvents.Unwind(nil, panicking)
			}
			a.Frame = nil
			if a.Open == AsyncCoro {
				AsyncClosed()
			}
		}
	case t.is(asyncFrameOnly):
		a := &getg().async
		switch {
		case a.Scope == t.scope:
			a.Frame = t.frame
		case a.holds(t.scope):
			asyncEvents.Unwind(t.scope, panicking)
			a.Frame = t.frame
		default:
			// What was around it was closed with all in it: the body of a loop over
			// an iterator was left through that by a panic, or a return that has yet
			// to run deferred calls.
		}
		if a.Open--; a.Open == AsyncCoro {
			AsyncClosed()
		}
	case t.is(asyncScoped):
		asyncEvents.Close(t.scope, panicking)
	case t.is(asyncBetween):
		t.forget(&getg().async)
		return
	default:
		return
	}
	deferred := t.is(asyncDeferred)
	*t = asyncToken{}
	if deferred {
		t.state = asyncState(asyncDeferred)
	}
}

// holds reports whether the scope s is open on the goroutine, or is none.
func (a *AsyncG) holds(s unsafe.Pointer) bool {
	for o := (*asyncScope)(a.Scope); o != nil; o = o.prev {
		if unsafe.Pointer(o) == s {
			return true
		}
	}
	return s == nil
}

// leaveFrame is asyncClose for a message that has no record, if nothing was opened
// inside of its scope and no call was deferred; it reports whether that was so.
func (t *asyncToken) leaveFrame(a *AsyncG) bool {
	if t.state != asyncState(asyncFrameOnly|asyncFixed) || a.Scope != t.scope {
		return false
	}
	a.Open--
	if a.Frame != t.frame {
		a.Frame = t.frame
	}
	t.reset()
	return true
}

// reset makes the token one that was never opened. Pointers are compared first,
// for a store of one costs more.
func (t *asyncToken) reset() {
	t.state = 0
	if t.scope != nil {
		t.scope = nil
	}
	if t.frame != nil {
		t.frame = nil
	}
}

// forget makes a token between two iterations one that was never opened.
func (t *asyncToken) forget(a *AsyncG) {
	a.Open--
	t.reset()
}

// asyncLeave is asyncClose, quick where nothing was opened inside.
func asyncLeave(t *asyncToken, a *AsyncG) {
	if t.state != asyncState(asyncScoped) || a.Scope != t.scope {
		asyncClose(t, getg()._panic != nil)
		return
	}
	if asyncActive != 0 || !a.closeMessage((*asyncScope)(t.scope)) {
		asyncEvents.Close(t.scope, getg()._panic != nil)
	}
	t.reset()
}
