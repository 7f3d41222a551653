package rt

import (
	"runtime"
	"unsafe"
)

// This file reaches the state of the calling goroutine on the stock runtime,
// where the profiler label slot carries it. The tool puts another file in its
// place, which reaches a field of package runtime's own.

// carrierMode is how a goroutine's state travels.
const carrierMode = "none"

func loadFrame() *frame {
	if l := currentLabels(); l != nil {
		return l.frame
	}
	return nil
}

// peekFrame is loadFrame for the goroutine's own use. Here each label list has a
// copy in any case.
func peekFrame() *frame { return loadFrame() }

func frameShared() {}

func frameShares() uint64 { return 0 }

// No frame is used again: who has a copy is not known.
func loadSpare() *frame { return nil }

func storeSpare(*frame) {}

func storeFrame(f *frame) {
	l := copyLabels()
	l.frame = f
	setLabels(l)
}

func loadScope() *scope {
	if l := currentLabels(); l != nil {
		return l.scope
	}
	return nil
}

func swapContext(s *scope, f *frame) {
	l := copyLabels()
	l.scope, l.frame = s, f
	setLabels(l)
}

func ownIDs() (id, trigger ID) {
	if l := currentLabels(); l != nil {
		return l.id, l.trigger
	}
	return 0, 0
}

// isTimer reports whether the goroutine is the firing of a time.AfterFunc, which
// the stock runtime does not tell.
func isTimer() bool { return false }

// setOwnIDs makes the calling goroutine one of its own, with no open scope and
// no resource yet: what it had, it inherited.
func setOwnIDs(id, trigger ID) {
	l := copyLabels()
	l.id, l.trigger, l.scope, l.resource = id, trigger, nil, nil
	setLabels(l)
}

func loadResource() *AsyncResource {
	if l := currentLabels(); l != nil {
		return l.resource
	}
	return nil
}

func storeResource(r *AsyncResource) {
	l := copyLabels()
	l.resource = r
	setLabels(l)
}

func newID(ID) ID { return ID(lastID.Add(1)) }

func loadDepth() uint32 {
	if l := currentLabels(); l != nil {
		return l.depth
	}
	return 0
}

func storeDepth(n uint32) {
	l := copyLabels()
	l.depth = n
	setLabels(l)
}

// The stock runtime fires no events of its own, so there is none to hold back
// but those of Debugf, which label the goroutine like anything else.
func loadGuard() bool {
	l := currentLabels()
	return l != nil && l.guard
}

func storeGuard(on bool) {
	l := copyLabels()
	l.guard = on
	setLabels(l)
}

func loadReceived() received { return received{} }

func storeReceived(ID, *AsyncResource) {}

func putBackReceived() bool { return false }

func oweIDs() {
	if !asked.Load() {
		asked.Store(true)
	}
}

func use() {}

// A coroutine's base is its own here.
func opened() {}

func closed() {}

func installEvents(*carrierEvents) { makeRoot() }

// The stock runtime prints its own traces alone.
func printCauses(bool) {}

func turnOff() {}

func setEventsActive(on, sends bool) {}

func startDeliverer(fn func()) { go fn() }

func ownSite() uintptr { return 0 }

// startGoroutine is for patched runtimes: here a goroutine has to be told what it
// inherits.
func startGoroutine(fn func()) { go fn() }

// The stock runtime tells what its stack traces say.
func aliveNow() ([]aliveGoroutine, []aliveTimer) { return stockAlive(), nil }

// The stock runtime lets package runtime/pprof alone look for leaks.
func findLeaks() (found int) { return 0 }

func ownPath() path { return path{} }

// The file in place of this one needs the imports.
const _ = runtime.Compiler + string(rune(unsafe.Sizeof(0)))

// goroutineID is the number of the goroutine in stack traces; 0: not known.
func goroutineID() uint64 { return 0 }

// atExit makes fn run before the process ends.
func atExit(fn func()) bool { return false }
