//go:build ignore

// This file is added to package runtime of an instrumented build. It holds what
// rewritten packages call, by linkname: the handling of messages in receive
// loops, detached goroutines, bound functions.

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

// An asyncToken is a variable of a function with a receive loop: what to
// restore when the message has been handled. Rewritten code sees three
// pointers.
type asyncToken struct {
	scope unsafe.Pointer // *rt.scope, if ids are owed
	frame unsafe.Pointer // of the goroutine before, if they are not
	state *byte          // nil: closed
}

// The states of an open token.
var asyncFrameOnly, asyncScoped byte

// asyncOpen opens the scope of the message that the goroutine received last.
func asyncOpen(t *asyncToken, pc uintptr) {
	if t.state != nil {
		asyncClose(t)
	}
	a := &getg().async
	a.expect = 0
	s := &a.Received
	if s.Kind == asyncNothing || asyncEvents == nil {
		return
	}
	if asyncOwed.Load() != 0 {
		t.scope = asyncEvents.Open(pc)
		t.state = &asyncScoped
		return
	}
	if s.Frame == nil || s.Frame == a.Frame {
		return
	}
	t.frame = a.Frame
	t.state = &asyncFrameOnly
	a.Open++
	a.Frame = asyncEvents.Merge(a.Frame, s.Frame, pc)
}

// asyncClose closes the scope that t holds open, if any. It is called in front
// of each statement that ends the handling, and deferred for the others.
func asyncClose(t *asyncToken) {
	switch t.state {
	case nil:
		return
	case &asyncFrameOnly:
		a := &getg().async
		a.Frame = t.frame
		if a.Open--; a.Open == 0 {
			AsyncClosed()
		}
	default:
		gp := getg()
		asyncEvents.Close(t.scope, gp._panic != nil)
	}
	*t = asyncToken{}
}

// async_open opens the scope of the message that the caller just received.
//
//go:linkname async_open
func async_open(t *asyncToken) { asyncOpen(t, sys.GetCallerPC()) }

// async_first is async_open in a loop of which the function must close the
// scope by a deferred call; it returns t if that is not registered yet.
//
//go:linkname async_first
func async_first(t *asyncToken) *asyncToken {
	deferred := t.state != nil
	asyncOpen(t, sys.GetCallerPC())
	if t.state == nil || deferred {
		return nil
	}
	return t
}

// async_each is async_first where each message needs a deferred call of its
// own.
//
//go:linkname async_each
func async_each(t *asyncToken) *asyncToken {
	asyncOpen(t, sys.GetCallerPC())
	if t.state == nil {
		return nil
	}
	return t
}

// async_close closes the scope of a message.
//
//go:linkname async_close
func async_close(t *asyncToken) { asyncClose(t) }

// async_next is the end of an iteration that another one follows.
//
//go:linkname async_next
func async_next(t *asyncToken) {
	asyncClose(t)
	if asyncActive.Load() != 0 {
		getg().async.expect = asyncFunc(sys.GetCallerPC())
	}
}

// async_expect announces that the function handles what it receives next.
//
//go:linkname async_expect
func async_expect() {
	if asyncActive.Load() != 0 {
		getg().async.expect = asyncFunc(sys.GetCallerPC())
	}
}

// async_await is the start of a case that does not handle what it received, in
// a select where others do.
//
//go:linkname async_await
func async_await() {
	gp := getg()
	gp.async.expect = 0
	if asyncActive.Load() != 0 {
		asyncAwaited(gp)
	}
}

// asyncFunc returns what tells the function of a pc from others.
func asyncFunc(pc uintptr) uintptr {
	f := findfunc(pc)
	if !f.valid() {
		return 0
	}
	return f.entry()
}

// asyncReceived is the end of a receive in the function of pc. A message that
// nothing handles ends here.
func asyncReceived(pc uintptr) {
	if asyncActive.Load() == 0 {
		return
	}
	gp := getg()
	if e := gp.async.expect; e != 0 {
		if e == asyncFunc(pc) {
			return
		}
	}
	asyncAwaited(gp)
}

func asyncAwaited(gp *g) {
	s := &gp.async.Received
	if s.Kind == asyncSend && s.Resource != nil && !s.ended && !asyncQuiet(gp) {
		s.ended = true
		asyncEvents.SendAwaited(s.Resource)
	}
}

// async_detach makes the function's next go statement start a goroutine with no
// stores.
//
//go:linkname async_detach
func async_detach() { getg().async.detach = asyncFunc(sys.GetCallerPC()) }

// async_capture returns what a call of the function fn, which is sent over a
// channel, needs to run in the present scope; nil: nothing.
//
//go:linkname async_capture
func async_capture(fn unsafe.Pointer) unsafe.Pointer {
	if fn == nil || asyncEvents == nil || getg().async.Frame == nil && asyncOwed.Load() == 0 {
		return nil
	}
	return asyncEvents.Capture()
}

// async_call opens the scope that a bound function was sent from, around its
// call.
//
//go:linkname async_call
func async_call(t *asyncToken, captured unsafe.Pointer) {
	t.scope = asyncEvents.Call(captured)
	t.state = &asyncScoped
}

// async_register makes the resource of a channel that is given to
// signal.Notify.
//
//go:linkname async_register os/signal.asynchooks_register
func async_register() *asyncTimer {
	at := &asyncTimer{kind: asyncSignal}
	at.begin(nil)
	return at
}

// async_unregister is its end.
//
//go:linkname async_unregister os/signal.asynchooks_unregister
func async_unregister(at *asyncTimer) {
	if at != nil && at.state.Swap(asyncEnded) != asyncEnded {
		at.frame = nil
		at.destroyed()
	}
}

// async_sendAs makes what the goroutine sends next carry the scope of a
// registration; nil: its own again.
//
//go:linkname async_sendAs os/signal.asynchooks_sendAs
func async_sendAs(at *asyncTimer) { getg().async.sendAs = at }
