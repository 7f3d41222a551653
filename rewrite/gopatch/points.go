package gopatch

// runtimePoints are the changes of package runtime. The functions that they
// call are in source/runtime.
var runtimePoints = []point{
	// A goroutine's state.
	{Type: "g", Field: "async AsyncG "},
	{Type: "p", Field: "asyncNext, asyncEnd, asyncLast uint64; asyncTaken, asyncRow uint32; asyncUser uintptr "},
	{Func: "main", At: "mp := getg().m", After: "asyncRoot()"},
	{Func: "main", At: "fn()", After: "asyncMainEnd()"},

	// A go statement: the event in the parent, inheritance, the events in the
	// child. Only user goroutines inherit: the runtime's own are started from
	// whichever goroutine comes first.
	{Func: "newproc", At: "pc := sys.GetCallerPC()", Replace: "pc := asyncGo(gp, fn, sys.GetCallerPC())"},
	{Func: "newproc", At: "newg := newproc1(fn, gp, pc, false, waitReasonZero)", After: "asyncBorn(newg, gp)"},
	{Func: "newproc1", At: "newg.bubble = callergp.bubble", After: "asyncInherit(newg, callergp)"},
	{Func: "newproc1", At: "sched.ngsys.Add(1)", After: "asyncOwn(newg)"},
	// That of a bubble's main goroutine, while the caller is not in the bubble yet.
	{Func: "synctestRun", At: "gp.bubble = bubble", Before: "asyncPC := asyncGo(gp, *(**funcval)(unsafe.Pointer(&f)), sys.GetCallerPC())"},
	{Func: "synctestRun", At: "pc := sys.GetCallerPC()", Replace: "pc := asyncPC"},
	{Func: "synctestRun", At: "bubble.main = newproc1(fv, gp, pc, false, waitReasonZero)", After: "asyncBorn(bubble.main, gp)"},
	{Func: "execute", At: "gogo(&gp.sched)", Before: "asyncExecute(gp)"},
	{Func: "goexit1", Enter: "asyncEnd()"},
	{Func: "gdestroy", At: "gp.labels = nil", After: "gp.async = AsyncG{}"},
	// The goroutine of a thread that enters from C is used again.
	{Func: "cgocallbackg", At: "cgocallbackg1(fn, frame, ctxt)", After: "asyncLeaveGo(gp)"},

	// Timers: the scope of the registration, carried by the timer.
	{Type: "timer", Field: "async *asyncTimer; asyncFirst asyncTimer "},
	{Func: "newTimer", At: "t.modify(when, period, f, arg, 0)", Before: "asyncNewTimer(t, c, period)"},
	{Func: "stopTimer", At: "return t.stop()", Replace: "return asyncStopTimer(t, t.stop())"},
	{Func: "resetTimer", At: "return t.reset(when, period)", Replace: "at := asyncResetTimer(t); return asyncWasReset(at, t.reset(when, period))"},
	{Func: "(*timer).unlockAndRun", At: "f(arg, seq, delay)", Before: "asyncFire(t)", After: "asyncFired(t)"},

	// A timer is held weakly from the next collection on.
	{Func: "gcStart", At: "semacquire(&work.startSema)", Before: "asyncGCStart()"},

	// When ids were allotted: how old a goroutine is.
	{Func: "sysmon", At: "now = nanotime()", After: "asyncSample(now, false)"},
	{Func: "sysmon", At: "sched.sysmonwait.Store(true)", Before: "asyncSample(now, true)"},

	// Crashes: causes under the stack traces.
	{Func: "dopanic_m", At: "printDebugLog()", Before: "asyncCrash(gp, didothers)"},
	{File: "signal_unix.go", Func: "sighandler", At: "if docrash {", Before: "if crashing.Load() == 0 { asyncCrash(gp, true) }"},

	// Whose allocation starts a collection waits for its workers, and has
	// received nothing. The message that it is about to handle ends later, and no
	// hook runs here: it would allocate, and wait for the start of the collection.
	{Func: "gcBgMarkStartWorkers", At: "<-ready", Before: "kept, guard := getg().async.Received, getg().async.Guard; getg().async.Guard = true", After: "getg().async.Received, getg().async.Guard = kept, guard"},

	// The call of a bound function is not seen in stack traces, nor by recover.
	{Func: "funcInfo.srcFunc", At: "return srcFunc{f.datap, f.nameOff, f.startLine, f.funcID}", Replace: "return srcFunc{f.datap, f.nameOff, f.startLine, asyncFuncID(f)}"},

	// Channels: the sender's slot, with the value.
	{Type: "hchan", Field: "async *asyncQueue "},
	{Func: "makechan", At: "c = (*hchan)(mallocgc(hchanSize, nil, true))", Replace: "c = (*hchan)(mallocgc(hchanSize, asyncChanLayout(), true))"},
	{Func: "makechan", At: "c = (*hchan)(mallocgc(hchanSize+mem, nil, true))", Replace: "c = (*hchan)(mallocgc(hchanSize+mem, asyncChanLayout(), true))"},
	{Func: "chansend1", At: "chansend(c, elem, true, sys.GetCallerPC())", Before: "if asyncSends != 0 && c != nil { asyncSendInit(sys.GetCallerPC()); chansend(c, elem, true, sys.GetCallerPC()); if getg().async.hooked != nil { asyncSent() }; return }"},
	{Func: "selectnbsend", At: "return chansend(c, elem, false, sys.GetCallerPC())", Replace: trySend("false")},
	{Func: "reflect_chansend", At: "return chansend(c, elem, !nb, sys.GetCallerPC())", Replace: trySend("!nb")},
	{Func: "chansend", At: "lock(&c.lock)", After: joinQueue},
	{Func: "chansend", At: "c.sendx++", Before: "asyncPush(c)"},
	{Func: "chansend", At: `panic(plainError("send on closed channel"))`, Before: "asyncNotSent()", Times: 2},
	{Func: "send", At: "gp := sg.g", After: "if asyncUsed != nil { asyncHandOver(c, gp) }"},
	{Func: "chanrecv", At: "c.recvx++", Before: leaveQueue},
	{Func: "chanrecv", At: "mysg.g = gp", After: "if asyncUsed != nil { asyncNoMessage(gp) }"},
	{Func: "chanrecv", At: "if empty(c) {", Enter: "if asyncUsed != nil { asyncNoMessage(getg()) }"},
	{Func: "chanrecv", At: "if c.qcount == 0 {", Enter: "if asyncUsed != nil { asyncNoMessage(getg()) }"},
	{Func: "chanrecv1", At: "chanrecv(c, elem, true)", Before: "if asyncActive != 0 { asyncReceiving(); chanrecv(c, elem, true); asyncReceived(sys.GetCallerPC()); return }"},
	{Func: "chanrecv2", At: "_, received = chanrecv(c, elem, true)", Before: "if asyncActive != 0 { asyncReceiving(); _, received = chanrecv(c, elem, true); asyncReceived(sys.GetCallerPC()); return }"},
	{Func: "selectnbrecv", At: "return chanrecv(c, elem, false)", Replace: "if asyncActive == 0 { return chanrecv(c, elem, false) }; asyncReceiving(); if selected, received = chanrecv(c, elem, false); selected { asyncReceived(sys.GetCallerPC()) } else { asyncNotReceived(sys.GetCallerPC()) }; return"},
	{Func: "reflect_chanrecv", At: "return chanrecv(c, elem, !nb)", Replace: "if asyncActive == 0 { return chanrecv(c, elem, !nb) }; asyncReceiving(); if selected, received = chanrecv(c, elem, !nb); selected { asyncReceived(0) }; return"},
	{Func: "recv", At: "sg.elem.set(nil)", Before: "if asyncUsed != nil { asyncTakeOver(c, sg.g) }"},
	{Func: "timerchandrain", At: "c.recvx++", Before: "asyncDiscard(c)"},
	{Func: "selectgo", At: "sellock(scases, lockorder)", Times: 2, Nth: 1, Replace: "asyncBegan := asyncSelectLock(scases, lockorder, nsends, sys.GetCallerPC())"},
	{Func: "selectgo", At: "c.recvx++", Before: "if asyncUsed != nil { asyncPop(c) }"},
	{Func: "selectgo", At: "c.sendx++", Before: "asyncPush(c)"},
	{Func: "selectgo", At: "gp.parkingOnChan.Store(true)", Before: "if asyncUsed != nil { asyncSelectPark(gp, nsends) }"},
	{Func: "selectgo", At: "recvOK = caseSuccess", After: "if asyncUsed != nil { asyncSelectWoken(gp, caseSuccess) }"},
	{Func: "selectgo", At: "recvOK = false", Before: "if asyncUsed != nil { asyncNoMessage(gp) }"},
	{Func: "selectgo", At: "return casi, recvOK", Before: "if asyncUsed != nil { asyncSelected(casi, nsends, sys.GetCallerPC(), asyncBegan) }"},
	{Func: "selectgo", At: `panic(plainError("send on closed channel"))`, Before: "asyncNotSent()"},

	// Cleanups and finalizers: a function value that knows its registration.
	{Func: "AddCleanup", At: "if gcCleanups.needG() {", Before: `*(**funcval)(unsafe.Pointer(&cleanup)) = asyncBindFunc(*(**funcval)(unsafe.Pointer(&cleanup)), "Cleanup", sys.GetCallerPC())`},
	{Func: "runCleanups", At: "c.call(c.fn, c.arg)", Replace: "asyncCallCleanup(c.fn, c.call, c.arg)"},
	{Func: "SetFinalizer", At: "callerpc := sys.GetCallerPC()", After: `f.data = unsafe.Pointer(asyncBindFunc((*funcval)(f.data), "Finalizer", callerpc))`},
	{Func: "runFinalizers", At: "reflectcall(nil, unsafe.Pointer(f.fn), frame, uint32(framesz), uint32(framesz), uint32(framesz), &regs)", Replace: "if b := asyncBoundOf(f.fn); b == nil { reflectcall(nil, unsafe.Pointer(f.fn), frame, uint32(framesz), uint32(framesz), uint32(framesz), &regs) } else { asyncCallFinalizer(b, frame, uint32(framesz), &regs) }"},

	// Coroutines.
	{Type: "coro", Field: "async asyncBase "},
	{Func: "newcoro", At: "gp.coroarg = c", Before: "gp.async.fresh = false"}, // it is no resource: its start is never diverted
	{Func: "corostart", At: "gp.coroarg = nil", After: "asyncCoroStart(gp, c)"},
	{Func: "coroswitch", At: "mcall(coroswitch_m)", Before: "asyncCoroLeave(gp, c)", After: "asyncCoroEnter(gp, c)"},
}

