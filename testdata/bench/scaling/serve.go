package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// serve is the measured program. The operation "up" and the name of a series
// bring that to a size, once; the operation "do" is timed from then on.
func serve(mode string, procs int) error {
	runtime.GOMAXPROCS(procs)
	if mode == "hooks" {
		hook := rt.CreateHook(rt.HookCallbacks{
			Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
			Before:         func(rt.ID) {},
			After:          func(rt.ID) {},
			Destroy:        func(rt.ID) {},
			PromiseResolve: func(rt.ID) {},
		}).Enable()
		defer hook.Disable()
	}
	var op func(n int)
	ops := map[string]process.Op{"do": func(n int) string {
		start := process.Used()
		op(n)
		return fmt.Sprint((process.Used() - start).Nanoseconds(), 0)
	}}
	for _, s := range all {
		ops["up "+s.name] = func(size int) string {
			op = s.up(size, way{plain: mode == "plain"})
			settle()
			return "up"
		}
	}
	return process.Serve(os.Stdin, os.Stdout, ops)
}

// settle makes sure that no figure holds what the size of the heap costs: nothing
// is collected from here on, and what is allocated takes memory that is there.
func settle() {
	debug.SetGCPercent(-1)
	spare := make([]byte, 48<<20)
	for i := 0; i < len(spare); i += 4096 {
		spare[i] = 1
	}
	runtime.KeepAlive(spare)
	runtime.GC()
}
