// Ours is the measured program with package rt: ours [store|stores] [ids]
// [init|hooks]. It has a store, or ten; it asked for an id; it has a hook for Init,
// or for everything.
package main

import (
	"fmt"
	"os"

	"example.com/bench/ops"
	"github.com/asynchooks/asynchooks/rt"
)

var (
	storage rt.AsyncLocalStorage[int]
	ten     [10]rt.AsyncLocalStorage[int]
	sink    int
)

func main() {
	var with func(fn func())
	for _, use := range os.Args[1:] {
		switch use {
		case "store":
			with = func(fn func()) { storage.Run(1, fn) }
		case "stores":
			with = func(fn func()) { within(ten[:], fn) }
		case "ids":
			rt.ExecutionAsyncID()
		case "init":
			rt.CreateHook(noInit).Enable()
		case "hooks":
			rt.CreateHook(rt.HookCallbacks{
				Init:           noInit.Init,
				Before:         func(rt.ID) {},
				After:          func(rt.ID) {},
				Destroy:        func(rt.ID) {},
				PromiseResolve: func(rt.ID) {},
			}).Enable()
		default:
			fmt.Fprintf(os.Stderr, "ours: unknown use %q\n", use)
			os.Exit(2)
		}
	}
	ops.Peer{With: with, Read: func(n int) { read(&storage, n) }, Bare: bare()}.Serve()
}

// within calls fn with a store in each storage.
func within(storages []rt.AsyncLocalStorage[int], fn func()) {
	if len(storages) == 0 {
		fn()
		return
	}
	storages[0].Run(1, func() { within(storages[1:], fn) })
}

var noInit = rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}}

func read(s *rt.AsyncLocalStorage[int], n int) {
	sum := 0
	for range n {
		v, _ := s.GetStore()
		sum += v
	}
	sink += sum
}
