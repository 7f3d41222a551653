//go:build ignore

// This file is added to packages of the standard library in an instrumented
// build. The functions are in package runtime, where they are explained.

package links

import "unsafe"

type (
	asynchooks_scope    [3]unsafe.Pointer // an open scope, to be closed
	asynchooks_resource = unsafe.Pointer  // a registration; nil: nothing is carried
	asynchooks_after    = unsafe.Pointer  // a registration whose callback is a goroutine
)

// The ways in which a registration ends.
const (
	asynchooks_many = 0
	asynchooks_once = 1
)

//go:linkname asynchooks_bind runtime.async_bind
//go:noescape
func asynchooks_bind(fn unsafe.Pointer, typ string, how uint8) asynchooks_resource

//go:linkname asynchooks_enter runtime.async_enter
//go:noescape
func asynchooks_enter(*asynchooks_scope, asynchooks_resource)

//go:linkname asynchooks_close runtime.async_close
//go:noescape
func asynchooks_close(*asynchooks_scope)

//go:linkname asynchooks_unregister runtime.async_unregister
func asynchooks_unregister(asynchooks_resource)

//go:linkname asynchooks_registerAfter runtime.async_registerAfter
func asynchooks_registerAfter() asynchooks_after

//go:linkname asynchooks_unregisterAfter runtime.async_unregisterAfter
func asynchooks_unregisterAfter(asynchooks_after)

//go:linkname asynchooks_startAs runtime.async_startAs
func asynchooks_startAs(asynchooks_after)

//go:linkname asynchooks_detach runtime.async_detach
func asynchooks_detach()

//go:linkname asynchooks_outside runtime.async_outside
func asynchooks_outside() unsafe.Pointer

//go:linkname asynchooks_inside runtime.async_inside
func asynchooks_inside(unsafe.Pointer)

//go:linkname asynchooks_stores runtime.async_stores
func asynchooks_stores() unsafe.Pointer

//go:linkname asynchooks_forget runtime.async_forget
func asynchooks_forget()

//go:linkname asynchooks_quiet runtime.async_quiet
func asynchooks_quiet(bool)

//go:linkname asynchooks_hold runtime.async_hold
func asynchooks_hold() unsafe.Pointer

//go:linkname asynchooks_release runtime.async_release
func asynchooks_release(unsafe.Pointer)

//go:linkname asynchooks_serve runtime.async_serve
func asynchooks_serve()

//go:linkname asynchooks_request runtime.async_request
//go:noescape
func asynchooks_request(*asynchooks_scope, any)

//go:linkname asynchooks_listen runtime.async_listen
func asynchooks_listen(any) asynchooks_resource

//go:linkname asynchooks_accept runtime.async_accept
func asynchooks_accept(asynchooks_resource, any) asynchooks_resource

//go:linkname asynchooks_lookup runtime.async_lookup
func asynchooks_lookup(string) asynchooks_resource

// asynchooks_bindOnce registers fn, which is called once.
func asynchooks_bindOnce(fn func(), typ string) asynchooks_resource {
	return asynchooks_bind(*(*unsafe.Pointer)(unsafe.Pointer(&fn)), typ, asynchooks_once)
}

// asynchooks_bindFunc returns fn bound to the scope of the caller's caller.
func asynchooks_bindFunc(fn func(), typ string) func() {
	res := asynchooks_bind(*(*unsafe.Pointer)(unsafe.Pointer(&fn)), typ, asynchooks_many)
	if res == nil {
		return fn
	}
	return func() {
		var t asynchooks_scope
		defer asynchooks_close(&t)
		asynchooks_enter(&t, res)
		fn()
	}
}
