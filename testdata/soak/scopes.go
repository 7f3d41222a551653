package main

import (
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// scopes opens scopes of resources within each other and leaves them in every
// way that there is.
func scopes(rng *rand.Rand, n int) {
	var wg sync.WaitGroup
	for range 1 + rng.IntN(8) {
		rng := rand.New(rand.NewPCG(rng.Uint64(), 6))
		wg.Go(func() {
			for range n {
				done := make(chan bool)
				go func() {
					defer close(done)
					tag := newTag()
					current.Run(tag, func() { nest(rng, tag, 1+rng.IntN(6)) })
				}()
				<-done
			}
		})
	}
	wg.Wait()
}

// nest opens a scope, which it closes or is thrown out of. Goexit ends it all.
func nest(rng *rand.Rand, tag uint64, depth int) {
	expect("a scope begins", tag)
	if depth == 0 {
		return
	}
	outside, trigger := rt.ExecutionAsyncID(), rt.TriggerAsyncID()
	inside := newTag()
	var r *rt.AsyncResource
	current.Run(inside, func() { r = rt.NewAsyncResource("Soak", nil) })
	body := func() {
		if got := rt.ExecutionAsyncID(); got != r.AsyncID() {
			violation("in scope %d, want %d", got, r.AsyncID())
		}
		nest(rng, inside, depth-1)
		expect("a scope goes on", inside)
	}
	ends := rng.IntN(5) > 0
	switch rng.IntN(6) {
	case 0:
		r.RunInAsyncScope(body)
	case 1:
		r.EmitBefore()
		body()
		r.EmitAfter()
	case 2:
		func() {
			defer func() { recover() }()
			r.RunInAsyncScope(func() {
				body()
				faults.Add(1)
				panic("out of a scope")
			})
		}()
	case 3:
		// Scopes of EmitBefore close when the function around them is left.
		func() {
			defer func() { recover() }()
			outer := rt.NewAsyncResource("Soak", nil)
			outer.RunInAsyncScope(func() {
				r.EmitBefore()
				body()
				faults.Add(1)
				panic("out of two scopes")
			})
		}()
	case 4:
		bound := r.Bind(body)
		var wg sync.WaitGroup
		wg.Go(func() {
			current.Exit(bound)
			expect("after a bound call", tag)
		})
		wg.Wait()
	case 5:
		if rng.IntN(4) == 0 {
			faults.Add(1)
			r.RunInAsyncScope(func() {
				body()
				runtime.Goexit()
			})
		}
		rt.RunInAsyncScope(r, func() bool { body(); return true })
	}
	expect("a scope is left", tag)
	if id, tr := rt.ExecutionAsyncID(), rt.TriggerAsyncID(); id != outside || tr != trigger {
		violation("scope %d with trigger %d is left to %d with %d", outside, trigger, id, tr)
	}
	if ends {
		r.EmitDestroy() // otherwise it is collected
	}
}
