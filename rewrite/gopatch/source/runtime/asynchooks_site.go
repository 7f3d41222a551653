//go:build ignore

// This file is added to package runtime of an instrumented build. It holds what
// rewritten packages call, by linkname, besides opening and closing scopes: which
// receives are handled, detached goroutines, bound functions.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// async_expect announces that the function handles what it receives next.
//
//go:linkname async_expect
func async_expect() {
	if asyncActive != 0 {
		asyncExpect(sys.GetCallerPC())
	}
}

// async_operand follows async_expect for each receive that comes before: the
// operands of the one that is meant.
//
//go:linkname async_operand
func async_operand() {
	if asyncActive != 0 {
		getg().async.expectSkip++
	}
}

func asyncExpect(pc uintptr) {
	a := &getg().async
	if a.expect != 0 {
		a.expectInside()
	}
	if pc-a.expectFrom > a.expectTo-a.expectFrom {
		a.expectLookup(pc)
	}
	a.expect, a.expectSkip = a.expectFrom, 0
}

// asyncExpected is an announced receive that has to wait until another one is
// done, which a function announces that is called for an operand, or a hook.
type asyncExpected struct {
	expect uintptr
	skip   uint8
	depth  uint8
	outer  *asyncExpected
}

// asyncExpectDepth is how deep announcements may nest. A panic leaves one that is
// followed by no receive.
const asyncExpectDepth = 32

// expectInside keeps what is expected for later.
func (a *AsyncG) expectInside() {
	o := &asyncExpected{expect: a.expect, skip: a.expectSkip, outer: a.outer}
	if o.outer != nil {
		if o.depth = o.outer.depth + 1; o.depth == asyncExpectDepth {
			o.depth, o.outer = 0, nil
		}
	}
	a.outer = o
}

// expectOuter is the end of what is expected.
func (a *AsyncG) expectOuter() {
	o := a.outer
	if o == nil {
		a.expect = 0
		return
	}
	a.expect, a.expectSkip, a.outer = o.expect, o.skip, o.outer
}

// unexpect is the opening of a scope while no hook is enabled: what was announced
// before the last one was disabled is void.
func (a *AsyncG) unexpect() {
	if a.expect != 0 && asyncActive == 0 {
		a.expect, a.outer = 0, nil
	}
}

// expectLookup looks up the function of a pc, for asyncExpect.
func (a *AsyncG) expectLookup(pc uintptr) {
	switch entry := asyncFunc(pc); entry {
	case 0:
		a.expectFrom, a.expectTo = 0, 0
	case a.expectFrom:
		a.expectTo = pc
	default:
		a.expectFrom, a.expectTo = entry, pc
	}
}

