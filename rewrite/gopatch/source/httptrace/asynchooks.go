//go:build ignore

// This file is added to package net/http/httptrace of an instrumented build.

package httptrace

import (
	"crypto/tls"
	"net/textproto"
	"unsafe"
)

// asynchooks_trace returns a trace whose functions are those of trace, bound to
// the scope in which that is given to WithClientTrace. The caller's own is left
// alone: it may be given to another call.
func asynchooks_trace(trace *ClientTrace) *ClientTrace {
	res := asynchooks_bind(unsafe.Pointer(trace), "HTTPTrace", asynchooks_many)
	if res == nil {
		return trace
	}
	bound := *trace
	if fn := trace.GetConn; fn != nil {
		bound.GetConn = func(a string) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a)
		}
	}
	if fn := trace.GotConn; fn != nil {
		bound.GotConn = func(a GotConnInfo) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a)
		}
	}
	if fn := trace.PutIdleConn; fn != nil {
		bound.PutIdleConn = func(a error) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a)
		}
	}
	if fn := trace.GotFirstResponseByte; fn != nil {
		bound.GotFirstResponseByte = func() {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn()
		}
	}
	if fn := trace.Got100Continue; fn != nil {
		bound.Got100Continue = func() {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn()
		}
	}
	if fn := trace.Got1xxResponse; fn != nil {
		bound.Got1xxResponse = func(a int, b textproto.MIMEHeader) error {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			return fn(a, b)
		}
	}
	if fn := trace.DNSStart; fn != nil {
		bound.DNSStart = func(a DNSStartInfo) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a)
		}
	}
	if fn := trace.DNSDone; fn != nil {
		bound.DNSDone = func(a DNSDoneInfo) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a)
		}
	}
	if fn := trace.ConnectStart; fn != nil {
		bound.ConnectStart = func(a string, b string) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a, b)
		}
	}
	if fn := trace.ConnectDone; fn != nil {
		bound.ConnectDone = func(a string, b string, c error) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a, b, c)
		}
	}
	if fn := trace.TLSHandshakeStart; fn != nil {
		bound.TLSHandshakeStart = func() {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn()
		}
	}
	if fn := trace.TLSHandshakeDone; fn != nil {
		bound.TLSHandshakeDone = func(a tls.ConnectionState, b error) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a, b)
		}
	}
	if fn := trace.WroteHeaderField; fn != nil {
		bound.WroteHeaderField = func(a string, b []string) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a, b)
		}
	}
	if fn := trace.WroteHeaders; fn != nil {
		bound.WroteHeaders = func() {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn()
		}
	}
	if fn := trace.Wait100Continue; fn != nil {
		bound.Wait100Continue = func() {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn()
		}
	}
	if fn := trace.WroteRequest; fn != nil {
		bound.WroteRequest = func(a WroteRequestInfo) {
			var t asynchooks_scope
			defer asynchooks_close(&t)
			asynchooks_enter(&t, res)
			fn(a)
		}
	}
	return &bound
}
