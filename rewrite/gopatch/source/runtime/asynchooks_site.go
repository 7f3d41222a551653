//go:build ignore

// This file is added to package runtime of an instrumented build. It holds what
// rewritten packages call, by linkname: the handling of messages in receive
// loops, detached goroutines, bound functions.

package runtime

import (
	"internal/abi"
	"internal/goarch"
	"internal/runtime/sys"
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
)

var asyncStates [8]unsafe.Pointer

// asyncState is what a token is set to.
func asyncState(bits uintptr) uintptr {
	return uintptr(unsafe.Pointer(&asyncStates)) + bits*goarch.PtrSize
}

// asyncUnused is what rewritten code sets a token to.
func asyncUnused() uintptr { return uintptr(unsafe.Pointer(&asyncUsed)) }

func (t *asyncToken) is(bit uintptr) bool {
	return t.state != 0 && t.state != asyncUnused() && t.bits()&bit != 0
}

func (t *asyncToken) bits() uintptr {
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
	if t.isOpen() || t.state == asyncUnused() {
		asyncClose(t, getg()._panic != nil)
	}
	a := &getg().async
	a.expect = 0
	s := &a.Received
	if s.Kind == asyncClosed || asyncEvents == nil {
		return
	}
	if s.Kind == AsyncHooked {
		r := (*asyncResource)(s.Ref)
		if !s.ended {
			s.ended = true
			t.scope = asyncEvents.OpenHooked(s.Ref, pc)
			t.opened(asyncScoped)
			return
		}
		// Its Destroy came too early: it gets no more events.
		s.put(r.frame, r.trigger, asyncSend)
		s.ID = r.id
	}
	if s.Kind != asyncNothing && asyncOwed.Load() != 0 {
		if t.scope = a.openMessage(s); t.scope == nil {
			t.scope = asyncEvents.Open(pc)
		}
		t.opened(asyncScoped)
		return
	}
	t.scope, t.frame = a.Scope, a.share()
	t.opened(asyncFrameOnly)
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
		if a.Scope != t.scope {
			asyncEvents.Unwind(t.scope, panicking)
		}
		a.Frame = t.frame
		if a.Open--; a.Open == AsyncCoro {
			AsyncClosed()
		}
	case t.is(asyncScoped):
		asyncEvents.Close(t.scope, panicking)
	default:
		return
	}
	deferred := t.is(asyncDeferred)
	*t = asyncToken{}
	if deferred {
		t.state = asyncState(asyncDeferred)
	}
}

// async_open opens the scope of the message that the caller just received.
//
//go:linkname async_open
func async_open(t *asyncToken) {
	a := &getg().async
	m := &a.Received
	if t.state == 0 && (m.Ref == nil || m.Ref == a.Frame) && (m.Kind == asyncNothing || m.Kind == asyncSend && asyncOwed.Load() == 0) {
		// Nothing to enter, only to leave.
		a.Open++
		t.scope, t.frame, t.state = a.Scope, a.share(), asyncState(asyncFrameOnly)
		return
	}
	switch pc := sys.GetCallerPC(); {
	case t.state != 0:
		asyncOpen(t, pc)
	case m.Kind == AsyncHooked && !m.ended:
		a.expect, m.ended = 0, true
		t.scope, t.state = asyncEvents.OpenHooked(m.Ref, pc), asyncState(asyncScoped)
	default:
		asyncOpenPlain(t, pc)
	}
}

// asyncOpenPlain is asyncOpen with a closed token, quick for a message that has an
// id and no resource.
func asyncOpenPlain(t *asyncToken, pc uintptr) {
	a := &getg().async
	if m := &a.Received; m.Kind == asyncSend {
		if s := a.openMessage(m); s != nil {
			a.expect = 0
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
	t.opened(t.bits() | asyncDeferred)
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
	gp.async.expect = 0
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
	case t.is(asyncFrameOnly):
		t.state = asyncState(asyncFrameOnly)
	case t.is(asyncScoped):
		t.state = asyncState(asyncScoped)
	default:
		t.state = 0
	}
}

// async_close closes the scope of a message.
//
//go:linkname async_close
func async_close(t *asyncToken) {
	if a := &getg().async; t.state != 0 && !t.leaveFrame(a) {
		asyncLeave(t, a)
	}
}

// async_next is the end of an iteration of a loop that receives again.
//
//go:linkname async_next
func async_next(t *asyncToken) {
	a := &getg().async
	if asyncActive == 0 {
		if t.state != 0 && !t.leaveFrame(a) {
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
	if pc := sys.GetCallerPC(); pc-a.expectFrom <= a.expectTo-a.expectFrom {
		a.expect, a.expectSkip = a.expectFrom, 0
	} else {
		asyncExpect(pc)
	}
}

// leaveFrame is asyncClose for a message that has no record, if nothing was opened
// inside of its scope and no call was deferred; it reports whether that was so.
func (t *asyncToken) leaveFrame(a *AsyncG) bool {
	if t.state != asyncState(asyncFrameOnly) || a.Scope != t.scope || a.coro != nil {
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
	if pc-a.expectFrom > a.expectTo-a.expectFrom {
		a.expectLookup(pc)
	}
	a.expect, a.expectSkip = a.expectFrom, 0
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

// asyncReceived is the end of a receive in the function of pc. A message that
// nothing handles ends here.
func asyncReceived(pc uintptr) {
	if asyncActive == 0 {
		return
	}
	gp := getg()
	a := &gp.async
	if a.expect != 0 && a.expects(pc) {
		if a.expectSkip == 0 {
			a.expect = 0
			return
		}
		a.expectSkip--
	}
	asyncAwaited(gp)
}

// expects reports whether the goroutine expects a receive at pc: see asyncExpected.
func (a *AsyncG) expects(pc uintptr) bool {
	return a.expect == a.expectFrom && pc-a.expectFrom <= a.expectTo-a.expectFrom || asyncExpected(a.expect, pc)
}

// asyncExpected reports whether a receive at pc is one that the function at entry
// expects: its own, or that of a loop which it is in the body of. The compiler
// makes functions of the bodies of loops over iterators, and a continue in one
// can be that of a loop around it.
func asyncExpected(entry, pc uintptr) bool {
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

// asyncNotReceived is the end of a select that received nothing.
func asyncNotReceived() {
	if a := &getg().async; a.expect != 0 {
		a.expect = 0
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
	if fn == nil || asyncUsed == nil || asyncEvents == nil || getg().async.Frame == nil && asyncOwed.Load() == 0 {
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
