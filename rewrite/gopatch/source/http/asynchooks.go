//go:build ignore

// This file is added to package net/http of an instrumented build.

package http

import (
	"net"
	"sync/atomic"
	"unsafe"
)

// asynchooks_registration is that of a Server's ConnState, from the first call
// of Serve on. Several may come at once.
type asynchooks_registration struct{ resource atomic.Pointer[byte] }

func (r *asynchooks_registration) register(fn func(net.Conn, ConnState), typ string) {
	if fn == nil || r.resource.Load() != nil {
		return
	}
	if res := asynchooks_bind(*(*unsafe.Pointer)(unsafe.Pointer(&fn)), typ, asynchooks_many); res != nil && !r.resource.CompareAndSwap(nil, (*byte)(res)) {
		asynchooks_unregister(res)
	}
}

func (r *asynchooks_registration) load() asynchooks_resource {
	return asynchooks_resource(r.resource.Load())
}

// asynchooks_bindStateHook returns fn, the hook of a ClientConn, bound to the scope
// of the caller's caller.
func asynchooks_bindStateHook(fn func(*ClientConn)) func(*ClientConn) {
	res := asynchooks_bind(*(*unsafe.Pointer)(unsafe.Pointer(&fn)), "HTTPClientConnState", asynchooks_many)
	if res == nil {
		return fn
	}
	return func(cc *ClientConn) {
		var t asynchooks_scope
		defer asynchooks_close(&t)
		asynchooks_enter(&t, res)
		fn(cc)
	}
}