// async_await is the start of a case that does not handle what it received, in
// a select where others do.
//
//go:linkname async_await
func async_await() {
	if asyncActive != 0 {
		asyncAwaited(getg())
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

// asyncReceiving is the beginning of a receive while a hook is enabled.
func asyncReceiving() {
	gp := getg()
	a := &gp.async
	asyncSettle(gp)
	if a.Depth != 0 && a.kept == nil && !asyncQuiet(gp) && asyncEvents.InHook() {
		a.kept = new(AsyncSlot)
		*a.kept = a.Received
		asyncEvents.Kept()
	}
}

// AsyncPutBack makes the message that was received last the one from before the
// hook that is over, if that received one itself. It reports whether it did.
func AsyncPutBack() bool {
	a := &getg().async
	if a.kept == nil {
		return false
	}
	a.Received, a.kept = *a.kept, nil
	return true
}

// asyncSettle ends the message that gp received last, if that is still to be done.
// The receive began before a hook was enabled then, so that nothing announced
// whether it is handled, and it was not.
func asyncSettle(gp *g) {
	if s := &gp.async.Received; s.Kind == AsyncHooked && !s.ended {
		asyncAwaited(gp)
	}
}

// asyncReceived is the end of a receive in the function of pc, of which
// asyncReceiving was the beginning. A message that nothing handles ends here.
func asyncReceived(pc uintptr) {
	if asyncActive == 0 {
		return
	}
	gp := getg()
	a := &gp.async
	if a.expect != 0 && a.expects(pc) {
		if a.expectSkip == 0 {
			a.expectOuter()
			return
		}
		a.expectSkip--
	}
	asyncAwaited(gp)
}

// expects reports whether the goroutine expects a receive at pc: see asyncIsExpected.
func (a *AsyncG) expects(pc uintptr) bool {
	return a.expect == a.expectFrom && pc-a.expectFrom <= a.expectTo-a.expectFrom || asyncIsExpected(a.expect, pc)
}

// asyncIsExpected reports whether a receive at pc is one that the function at entry
// expects: its own, or that of a loop which it is in the body of. The compiler
// makes functions of the bodies of loops over iterators, and a continue in one
// can be that of a loop around it.
func asyncIsExpected(entry, pc uintptr) bool {
	f := findfunc(pc)
	if !f.valid() {
		return false
	}
	if f.entry() == entry {
		if a := &getg().async; a.expectFrom == entry {
			a.expectTo = pc
		}
		return true
	}
	return asyncSourceFunc(findfunc(entry)) == asyncSourceFunc(f)
}

// asyncSourceFunc returns the name of the function whose source f is part of.
// Bodies of loops over iterators are named after it, and a number; from Go 1.27,
// one that is in another is named after that.
func asyncSourceFunc(f funcInfo) string {
	const suffix = "-range"
	name := funcname(f)
	for {
		i := len(name)
		for i > 0 && '0' <= name[i-1] && name[i-1] <= '9' {
			i--
		}
		if i == len(name) || i < len(suffix) || name[i-len(suffix):i] != suffix {
			return name
		}
		name = name[:i-len(suffix)]
	}
}

// asyncNotReceived is the end of a select at pc that received nothing.
func asyncNotReceived(pc uintptr) {
	if a := &getg().async; a.expect != 0 && a.expects(pc) {
		a.expectOuter()
	}
}

func asyncAwaited(gp *g) {
	s := &gp.async.Received
	if s.Kind == AsyncHooked && !s.ended && !asyncQuiet(gp) {
		s.ended = true
		asyncEvents.SendAwaited(s.Ref)
	}
}

// async_detach makes the function's next go statement start a goroutine with no
// stores.
//
//go:linkname async_detach
func async_detach() {
	if !asyncOff {
		getg().async.detach = asyncFunc(sys.GetCallerPC())
	}
}

// async_capture returns what a call of the function fn, which is sent over a
// channel, needs to run in the present scope; nil: nothing.
//
//go:linkname async_capture
func async_capture(fn unsafe.Pointer) unsafe.Pointer {
	if fn == nil || asyncUsed == nil || asyncEvents == nil || getg().async.Frame == nil && asyncOwed == 0 {
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
	t.opened(asyncScoped)
}

// async_register makes the resource of a channel that is given to
// signal.Notify.
//
//go:linkname async_register os/signal.asynchooks_register
func async_register() *asyncTimer {
	if asyncOff {
		return nil
	}
	at := &asyncTimer{kind: asyncSignal}
	at.begin(nil, 0)
	return at
}

// async_sendAs makes what the goroutine sends next carry the scope of a
// registration; nil: its own again.
//
//go:linkname async_sendAs os/signal.asynchooks_sendAs
func async_sendAs(at *asyncTimer) { getg().async.sendAs = at }

// asyncBoundLine is the line on which the rewriter puts the function literals
// that bound functions are called by. No other source file is that long.
const asyncBoundLine = 1<<20 - 9

// asyncFuncID is the kind of a function, for stack traces: what calls a bound
// function is a wrapper, as those of method values are.
func asyncFuncID(f funcInfo) abi.FuncID {
	if f.startLine == asyncBoundLine {
		return abi.FuncIDWrapper
	}
	return f.funcID
}
