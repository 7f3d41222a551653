package main

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// registrations gives functions to those who call them later: contexts, the
// collector, and whoever was handed a bound one.
func registrations(rng *rand.Rand, n int) {
	var wg sync.WaitGroup
	for range n {
		tag := newTag()
		wg.Add(4)
		current.Run(tag, func() {
			ctx, cancel := context.WithCancel(context.Background())
			context.AfterFunc(ctx, func() {
				defer wg.Done()
				expect("a context.AfterFunc", tag)
			})
			stopped := context.AfterFunc(ctx, func() { violation("a context.AfterFunc that was stopped runs") })
			stopped()
			current.Run(newTag(), cancel)

			object := &[4]uint64{tag}
			runtime.AddCleanup(object, func(tag uint64) {
				defer wg.Done()
				expect("a cleanup", tag)
			}, tag)
			object2 := &[4]uint64{tag}
			runtime.SetFinalizer(object2, func(*[4]uint64) {
				defer wg.Done()
				expect("a finalizer", tag)
			})

			snapshot := rt.Snapshot()
			bound := rt.Bind(func(add uint64) uint64 {
				got, _ := current.GetStore()
				return got + add
			})
			async := rt.BindAsync("Soak", func() { expect("a function bound to a resource", tag) })
			go current.Run(newTag(), func() {
				defer wg.Done()
				snapshot(func() { expect("a snapshot", tag) })
				if got := bound(1); got != tag+1 {
					violation("a bound function has store %d, want %d", got-1, tag)
				}
				async()
			})
			expect("after registrations", tag)
		})
	}
	// Cleanups and finalizers wait for the collector, which is kept at work.
	wg.Wait()
}
