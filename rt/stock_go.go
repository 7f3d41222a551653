package rt

import "runtime"

// What generate -tags puts in the place of statements and calls: the twins of
// source files, which run on the stock runtime, call the functions in the
// stock_*.go files. In a plain build with ASYNCHOOKS=off, and on a patched
// runtime, which sees to all of it by itself, they do what they stand for and
// nothing else.

// uninstrumented reports whether a twin's function is to do nothing of its own.
func uninstrumented() bool { return carrierMode != "none" || off }

// StartGo is a go statement of a call of fn, in a twin. If fn is nil, it fails as
// the statement does.
func StartGo(fn func()) { startGo(fn, false, 1) }

// StartDetached is [StartGo] for a goroutine that starts with no stores: a service
// loop, which serves whoever sends to it.
func StartDetached(fn func()) { startGo(fn, true, 1) }

// StartGoFor is [StartGo] for a function of a twin's that stands between the go
// statement and this one: the goroutine's site is the caller's caller.
func StartGoFor(fn func()) { startGo(fn, false, 2) }

// StartDetachedFor is to [StartDetached] what StartGoFor is to [StartGo].
func StartDetachedFor(fn func()) { startGo(fn, true, 2) }

// startGo starts fn. skip is how many functions lie between it and its site.
func startGo(fn func(), detached bool, skip int) {
	if fn == nil || uninstrumented() {
		go fn()
		return
	}
	startStock(fn, pcAbove(skip), detached)
}

// pcAbove returns where the function that calls its caller was called, or with
// skip above 0 so many calls farther out.
func pcAbove(skip int) uintptr {
	var pcs [1]uintptr
	if runtime.Callers(3+skip, pcs[:]) == 0 {
		return 0
	}
	return pcs[0]
}

// startStock starts a goroutine on the stock runtime, with its events.
func startStock(fn func(), pc uintptr, detached bool) {
	trigger := ExecutionAsyncID()
	id := newID(trigger)
	r := goInit(id, trigger, pc, detached)
	go func() {
		if detached {
			storeFrame(nil)
		}
		runStock(id, trigger, r, func() bool { return true }, fn)
	}()
}

// runStock calls fn on a goroutine that has just started, which is the resource r
// of that id; it is nil if no one has asked for it. ends is called behind fn and
// reports whether the resource ends with that.
func runStock(id, trigger ID, r *AsyncResource, ends func() bool, fn func()) {
	begin := func() {
		setOwnIDs(id, trigger)
		if r != nil {
			storeResource(r)
		}
	}
	begin()
	activeRuns(id)
	defer func() {
		if panicking() {
			return
		}
		if currentLabels() == nil {
			begin() // other code has put its own labels in the place of ours
		}
		goEnd(ends())
	}()
	goBefore()
	fn()
}
