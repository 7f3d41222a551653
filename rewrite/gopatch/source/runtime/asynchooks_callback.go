//go:build ignore

// This file is added to package runtime of an instrumented build. It holds what
// happens where callbacks are registered and called: by points in packages of
// the standard library and by rewritten code, both by linkname.
//
// A registration is a resource of rt's. One that is made where there is no store
// has one as well: its callback sees none, whoever calls it.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"internal/stringslite"
	"unsafe"
)

// The ways in which a registration ends, as rt knows them.
const (
	asyncMany = iota // when it is collected, or unregistered
	asyncOnce        // after its first call, or when it is collected
	asyncSelf        // when it is unregistered

	asyncHere = 0x80 // the caller of the registering function is the site, even in its own package
	asyncThis = 0x40 // the function that calls is the site
)

// async_bind returns the resource of the callback fn, which the caller's caller
// registers; nil: package rt is not in the program, or not ready.
//
//go:linkname async_bind
func async_bind(fn unsafe.Pointer, typ string, how uint8) unsafe.Pointer {
	if fn == nil || asyncQuiet(getg()) {
		return nil
	}
	return asyncEvents.Register(typ, nil, 0, how)
}

// async_bindNamed is async_bind for rewritten code, which passes how and whose
// caller is the site as a digit in front of the name of the type.
//
//go:linkname async_bindNamed
func async_bindNamed(fn unsafe.Pointer, name *string) unsafe.Pointer {
	if fn == nil || asyncQuiet(getg()) {
		return nil
	}
	how := (*name)[0] - '0'
	switch {
	case how >= 8:
		how = how - 8 | asyncThis
	case how >= 4:
		how = how - 4 | asyncHere
	}
	return asyncEvents.Register((*name)[1:], nil, 0, how)
}

// async_enter opens the scope of a registration around a call of its callback;
// asyncClose closes it. A nil registration has none.
//
//go:linkname async_enter
func async_enter(t *asyncToken, res unsafe.Pointer) {
	if res == nil {
		return
	}
	t.scope = asyncEvents.Enter(res)
	t.opened(asyncScoped)
}

// async_unregister is the end of a registration.
//
//go:linkname async_unregister
func async_unregister(res unsafe.Pointer) {
	if res != nil && !asyncQuiet(getg()) {
		asyncEvents.Unregister(res)
	}
}

// async_registerAfter makes the registration of a callback that is started as a
// goroutine.
//
//go:linkname async_registerAfter
func async_registerAfter() *asyncTimer {
	if asyncOff {
		return nil
	}
	at := &asyncTimer{kind: asyncContextAfter}
	at.begin(nil, getcallerfp())
	return at
}

// async_unregisterAfter ends a registration whose callback will not be called.
//
//go:linkname async_unregisterAfter
func async_unregisterAfter(at *asyncTimer) {
	if at != nil && at.state.Swap(asyncEnded) != asyncEnded {
		at.frame = nil
		at.ids().destroyed()
	}
}

// async_startAs makes the next go statement, which comes at once, start the
// callback of a registration.
//
//go:linkname async_startAs
func async_startAs(at *asyncTimer) { getg().async.startAs = at }

// async_outside takes the goroutine's stores away, for what is registered for
// the process and not for the caller; async_inside gives them back.
//
//go:linkname async_outside
func async_outside() unsafe.Pointer {
	a := &getg().async
	f := a.share()
	if !asyncOff {
		a.Frame = nil
	}
	return f
}

//go:linkname async_inside
func async_inside(f unsafe.Pointer) { getg().async.Frame = f }

// async_stores returns the stores of the caller, for a goroutine that another
// one may start on its behalf.
//
//go:linkname async_stores
func async_stores() unsafe.Pointer { return getg().async.share() }

// async_forget drops what the goroutine received last, before it waits for
// something else than a message for as long as it likes.
//
//go:linkname async_forget
func async_forget() { asyncNoSlot(&getg().async) }

// async_quiet is set while a package registers a callback with itself.
//
//go:linkname async_quiet
func async_quiet(on bool) { getg().async.Guard = on }

// An asyncHeld is what async_hold holds.
type asyncHeld struct {
	received AsyncSlot
	guard    bool
}

// async_hold precedes a call into package runtime that sends and receives on
// the goroutine for itself: the program sees none of it. async_release ends
// that.
//
//go:linkname async_hold
func async_hold() unsafe.Pointer {
	if asyncUsed == nil {
		return nil
	}
	a := &getg().async
	h := &asyncHeld{a.Received, a.Guard}
	a.Guard = true
	return unsafe.Pointer(h)
}

//go:linkname async_release
func async_release(held unsafe.Pointer) {
	if h := (*asyncHeld)(held); h != nil {
		a := &getg().async
		a.Received, a.Guard = h.received, h.guard
	}
}

// async_serve notes that the goroutine serves a connection: the requests of it,
// on whichever goroutine they are handled, have it as their trigger.
//
//go:linkname async_serve
func async_serve() {
	a := &getg().async
	a.conn = a.ID
}

