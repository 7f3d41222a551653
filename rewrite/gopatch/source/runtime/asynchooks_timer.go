//go:build ignore

// This file is added to package runtime of an instrumented build. It gives each
// timer a resource, and what the timer's function starts or sends that scope.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// The kinds of timer that TimerInit is told.
const (
	asyncAfterFunc = iota
	asyncTimerKind
	asyncTicker
	asyncSignal       // a registration with signal.Notify, which is none but lives like one
	asyncContextAfter // one with context.AfterFunc
)

// An asyncTimer is the resource of a timer: its ids and the frame in which the
// timer was made. A timer that is reset after its resource ended becomes another.
type asyncTimer struct {
	id       uint64
	trigger  uint64
	frame    unsafe.Pointer
	resource unsafe.Pointer

	// How often the timer is armed (low half) and running (high half), for
	// an AfterFunc. The resource ends when both are none; then state is
	// asyncEnded, and asyncEnding while that is made so. A Reset makes it another
	// resource, with asyncAnew, and meanwhile another Reset can arm it as well.
	state atomic.Uint64

	sites asyncCallers
	kind  uint8
	depth uint8 // of hooks within hooks, where the timer was made
}

const (
	asyncArmed   = 1
	asyncRunning = 1 << 32
	asyncEnding  = 1 << 61
	asyncAnew    = 1 << 62
	asyncEnded   = 1 << 63
)

// asyncNewTimer makes the resource of t, before t can fire. It is not inlined
// into newTimer, whose callers it takes down.
//
//go:noinline
func asyncNewTimer(t *timeTimer, c *hchan, period int64) {
	if asyncOff {
		return
	}
	at := &t.asyncFirst
	switch {
	case c == nil:
		at.kind = asyncAfterFunc
	case period == 0:
		at.kind = asyncTimerKind
	default:
		at.kind = asyncTicker
	}
	at.begin(t, getcallerfp())
	t.async = at
}

// begin starts the life of the resource in the scope of the caller, whose own
// caller has the frame pointer fp. It is armed once.
func (at *asyncTimer) begin(t *timeTimer, fp uintptr) {
	gp := getg()
	a := &gp.async
	at.trigger = a.current()
	at.frame, at.depth = a.share(), uint8(a.Depth)
	at.id = asyncNewID(gp, at.trigger)
	sites := asyncCallersAt(fp)
	at.sites.set(&sites)
	if asyncActive != 0 && !asyncQuiet(gp) {
		at.resource = asyncEvents.TimerInit(at.kind, at.id, at.trigger, unsafe.Pointer(t), sites)
	}
	// From here on a Stop ends it.
	if at.state.Load() == 0 {
		*(*uint64)(unsafe.Pointer(&at.state)) = asyncArmed // no one else knows it yet
	} else {
		at.state.Add(asyncArmed - asyncAnew)
	}
	if raceenabled && t != nil {
		// What Init wrote happens before the firing.
		racerelease(unsafe.Pointer(&t.timer))
	}
}

// done takes n off the state and reports whether that ended the resource.
func (at *asyncTimer) done(n uint64) bool {
	for {
		old := at.state.Load()
		if old == asyncEnded || old == asyncAnew || old == asyncEnding {
			return false
		}
		if old == n {
			if at.end(old) {
				return true
			}
		} else if at.state.CompareAndSwap(old, old-n) {
			return false
		}
	}
}

// end ends the resource, if its state is old, and reports whether it did. The
// timer may be kept for long: it keeps nothing of the resource, unless a Reset has
// made it another one by then.
func (at *asyncTimer) end(old uint64) bool {
	if !at.state.CompareAndSwap(old, asyncEnding) {
		return false
	}
	at.frame, at.resource = nil, nil
	at.state.Store(asyncEnded)
	return true
}

// run counts a firing that has become a goroutine, ran that goroutine's end.
func (at *asyncTimer) run()      { at.state.Add(asyncRunning - asyncArmed) }
func (at *asyncTimer) ran() bool { return at.done(asyncRunning) }

// asyncStopTimer is the Stop of t, which has been done; stopped is its result,
// which it returns.
func asyncStopTimer(t *timeTimer, stopped bool) bool {
	at := t.async
	ended := false
	if at == nil {
		return stopped
	}
	was := at.ids() // of what ends: a Reset elsewhere can come at once
	if at.kind == asyncAfterFunc {
		ended = stopped && at.done(asyncArmed)
	} else {
		ended = at.end(asyncArmed)
	}
	if ended {
		was.destroyed()
	}
	return stopped
}

// asyncTimerIDs are what tells one life of an asyncTimer from the next.
type asyncTimerIDs struct {
	kind        uint8
	id, trigger uint64
	resource    unsafe.Pointer
}

func (at *asyncTimer) ids() asyncTimerIDs {
	return asyncTimerIDs{at.kind, at.id, at.trigger, at.resource}
}

func (was asyncTimerIDs) destroyed() {
	if asyncActive != 0 && !asyncQuiet(getg()) {
		asyncEvents.TimerDestroy(was.kind, was.id, was.trigger, was.resource)
	}
}

// asyncResetTimer is the Reset of t, before it is done: a resource that ended
// is followed by a new one.
//
//go:noinline
func asyncResetTimer(t *timeTimer) *asyncTimer {
	at := t.async
	if at == nil {
		return nil
	}
	for {
		old := at.state.Load()
		if old == asyncEnded && at.state.CompareAndSwap(old, asyncAnew) {
			// Nothing fires what has ended: a Reset needs no memory.
			at.begin(t, getcallerfp())
			return at
		}
		if old == asyncEnded || old == asyncEnding {
			osyield() // someone else's next step or two
			continue
		}
		if at.kind != asyncAfterFunc {
			return nil
		}
		// With asyncAnew it shares the resource of the other Reset.
		if at.state.CompareAndSwap(old, old+asyncArmed) {
			return at
		}
	}
}

// asyncWasReset is the Reset of t that has been done. A Reset of a timer that
// was pending arms it no second time.
func asyncWasReset(at *asyncTimer, pending bool) bool {
	if at != nil && pending && at.kind == asyncAfterFunc {
		if was := at.ids(); at.done(asyncArmed) {
			was.destroyed()
		}
	}
	return pending
}

// asyncFire makes what t's function starts or sends carry t's scope.
// It runs on the system stack, as t's function does.
func asyncFire(t *timer) {
	if at := t.async; at != nil {
		if at.kind == asyncAfterFunc && at.state.Load()&asyncAnew != 0 {
			// One Reset armed it while another still tells hooks of the resource:
			// this firing is none of it.
			at.done(asyncArmed)
			return
		}
		a := &getg().async
		a.sendAs = at
		a.Frame, a.Depth = at.frame, uint32(at.depth)
	}
}

func asyncFired(t *timer) {
	if t.async != nil {
		getg().async = AsyncG{}
	}
}

// asyncGCStart is the start of a collection, before the world is stopped.
func asyncGCStart() {
	if e := asyncEvents; e != nil {
		e.GCStart()
	}
}
