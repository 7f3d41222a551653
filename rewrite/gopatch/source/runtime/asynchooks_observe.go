//go:build ignore

// This file is added to package runtime of an instrumented build. It holds what
// recorders need.

package runtime

import "internal/runtime/exithook"

// AsyncGoroutine returns the number of the calling goroutine.
func AsyncGoroutine() uint64 { return getg().goid }

// AsyncAtExit makes fn run before the process ends, by the end of main.main or
// os.Exit.
func AsyncAtExit(fn func()) {
	exithook.Add(exithook.Hook{F: fn, RunOnFailure: true})
}
