package rt

import "strings"

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
// wants to hear of it, its cause is kept, or it is tracked.
func recorded(l *hookList, typ string) bool {
	return l != nil && l.wantsType(typ) || keep.Load() || active.on.Load() && (typ != TypeGoroutine || carrierMode == "none")
}

// goInit makes the resource of a goroutine that is about to be started at pc.
// It runs in the parent. A bare goroutine is detached: it has no stores, and keeps
// none alive.
func goInit(id, trigger ID, pc uintptr, bare bool) *AsyncResource {
	l := activeHooks()
	if l != nil && l.only != nil && !keep.Load() && carrierMode != "none" {
		l.only(EventInit, id, Made{TypeGoroutine, trigger, trigger, pc})
		return nil
	}
	if !recorded(l, TypeGoroutine) {
		return nil
	}
	r := &AsyncResource{id: id, trigger: trigger, kind: kindGoroutine, pc: pc, depth: uint8(loadDepth()), builtin: true}
	if !bare {
		r.frame = loadFrame()
	}
	r.track()
	if carrierMode == "none" {
		activeTrack(r)
	}
	if l != nil {
		l.fireInit(r, TypeGoroutine)
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
			endTimer()
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
	endTimer()
	if l = activeHooks(); l != nil && l.hasDestroy {
		l.fireDestroyed(ownResource().destroyed())
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