// async_request opens the scope of an HTTP request.
//
//go:linkname async_request
func async_request(t *asyncToken, req any) {
	gp := getg()
	if asyncEvents == nil || asyncQuiet(gp) {
		return
	}
	t.scope = asyncEvents.Request(req, gp.async.conn, sys.GetCallerPC())
	t.opened(asyncScoped)
}

// async_listen makes the resource of a listener.
//
//go:linkname async_listen
func async_listen(listener any) unsafe.Pointer {
	if asyncEvents == nil || asyncQuiet(getg()) {
		return nil
	}
	return asyncEvents.Register("TCPServer", listener, 0, asyncMany)
}

// async_accept makes the resource of a connection that listener accepted. With
// no connection it only forgets the one before.
//
//go:linkname async_accept
func async_accept(listener unsafe.Pointer, conn any) unsafe.Pointer {
	gp := getg()
	gp.async.accepted = nil
	if conn == nil || listener == nil || asyncQuiet(gp) {
		return nil
	}
	res := asyncEvents.Register("TCPConn", conn, asyncEvents.IDOf(listener), asyncMany)
	gp.async.accepted = res
	return res
}

// async_handle opens the scope of the connection that the goroutine accepted
// last, in the loop of a server.
//
//go:linkname async_handle
func async_handle(t *asyncToken) {
	if t.isOpen() {
		asyncClose(t, getg()._panic != nil)
	}
	a := &getg().async
	res := a.accepted
	a.accepted = nil
	async_enter(t, res)
}

// async_handleFirst is to async_handle what async_first is to async_open.
//
//go:linkname async_handleFirst
func async_handleFirst(t *asyncToken) *asyncToken {
	async_handle(t)
	return asyncFirst(t)
}

// async_lookup makes the resource of a resolver's lookup of a host.
//
//go:linkname async_lookup
func async_lookup(host string) unsafe.Pointer {
	if asyncUsed == nil || asyncOwed == 0 || asyncEvents == nil || asyncQuiet(getg()) {
		return nil
	}
	return asyncEvents.Register("DNSLookup", host, 0, asyncSelf)
}

// An asyncBound takes the place of the function of a cleanup or finalizer. Its
// first word is that of a function value, and tells it from one: there are no
// other values that code of this function has.
type asyncBound struct {
	mark uintptr
	fn   *funcval
	res  unsafe.Pointer // *rt.AsyncResource
}

func asyncBoundMark() { throw("asynchooks: call of a bound cleanup") }

// asyncBindFunc returns what takes the place of fn, which a call at pc gives to
// AddCleanup or SetFinalizer. What the standard library has cleaned up, files
// and connections, is its own affair: that may outlive who asked for it, and
// must not keep its stores.
func asyncBindFunc(fn *funcval, typ string, pc uintptr) *funcval {
	if fn == nil || asyncQuiet(getg()) || asyncHousekeeping(pc) {
		return fn
	}
	res := asyncEvents.Register(typ, nil, 0, asyncOnce)
	return (*funcval)(unsafe.Pointer(&asyncBound{abi.FuncPCABIInternal(asyncBoundMark), fn, res}))
}

func asyncBoundOf(fn *funcval) *asyncBound {
	if fn == nil || fn.fn != abi.FuncPCABIInternal(asyncBoundMark) {
		return nil
	}
	return (*asyncBound)(unsafe.Pointer(fn))
}

// asyncCallCleanup calls a cleanup, which may be bound.
func asyncCallCleanup(fn *funcval, call func(*funcval, unsafe.Pointer), arg unsafe.Pointer) {
	if raceenabled {
		// The race detector takes each cleanup for a goroutine of its own: the
		// records of scopes that the last one used are not for this one.
		getg().async.Scope = nil
	}
	b := asyncBoundOf(fn)
	if b == nil {
		call(fn, arg)
		return
	}
	var t asyncToken
	async_enter(&t, b.res)
	defer async_close(&t)
	call(b.fn, arg)
}

// asyncCallFinalizer calls a bound finalizer.
func asyncCallFinalizer(b *asyncBound, frame unsafe.Pointer, size uint32, regs *abi.RegArgs) {
	var t asyncToken
	async_enter(&t, b.res)
	defer async_close(&t)
	reflectcall(nil, unsafe.Pointer(b.fn), frame, size, size, size, regs)
}

// asyncHousekeepers are the packages of the standard library that use cleanups
// and finalizers; what lies below crypto and internal does, too.
var asyncHousekeepers = [...]string{
	"net", "os", "os/exec", "syscall/js", "unique", "runtime", "github.com/asynchooks/asynchooks/rt",
}

// asyncHousekeeping reports whether pc is in one of them.
func asyncHousekeeping(pc uintptr) bool {
	f := findfunc(pc)
	if !f.valid() {
		return false
	}
	pkg := funcpkgpath(f)
	if stringslite.HasPrefix(pkg, "crypto/") || stringslite.HasPrefix(pkg, "internal/") {
		return true
	}
	for _, p := range asyncHousekeepers {
		if pkg == p {
			return true
		}
	}
	return false
}