// joinQueue is the beginning of a send on the channel c, which is locked. As long
// as ids are not owed, nothing is to be done for a value that is sure to be
// buffered and carries the goroutine's frame, which those before it do. The
// element of an empty buffer is the first one. No sender has a frame and sendAs.
//
// It is in line, and so are its branches: a function's result would be stored and
// compared.
const joinQueue = "if asyncUsed != nil { " +
	"if q, f := c.async, getg().async.Frame; q == nil || f == nil || asyncOwed != 0 { asyncSendLocked(c) " +
	"} else if q.like.Ref == f { if c.qcount >= c.dataqsiz { asyncSendLocked(c) } " +
	"} else if c.qcount != 0 || c.recvq.first != nil || c.closed != 0 { asyncSendLocked(c) " +
	"} else { q.like.Ref, q.like.Kind = f, asyncSend; getg().async.Shares++ } }"

// leaveQueue is the receive of the oldest element in the buffer of the channel c.
// Nothing is to be done as long as ids are not owed where it carries what the one
// carried that the goroutine received last: that is a frame then, since a send
// without one carries nothing.
const leaveQueue = "if asyncUsed != nil { " +
	"if q, a := c.async, &getg().async; q == nil || q.like.Ref != a.Received.Ref || a.Received.Kind != asyncSend || a.empty || c.elemsize == 0 || asyncOwed != 0 { asyncPop(c) " +
	"} else if c.qcount == 1 { q.like.Ref = nil } }"

