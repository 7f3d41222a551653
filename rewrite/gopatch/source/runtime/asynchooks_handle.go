//go:build ignore

// This file is added to package runtime of an instrumented build. It holds what
// rewritten code calls around the handling of a message, by linkname.

package runtime

import (
	"internal/runtime/sys"
	_ "unsafe" // for go:linkname
)

// async_open opens the scope of the message that the caller just received. It
// checks no stack for what it does itself, as async_next does not: they are called
// for each message.
//
//go:nosplit
//go:linkname async_open
func async_open(t *asyncToken) {
	a := &getg().async
	m := &a.Received
	if t.state == asyncState(asyncBetween) {
		if m.Ref == t.frame && m.Kind == asyncSend && asyncOwed == 0 {
			t.state = asyncState(asyncFrameOnly | asyncFixed)
			return
		}
		if m.Kind == asyncNothing {
			t.state = asyncState(asyncFrameOnly | asyncFixed)
			return
		}
	} else if t.state == 0 && m.Kind == AsyncHooked && !m.ended {
		m.ended = true
		t.scope, t.state = asyncEvents.OpenHooked(m.Ref, sys.GetCallerPC()), asyncState(asyncScoped)
		return
	}
	asyncOpenFirst(t, sys.GetCallerPC())
}

// asyncOpenFirst is async_open at pc where the last message on the goroutine was
// not handled here, or was not like this one.
func asyncOpenFirst(t *asyncToken, pc uintptr) {
	a := &getg().async
	m := &a.Received
	if t.state == asyncState(asyncBetween) {
		t.forget(a)
	}
	if t.state == 0 && a.coro == nil && (m.Ref == nil || m.Ref == a.Frame) && (m.Kind == asyncNothing || m.Kind == asyncSend && asyncOwed == 0) {
		// Nothing to enter, only to leave.
		a.Open++
		t.scope, t.frame, t.state = a.Scope, a.share(), asyncState(asyncFrameOnly|asyncFixed)
		return
	}
	if t.state == 0 && m.Kind == asyncSend {
		if s := a.openMessage(m); s != nil {
			a.unexpect()
			t.scope, t.state = s, asyncState(asyncScoped)
			return
		}
	}
	asyncOpen(t, pc)
}

// async_first is async_open in a function that defers a call to close the scope
// where it is opened. It returns t if that is to be done, and nil if one that
// was deferred before will do.
//
//go:linkname async_first
func async_first(t *asyncToken) *asyncToken {
	asyncOpen(t, sys.GetCallerPC())
	return asyncFirst(t)
}

func asyncFirst(t *asyncToken) *asyncToken {
	if !t.isOpen() || t.is(asyncDeferred) {
		return nil
	}
	t.opened(t.index() | asyncDeferred)
	return t
}

// async_openSized is async_open where the type of what was received depends on a
// type argument: a value without size is not handled, but awaited.
//
//go:linkname async_openSized
func async_openSized(t *asyncToken) {
	if !asyncTokenReceived(t) {
		asyncOpen(t, sys.GetCallerPC())
	}
}

// async_firstSized is to async_openSized what async_first is to async_open.
//
//go:linkname async_firstSized
func async_firstSized(t *asyncToken) *asyncToken {
	if asyncTokenReceived(t) {
		return nil
	}
	asyncOpen(t, sys.GetCallerPC())
	return asyncFirst(t)
}

// asyncTokenReceived reports whether the goroutine received a value without
// size. Nothing handles that; t, of the message before, is closed.
func asyncTokenReceived(t *asyncToken) bool {
	gp := getg()
	if !gp.async.empty {
		return false
	}
	gp.async.unexpect()
	asyncClose(t, gp._panic != nil)
	if asyncActive != 0 {
		asyncAwaited(gp)
	}
	return true
}

// async_stale comes behind a defer statement of such a function's own. A scope
// that is opened from now on ends before that call, and not when those that were
// deferred earlier are reached.
//
//go:linkname async_stale
func async_stale(t *asyncToken) {
	switch {
	case t.isOpen():
		t.state = asyncState(t.index() &^ asyncDeferred)
	case t.is(asyncBetween):
		t.forget(&getg().async)
	default:
		t.state = 0
	}
}

// async_within follows async_open in the body of a loop over an iterator. What is
// opened there may end late: the iterator, which called the body, may have a scope
// around it, and when a panic leaves both, that is closed first. So the token
// remembers how many scopes were open outside.
//
//go:linkname async_within
func async_within(t *asyncToken) {
	if t.is(asyncFrameOnly) {
		outside := uintptr(getg().async.Open-1) % asyncLevels
		t.state = asyncState(t.bits() | (outside+1)*asyncLevel)
	}
}

// async_leave is async_close as it is deferred for such a token: what the iterator
// restored stays.
//
//go:linkname async_leave
func async_leave(t *asyncToken) {
	if t.is(asyncFrameOnly) && t.index() >= asyncLevel {
		a := &getg().async
		outside := t.index()/asyncLevel - 1
		if inside := (uintptr(a.Open) - outside) % asyncLevels; inside == 0 || inside > asyncLevels/2 {
			t.reset()
			if a.Open--; a.Open == AsyncCoro {
				AsyncClosed()
			}
			return
		}
	}
	async_close(t)
}

// async_close closes the scope of a message.
//
//go:linkname async_close
func async_close(t *asyncToken) {
	if a := &getg().async; t.state != 0 && !t.leaveFrame(a) {
		asyncLeave(t, a)
	}
}

// async_next is the end of an iteration of a range loop that receives again. The
// token keeps scope and frame where they are the goroutine's own, which nothing
// changes before the next message. It forgets them when the loop is left: there is
// a call that closes it behind each such loop.
//
//go:nosplit
//go:linkname async_next
func async_next(t *asyncToken) {
	a := &getg().async
	if asyncActive == 0 {
		if t.state == asyncState(asyncFrameOnly|asyncFixed) && t.frame == a.Frame && t.scope == a.Scope {
			t.state = asyncState(asyncBetween)
		} else if t.state != 0 && !t.leaveFrame(a) {
			asyncLeave(t, a)
		}
		return
	}
	if t.state == asyncState(asyncScoped) && a.Scope == t.scope {
		asyncEvents.Close(t.scope, getg()._panic != nil)
		t.reset()
	} else {
		asyncClose(t, getg()._panic != nil)
	}
	if pc := sys.GetCallerPC(); a.expect == 0 && pc-a.expectFrom <= a.expectTo-a.expectFrom {
		a.expect, a.expectSkip = a.expectFrom, 0
	} else {
		asyncExpect(pc)
	}
}
