package gopatch

// Here are the points of packages of the standard library other than runtime:
// what registers and calls callbacks, and what starts goroutines and timers
// that serve the process and not the caller who happened to come first.

const detach = "asynchooks_detach()"

// outside and inside stand around a statement that sets a timer of a connection,
// which will end long after the request that happened to set it.
const outside, inside = "async := asynchooks_outside()", "asynchooks_inside(async)"

// hold and release stand around a statement by which package runtime sends and
// receives on the caller's goroutine for itself.
const hold, release = "held := asynchooks_hold()", "asynchooks_release(held)"

// enter stands before a call of a callback that is followed by the end of its
// function.
const enter = "var async asynchooks_scope; defer asynchooks_close(&async); "

var contextPoints = []point{
	{Type: "afterFuncCtx", Field: "async asynchooks_after "},
	{Func: "AfterFunc", At: "a.cancelCtx.propagateCancel(ctx, a)", Before: "a.async = asynchooks_registerAfter()"},
	{Func: "AfterFunc", At: "a.cancel(true, Canceled, nil)", After: "asynchooks_unregisterAfter(a.async)"},
	{Func: "(*afterFuncCtx).cancel", At: "go a.f()", Before: "asynchooks_startAs(a.async)"},
}

var testingPoints = []point{
	{Func: "(*common).Cleanup", At: "var pc [maxStackLen]uintptr", Before: `registration := asynchooks_bindOnce(f, "TestCleanup")`},
	{Func: "(*common).Cleanup", At: "f()", Before: enter + "asynchooks_enter(&async, registration)"},
}

var netPoints = []point{
	{Type: "netFD", Field: "async asynchooks_resource "},
	{Func: "(*netFD).Close", Enter: "asynchooks_unregister(fd.async)"},
	{Func: "(*sysListener).listenTCPProto", At: "return &TCPListener{fd: fd, lc: sl.ListenConfig}, nil", Replace: "ln := &TCPListener{fd: fd, lc: sl.ListenConfig}; fd.async = asynchooks_listen(ln); return ln, nil"},
	{Func: "(*TCPListener).accept", Enter: "asynchooks_accept(nil, nil)"},
	{Func: "(*TCPListener).accept", At: "return newTCPConn(fd, ln.lc.KeepAlive, ln.lc.KeepAliveConfig, testPreHookSetKeepAlive, testHookSetKeepAlive), nil", Replace: "c := newTCPConn(fd, ln.lc.KeepAlive, ln.lc.KeepAliveConfig, testPreHookSetKeepAlive, testHookSetKeepAlive); fd.async = asynchooks_accept(ln.fd.async, c); return c, nil"},

	// Lookups. Those of an address are none.
	{Func: "(*Resolver).lookupIPAddr", At: "trace, _ := ctx.Value(nettrace.TraceKey{}).(*nettrace.Trace)", Before: lookup("host")},
	{Func: "(*Resolver).LookupHost", At: "return r.lookupHost(ctx, host)", Before: lookup("host")},
	{Func: "(*Resolver).LookupCNAME", Enter: lookup("host")},
	{Func: "(*Resolver).LookupSRV", Enter: lookup("name")},
	{Func: "(*Resolver).LookupMX", Enter: lookup("name")},
	{Func: "(*Resolver).LookupNS", Enter: lookup("name")},
	{Func: "(*Resolver).LookupTXT", Enter: lookup("name")},
	{Func: "(*Resolver).LookupAddr", Enter: lookup("addr")},
}

func lookup(name string) string {
	return "defer asynchooks_unregister(asynchooks_lookup(" + name + "))"
}

