//go:build ignore

// This file is added to package runtime of an instrumented build. It holds what
// goroutines do: the event of a go statement, what a goroutine inherits, the events
// on it, and its end.

package runtime

import (
	"internal/abi"
	"internal/goarch"
	"internal/runtime/sys"
	"internal/stringslite"
	"unsafe"
)

// AsyncOwnSite returns the pc of the go statement that started the goroutine.
func AsyncOwnSite() uintptr { return getg().gopc }

// AsyncGoFor makes the caller's next go statement, which comes at once, one of
// the caller's caller's caller: of whoever called the function that calls it.
//
//go:noinline
func AsyncGoFor() {
	a := &getg().async
	if fp := getcallerfp(); fp != 0 {
		a.goFor = asyncCallersAt(fp)[1]
		return
	}
	var pcs [1]uintptr
	callers(3, pcs[:])
	a.goFor = pcs[0]
}

// asyncGo is the go statement at pc. It runs on the goroutine that executes
// it, after fn and its arguments were evaluated. It returns where the statement
// is said to be.
func asyncGo(gp *g, fn *funcval, pc uintptr) uintptr {
	a := &gp.async
	if gp != gp.m.curg {
		// A timer that fires does so on the system stack.
		if t := a.sendAs; t != nil {
			a.child, a.childOf, a.childRes = t.id, t.trigger, t.resource
		}
		return pc
	}
	if t := a.startAs; t != nil {
		a.child, a.childOf, a.childRes = t.id, t.trigger, t.resource
		return pc
	}
	if a.detach != 0 {
		a.bare = a.detach == asyncFunc(pc)
		a.detach = 0
	}
	if a.goFor != 0 {
		pc = a.goFor
		a.goFor = 0
	}
	if asyncActive == 0 || fn == nil || asyncQuiet(gp) || asyncSystem(fn) {
		return pc
	}
	trigger := a.current()
	id := asyncNewID(gp, trigger)
	bare := a.bare
	a.bare = false
	res := asyncEvents.GoInit(id, trigger, pc, bare)
	if raceenabled {
		racereleasemerge(unsafe.Pointer(&asyncEvents)) // AsyncAlive shows the resource to others
	}
	// Set now: the hooks may have started goroutines of their own.
	a.child, a.childOf, a.childRes, a.bare = id, trigger, res, bare
	return pc
}

// asyncSystem reports whether fn is the runtime's own, as isSystemGoroutine
// will say of the goroutine. A processor knows the last function that was not: a
// server starts the same one over and over.
func asyncSystem(fn *funcval) bool {
	pp := getg().m.p.ptr()
	if pp.asyncUser == fn.fn {
		return false
	}
	if asyncIsSystem(fn) {
		return true
	}
	pp.asyncUser = fn.fn
	return false
}

func asyncIsSystem(fn *funcval) bool {
	f := findfunc(fn.fn)
	return f.valid() && f.funcID != abi.FuncID_runtime_main && f.funcID != abi.FuncID_corostart && stringslite.HasPrefix(funcname(f), "runtime.")
}

// asyncInherit gives newg the frame of callergp. It runs for user goroutines.
func asyncInherit(newg, callergp *g) {
	a, c := &newg.async, &callergp.async
	switch {
	case c.startAs != nil:
		a.Frame = c.startAs.frame
	case !c.bare:
		a.Frame = c.share()
	}
	a.Depth, a.conn = c.Depth, c.conn
	a.path.descend(callergp)
	a.fresh = true
}

// asyncOwn sees to it that newg, a goroutine of the runtime's own, causes no
// events, unless it calls what the program gave to it.
func asyncOwn(newg *g) {
	f := findfunc(newg.startpc)
	newg.async.Guard = f.funcID != abi.FuncID_runFinalizers && f.funcID != abi.FuncID_runCleanups
}

// asyncBorn gives newg its ids. It runs on the system stack, between the making
// of newg and its first chance to run.
func asyncBorn(newg, callergp *g) {
	a, c := &newg.async, &callergp.async
	if a.fresh {
		switch {
		case asyncOff:
			a.ID, a.Trigger, a.Resource = c.ID, c.Trigger, c.Resource
			if s := (*asyncScope)(c.Scope); s != nil {
				a.ID, a.Trigger, a.Resource = s.id, s.trigger, s.resource
			}
		case c.child != 0:
			a.ID, a.Trigger, a.Resource = c.child, c.childOf, c.childRes
			if a.timer = c.sendAs; a.timer != nil {
				a.timer.run()
				a.Timer = true
			}
			if a.origin = c.sendAs; c.startAs != nil {
				a.origin = c.startAs
			}
		default:
			a.Trigger = c.current()
			a.ID = asyncNewID(callergp, a.Trigger)
		}
		a.Last = a.ID
	}
	c.child, c.childOf, c.childRes, c.bare, c.startAs = 0, 0, nil, false, nil
}

// asyncExecute diverts the start of a goroutine to asyncBefore while a hook is
// enabled. It runs on the system stack.
func asyncExecute(gp *g) {
	a := &gp.async
	if !a.fresh {
		return
	}
	a.fresh = false
	if a.ID == 0 || asyncActive == 0 || asyncEvents == nil {
		return
	}
	a.startFn = (*funcval)(gp.sched.ctxt)
	a.startOff = gp.stack.hi - gp.sched.sp
	fn := asyncBefore
	fv := *(**funcval)(unsafe.Pointer(&fn))
	gp.sched.pc = fv.fn
	gp.sched.ctxt = unsafe.Pointer(fv)
}

// asyncBefore is where a diverted goroutine starts. When the hooks have run,
// the goroutine is started again as it would have been at first, so that the
// program sees no frame of ours on its stack.
func asyncBefore() {
	asyncEvents.GoBefore()
	mcall(asyncStart)
}

// asyncStart is the continuation of asyncBefore on g0. What newproc1 put on the
// stack lies above asyncBefore's frame and is as it was.
func asyncStart(gp *g) {
	a := &gp.async
	fn := a.startFn
	gp.sched.sp = gp.stack.hi - a.startOff
	gp.sched.pc = fn.fn
	gp.sched.ctxt = unsafe.Pointer(fn)
	gp.sched.bp = 0
	gp.sched.lr = 0
	if usesLR {
		gp.sched.lr = abi.FuncPCABI0(goexit) + sys.PCQuantum
	}
	if GOARCH == "arm64" {
		// The caller's frame pointer, as in newproc1.
		*(*uintptr)(unsafe.Pointer(gp.sched.sp - goarch.PtrSize)) = 0
	}
	a.startFn = nil
	gogo(&gp.sched)
}

// asyncEnd is the end of the calling goroutine, by return or Goexit.
func asyncEnd() {
	gp := getg()
	a := &gp.async
	if asyncActive != 0 {
		asyncSettle(gp)
	}
	destroy := true
	if t := a.timer; t != nil {
		destroy = t.ran()
	}
	// A scope that is left open is an error whether a hook is enabled or not.
	s := (*asyncScope)(a.Scope)
	if a.ID > 1 && (asyncActive != 0 || s != nil && s.prev != nil) && !asyncQuiet(gp) {
		asyncEvents.GoEnd(destroy)
	}
}

// asyncLeaveGo is the return to C. If C is what entered Go, the goroutine
// stands for a thread of C's, and for another one the next time.
func asyncLeaveGo(gp *g) {
	if gp.m.isextra && gp.m.ncgo == 0 {
		gp.async = AsyncG{}
	}
}
