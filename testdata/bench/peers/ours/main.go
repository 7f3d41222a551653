// Ours is the measured program with a storage of package rt: ours [bare|hooks].
// With bare, the storage is there and nothing is in it.
package main

import (
	"os"
	"strings"

	"example.com/bench/ops"
	"github.com/asynchooks/asynchooks/rt"
)

var (
	store rt.AsyncLocalStorage[int]
	sink  int
)

func main() {
	way := strings.Join(os.Args[1:], " ")
	if way == "hooks" {
		rt.CreateHook(rt.HookCallbacks{
			Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
			Before:         func(rt.ID) {},
			After:          func(rt.ID) {},
			Destroy:        func(rt.ID) {},
			PromiseResolve: func(rt.ID) {},
		}).Enable()
	}
	with := func(fn func()) { store.Run(1, fn) }
	if way == "bare" {
		with = nil
	}
	ops.Peer{
		With: with,
		Read: func(n int) {
			sum := 0
			for range n {
				v, _ := store.GetStore()
				sum += v
			}
			sink += sum
		},
		Set: func(n int) {
			for i := range n {
				store.Run(i, func() {})
			}
		},
	}.Serve()
}