// trySend is a send that waits if block says so. Hooks are told of it before, and
// of how it ended.
func trySend(block string) string {
	return "if asyncSends != 0 && c != nil { asyncSendInit(sys.GetCallerPC()) }; " +
		"if selected = chansend(c, elem, " + block + ", sys.GetCallerPC()); !selected { if asyncUsed != nil { asyncNotSent() } } else if getg().async.hooked != nil { asyncSent() }; return"
}

// signalPoints are the changes of package os/signal: a channel carries the scope
// in which it was given to Notify, and the goroutine that serves all of them
// has none.
var signalPoints = []point{
	{Type: "handler", Field: "async asynchooks_registration "},
	{Func: "Notify", At: "h = new(handler)", After: "h.async = asynchooks_register()"},
	{Func: "Notify", At: "go watchSignalLoop()", Before: "asynchooks_detach()"},
	{Func: "Stop", At: "delete(handlers.m, c)", After: "asynchooks_unregister(h.async)"},
	{Func: "cancel", At: "delete(handlers.m, c)", After: "asynchooks_unregister(h.async)"},
	{Func: "Notify", At: "enableSignal(n)", Before: hold, After: release},
	{Func: "Stop", At: "disableSignal(n)", Before: hold, After: release},
	{Func: "cancel", At: "action(n)", Before: hold, After: release},
	{Func: "process", At: "select {", Times: 2, Nth: 1, Before: "asynchooks_sendAs(h.async)", After: "asynchooks_sendAs(nil)"},
	{Func: "process", At: "select {", Times: 2, Nth: 2, Before: "asynchooks_sendAs(d.h.async)", After: "asynchooks_sendAs(nil)"},
}

// A patch is what is changed in a package of the standard library.
type patch struct {
	points []point
	added  string // folder in source of the files that are added
	links  bool   // the file with the functions of package runtime is added

	release string // the only Go release that has the package; "": all have it
}

var patches = map[string]patch{
	"runtime":                 {points: runtimePoints, added: "runtime"},
	"os/signal":               {points: signalPoints, added: "signal"},
	"context":                 {points: contextPoints, links: true},
	"testing":                 {points: testingPoints, links: true},
	"net":                     {points: netPoints, links: true},
	"net/http":                {points: httpPoints, added: "http", links: true},
	"net/http/internal/http2": {points: http2Points, links: true, release: "go1.27"},
	"net/http/httptrace":      {points: httptracePoints, added: "httptrace", links: true},
	"net/http/fcgi":           {points: fcgiPoints, links: true},
	"net/rpc":                 {points: rpcPoints, links: true},
	"database/sql":            {points: sqlPoints, links: true},
	"runtime/pprof":           {points: pprofPoints, links: true},
	"runtime/trace":           {points: tracePoints, links: true},
}