var httpPoints = []point{
	// The server: a request, its connection, callbacks.
	{Func: "serverHandler.ServeHTTP", Enter: enter + "asynchooks_request(&async, req)"},
	{Func: "(*conn).serve", Enter: "asynchooks_serve()"},
	{Func: "(*Server).Serve", At: "go c.serve(connCtx)", Before: detach},
	{Func: "(*Server).RegisterOnShutdown", Enter: `f = asynchooks_bindFunc(f, "HTTPShutdown")`},
	{Release: "go1.26", Func: "http2ConfigureServer", At: "s.RegisterOnShutdown(conf.state.startGracefulShutdown)", Before: "asynchooks_quiet(true)", After: "asynchooks_quiet(false)"},
	{Release: "go1.27", Func: "(*Server).configureHTTP2", At: "s.RegisterOnShutdown(h2srv.GracefulShutdown)", Before: "asynchooks_quiet(true)", After: "asynchooks_quiet(false)"},
	{Func: "(*ClientConn).SetStateHook", Enter: "f = asynchooks_bindStateHook(f)"},
	{Type: "Server", Field: "async asynchooks_registration "},
	{Func: "(*Server).Serve", At: "origListener := l", Before: `s.async.register(s.ConnState, "HTTPConnState")`},
	{Func: "(*conn).setState", At: "hook(nc, state)", Before: enter + "asynchooks_enter(&async, srv.async.load())"},

	// The transport: the loops of a connection, which others use later, and its
	// timer; a dial for a request that waited until another one was done.
	{Func: "(*Transport).dialConn", At: "go pconn.readLoop()", Before: detach},
	{Func: "(*Transport).dialConn", At: "go pconn.writeLoop()", Before: detach},
	{Func: "(*Transport).tryPutIdleConn", At: "pconn.idleTimer = time.AfterFunc(t.IdleConnTimeout, pconn.closeConnIfStillIdle)", Before: outside, After: inside},
	{Func: "(*persistConn).readLoop", At: "_, err := pc.br.Peek(1)", Before: "asynchooks_forget()"},
	{Func: "(*Transport).tryPutIdleConn", At: "pconn.idleTimer.Reset(t.IdleConnTimeout)", Before: outside, After: inside},
	{Type: "wantConn", Field: "async asynchooks_resource "},
	{Func: "(*Transport).queueForDial", Enter: "w.async = asynchooks_stores()"},
	{Func: "(*Transport).startDialConnForLocked", At: "go func() {", Before: "async := asynchooks_outside(); asynchooks_inside(w.async); w.async = nil", After: "asynchooks_inside(async)"},

	// HTTP/2 is in this package up to Go 1.26.
	{Release: "go1.26", Func: "(*http2serverConn).upgradeRequest", At: "go sc.runHandler(rw, req, sc.handler.ServeHTTP)", Before: detach},
	{Release: "go1.26", Func: "(*http2serverConn).scheduleHandler", At: "go sc.runHandler(rw, req, handler)", Before: detach},
	{Release: "go1.26", Func: "(*http2serverConn).handlerDone", At: "go sc.runHandler(u.rw, u.req, u.handler)", Before: detach},
	{Release: "go1.26", Func: "(*http2serverConn).startPush", At: "go sc.runHandler(rw, req, sc.handler.ServeHTTP)", Before: detach},
	{Release: "go1.26", Func: "(*http2Transport).newClientConn", At: "cc.idleTimer = time.AfterFunc(d, cc.onIdleTimeout)", Before: outside, After: inside},
	{Release: "go1.26", Func: "(*http2serverConn).closeStream", At: "sc.idleTimer.Reset(sc.srv.IdleTimeout)", Before: outside, After: inside},
	{Release: "go1.26", Func: "(*http2ClientConn).forgetStreamID", At: "cc.idleTimer.Reset(cc.idleTimeout)", Before: outside, After: inside},
	{Release: "go1.26", Func: "(*http2Transport).newClientConn", At: "go cc.readLoop()", Before: detach},
}

// The goroutines of HTTP/2 handlers are started from the loop that handles all
// frames of a connection, some of which are other requests'.
var http2Points = []point{
	{Func: "(*serverConn).upgradeRequest", At: "go sc.runHandler(rw, req, sc.handler.ServeHTTP)", Before: detach},
	{Func: "(*serverConn).scheduleHandler", At: "go sc.runHandler(rw, req, handler)", Before: detach},
	{Func: "(*serverConn).handlerDone", At: "go sc.runHandler(u.rw, u.req, u.handler)", Before: detach},
	{Func: "(*serverConn).startPush", At: "go sc.runHandler(rw, req, sc.handler.ServeHTTP)", Before: detach},
	{Func: "(*Transport).newClientConn", At: "cc.idleTimer = time.AfterFunc(d, cc.onIdleTimeout)", Before: outside, After: inside},
	{Func: "(*serverConn).closeStream", At: "sc.idleTimer.Reset(idleTimeout)", Before: outside, After: inside},
	{Func: "(*ClientConn).forgetStreamID", At: "cc.idleTimer.Reset(cc.idleTimeout)", Before: outside, After: inside},
	{Func: "(*Transport).newClientConn", At: "go cc.readLoop()", Before: detach},
}

var httptracePoints = []point{
	{Func: "WithClientTrace", At: "trace.compose(old)", After: "trace = asynchooks_trace(trace)"},
}

var fcgiPoints = []point{
	{Func: "Serve", At: "go c.serve()", Before: detach},
}

var rpcPoints = []point{
	{Func: "NewClientWithCodec", At: "go client.input()", Before: detach},
	{Func: "(*Server).Accept", At: "go server.ServeConn(conn)", Before: detach},
}

var sqlPoints = []point{
	{Func: "OpenDB", At: "go db.connectionOpener(ctx)", Before: detach},
	{Func: "(*DB).startCleanerLocked", At: "go db.connectionCleaner(db.shortestIdleTimeLocked())", Before: detach},
}

var pprofPoints = []point{
	{Func: "StartCPUProfile", At: "go profileWriter(w)", Before: detach},
}

var tracePoints = []point{
	{Func: "Stop", Enter: "defer asynchooks_release(asynchooks_hold())"},
	{Func: "(*traceMultiplexer).startLocked", At: "go func() {", Before: detach},
}
