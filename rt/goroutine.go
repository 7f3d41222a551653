package rt

import (
	"runtime"
	"strings"
	"time"
	"unsafe"
	"weak"
)

// Go starts fn on a goroutine of its own: a go statement for code that the tool
// does not rewrite. The goroutine is a resource of type [TypeGoroutine] whose
// trigger is the caller; it inherits the caller's stores. In an instrumented
// build it does what a go statement does. A nil fn is a [*UsageError].
//
//go:noinline
func Go(fn func()) {
	checkFunc(fn != nil, "Go")
	if carrierMode != "none" && !off {
		startGoroutine(fn)
		return
	}
	startStock(fn, callerPC(), false)
}

// recorded reports whether a built-in resource needs a record at its Init: a hook
// wants to hear of it, or account is kept.
func recorded(l *hookList, typ string) bool {
	return l != nil && l.wantsType(typ) || keep.Load() || active.on.Load() && (typ != TypeGoroutine || carrierMode == "none")
}

// goInit makes the resource of a goroutine that is about to be started at pc.
// It runs in the parent.
func goInit(id, trigger ID, pc uintptr) *AsyncResource {
	l := activeHooks()
	if l != nil && l.only != nil && !keep.Load() && carrierMode != "none" {
		l.only(EventInit, id, Made{TypeGoroutine, trigger, trigger, pc})
		return nil
	}
	if !recorded(l, TypeGoroutine) {
		return nil
	}
	r := &AsyncResource{id: id, trigger: trigger, kind: kindGoroutine, pc: pc, frame: loadFrame(), depth: uint8(loadDepth()), builtin: true}
	r.track()
	if carrierMode == "none" {
		activeTrack(r)
	}
	if l != nil {
		l.fireInit(r)
	}
	return r
}

// goBefore enters the goroutine, on which it runs.
func goBefore() {
	l := activeHooks()
	switch {
	case l == nil || !l.hasBefore:
	case l.only != nil:
		id, _ := ownIDs()
		l.only(EventBefore, id, Made{})
	default:
		r := ownResource()
		l.fireBefore(r.id, r)
	}
}

// goEnd leaves the goroutine, on which it runs, after its function returned or
// Goexit ran its deferred calls.
func goEnd(destroy bool) {
	for s := loadScope(); s.mine(); s = loadScope() {
		if s.kind == scopeEmit && !exiting() {
			id, _ := ownIDs()
			corrupted(s.id, id)
		}
		leaveScope(s)
	}
	id, _ := ownIDs()
	l := activeHooks()
	switch {
	case l == nil || !l.hasAfter:
	case l.only != nil:
		e := EventAfter
		if destroy {
			activeForget(id)
			e |= EventDestroy
		}
		l.only(e, id, Made{})
		return
	default:
		r := ownResource()
		l.fireAfter(r.id, r)
	}
	if !destroy {
		return
	}
	activeForget(id)
	if l = activeHooks(); l != nil && l.hasDestroy {
		l.fireDestroy(ownResource().destroyed())
	}
}

// exiting reports whether runtime.Goexit ends the goroutine.
func exiting() bool { return innermost("runtime.Goexit") == "runtime.Goexit" }

// panicking reports whether the deferred function that called it runs because
// of a panic, and not because of Goexit.
func panicking() bool { return innermost("runtime.gopanic", "runtime.Goexit") == "runtime.gopanic" }

// innermost returns the innermost function on the stack of those with these
// names, or "".
func innermost(names ...string) (found string) {
	eachFunc(func(name string) bool {
		if strings.HasPrefix(name, "runtime.") {
			for _, n := range names {
				if name == n {
					found = n
				}
			}
		}
		return found == ""
	})
	return found
}

// The types of the runtime's timers, by kind.
var timerTypes = [...]string{timerAfterFunc: TypeAfterFunc, timerTimer: TypeTimer, timerTicker: TypeTicker, timerSignal: TypeSignal, timerContextAfter: TypeContextAfterFunc}

// The packages that make them.
var timerPackages = [...]string{timerAfterFunc: "time.", timerTimer: "time.", timerTicker: "time.", timerSignal: "os/signal.", timerContextAfter: "context."}

// timerInit makes the resource of a timer that was just made or reset.
func timerInit(kind uint8, id, trigger ID, timer unsafe.Pointer) *AsyncResource {
	l := activeHooks()
	if !recorded(l, timerTypes[kind]) {
		return nil
	}
	r := &AsyncResource{id: id, trigger: trigger, kind: kindTimer + resourceKind(kind), pc: timerCaller(kind), frame: loadFrame(), depth: uint8(loadDepth()), builtin: true}
	switch kind {
	case timerTicker:
		r.rest().object = weakTo[time.Ticker]{weak.Make((*time.Ticker)(timer))}
	case timerAfterFunc, timerTimer:
		r.rest().object = weakTo[time.Timer]{weak.Make((*time.Timer)(timer))}
	}
	r.track()
	activeTrack(r)
	if kind == timerTimer || kind == timerTicker {
		// A timer with a channel can be collected before it is stopped.
		r.rest().cleanup = runtime.AddCleanup((*byte)(timer), collected, collectedResource{r.destroyed(), true})
	}
	if l != nil {
		l.fireInit(r)
	}
	return r
}

// timerCaller returns where the package that makes resources of a kind of timer
// was called.
func timerCaller(kind uint8) uintptr {
	var pcs [32]uintptr
	n := runtime.Callers(2, pcs[:])
	in := false
	for _, pc := range pcs[:n] {
		f := runtime.FuncForPC(pc - 1)
		if f == nil {
			continue
		}
		is := strings.HasPrefix(f.Name(), timerPackages[kind])
		if in && !is {
			return pc
		}
		in = is
	}
	return 0
}

// timerDestroy ends the resource of a timer that was stopped. r is nil if no
// hook was enabled when it was made.
func timerDestroy(kind uint8, id, trigger ID, r *AsyncResource) {
	if r == nil {
		r = &AsyncResource{id: id, trigger: trigger, kind: kindTimer + resourceKind(kind), builtin: true}
	}
	r.stopCleanup()
	activeForget(r.id)
	if s := r.outermostScope(); s != nil {
		s.ends = true // After comes first
	} else if l := activeHooks(); l != nil {
		l.fireDestroy(r.destroyed())
	}
}

// weakTo is the Object of a built-in resource: it does not keep it alive.
type weakTo[T any] struct{ p weak.Pointer[T] }

func (w weakTo[T]) object() any {
	if p := w.p.Value(); p != nil {
		return p
	}
	return nil
}
