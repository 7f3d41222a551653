// The runner runs all golden cases, again and again: with no store anywhere;
// with senders that have one; once ids are asked for; with a hook; and with hooks
// that come and go. In each pass a case must print the same.
package main

import (
	"fmt"
	"os"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"

	"golden/kit"
)

type golden struct {
	name string
	run  func()
}

var cases []golden

// checker holds the events of a pass against the rules; problems is how many it
// has reported.
var (
	checker  *rttest.Checker
	problems int
)

func main() {
	pass("off", nil)
	kit.WithStores = true
	pass("stores", nil)
	kit.WithIDs = rt.ExecutionAsyncID() != 0
	pass("ids", nil)
	checker = rttest.NewChecker().Enable()
	pass("hooks", nil)
	checker.Disable()
	hook := rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}})
	pass("late", func() { hook.Enable() })
	hook.Disable()
	if kit.Failed > 0 {
		os.Exit(1)
	}
}

// pass runs each case once, after a call of before.
func pass(name string, before func()) {
	for _, c := range cases {
		if before != nil {
			before()
		}
		fmt.Printf("\n=== %s %s\n", name, c.name)
		runCase(c)
		// Whatever happened, the goroutine is back in its own scope.
		if s, ok := kit.Store.GetStore(); ok {
			kit.Fail("%s %s: store %q is left", name, c.name, s)
		}
		if kit.WithIDs && rt.ExecutionAsyncID() != rt.Root {
			kit.Fail("%s %s: execution id %d is left", name, c.name, rt.ExecutionAsyncID())
		}
		if checker != nil {
			for _, p := range checker.Problems()[problems:] {
				kit.Fail("%s %s: %s", name, c.name, p)
				problems++
			}
		}
		fmt.Printf("\n--- scopes\n%s", kit.Scopes())
	}
}

// runCase runs a case that may end with a panic, which is part of its output.
func runCase(c golden) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("panic:", r)
		}
	}()
	c.run()
}
