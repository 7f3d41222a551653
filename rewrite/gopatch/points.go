package gopatch

// runtimePoints are the changes of package runtime. The functions that they
// call are in source/runtime.go.
var runtimePoints = []point{
	// A goroutine's state.
	{Type: "g", Field: "async AsyncG "},
	{Type: "p", Field: "asyncNext, asyncEnd uint64 "},
	{Func: "main", At: "mp := getg().m", After: "asyncRoot()"},
	{Func: "main", At: "fn()", After: "asyncMainEnd()"},

	// A go statement: the event in the parent, inheritance, the events in the
	// child. Only user goroutines inherit: the runtime's own are started from
	// whichever goroutine comes first.
	{Func: "newproc", At: "pc := sys.GetCallerPC()", After: "asyncGo(gp, fn, pc)"},
	{Func: "newproc", At: "newg := newproc1(fn, gp, pc, false, waitReasonZero)", After: "asyncBorn(newg, gp)"},
	{Func: "newproc1", At: "newg.bubble = callergp.bubble", After: "asyncInherit(newg, callergp)"},
	{Func: "execute", At: "gogo(&gp.sched)", Before: "asyncExecute(gp)"},
	{Func: "goexit1", Enter: "asyncEnd()"},
	{Func: "gdestroy", At: "gp.labels = nil", After: "gp.async = AsyncG{}"},
	// The goroutine of a thread that enters from C is used again.
	{Func: "cgocallbackg", At: "cgocallbackg1(fn, frame, ctxt)", After: "asyncLeaveGo(gp)"},

	// Timers: the scope of the registration, carried by the timer.
	{Type: "timer", Field: "async *asyncTimer "},
	{Type: "timeTimer", Field: "asyncTimer asyncTimer "},
	{Func: "newTimer", At: "t.modify(when, period, f, arg, 0)", Before: "asyncNewTimer(t, c, period)"},
	{Func: "stopTimer", At: "return t.stop()", Replace: "return asyncStopTimer(t, t.stop())"},
	{Func: "resetTimer", At: "return t.reset(when, period)", Replace: "at := asyncResetTimer(t); return asyncWasReset(at, t.reset(when, period))"},
	{Func: "(*timer).unlockAndRun", At: "f(arg, seq, delay)", Before: "asyncFire(t)", After: "asyncFired(t)"},
}
