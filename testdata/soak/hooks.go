package main

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// toggleHooks enables and disables hooks until it is told to stop. It returns
// those that may be enabled still: callbacks enable hooks as well.
func toggleHooks(rng *rand.Rand, stop chan struct{}) (left []*rt.AsyncHook) {
	var enabled []*rt.AsyncHook
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return append(left, enabled...)
		case <-tick.C:
		}
		if len(enabled) > 0 && rng.IntN(5) < len(enabled) {
			i := rng.IntN(len(enabled))
			enabled[i].Disable()
			enabled = append(enabled[:i], enabled[i+1:]...)
			continue
		}
		h, enables := newHook(rng)
		h.Enable()
		enabled = append(enabled, h)
		if enables != nil {
			left = append(left, enables)
		}
	}
}

// newHook returns a hook with some of the callbacks, which do one thing or
// another that a callback may do, and the hook that they enable, if they do.
func newHook(rng *rand.Rand) (h, enables *rt.AsyncHook) {
	counted := func(rt.ID) { events.Add(1) }
	all := rt.HookCallbacks{
		Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) { events.Add(1) },
		Before:         counted,
		After:          counted,
		Destroy:        counted,
		PromiseResolve: counted,
	}
	opts := &rt.HookOptions{}
	switch rng.IntN(6) {
	case 0:
		// Init alone, which looks at the resource.
		all = rt.HookCallbacks{Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			events.Add(1)
			if r.AsyncID() != id || r.Type() != typ || r.TriggerAsyncID() != trigger || r.Site().Line < 0 {
				violation("Init of %s %d: the resource is %s %d", typ, id, r.Type(), r.AsyncID())
			}
			r.SetValue("soak", id)
		}}
	case 1:
		// Destroy runs in no context.
		all = rt.HookCallbacks{Destroy: func(rt.ID) {
			events.Add(1)
			expectNone("Destroy")
			if id := rt.ExecutionAsyncID(); id != 0 {
				violation("Destroy runs in scope %d", id)
			}
		}}
	case 2:
		// Work is started by the callbacks of a type that it is not of.
		opts.Types = []string{"Soak"}
		work := func() {
			var wg sync.WaitGroup
			wg.Go(func() { events.Add(1) })
			wg.Wait()
		}
		all.Init = func(rt.ID, string, rt.ID, *rt.AsyncResource) { work() }
		all.After = func(rt.ID) { work() }
	case 3:
		// It turns another hook on and off.
		enables = rt.CreateHook(rt.HookCallbacks{Before: counted, After: counted})
		all.Before = func(rt.ID) {
			if events.Add(1)%2 == 0 {
				enables.Enable()
			}
		}
		all.After = func(id rt.ID) {
			events.Add(1)
			enables.Disable()
		}
	case 4:
		opts.Packages = []string{"net/http/..."}
		opts.Types = []string{rt.TypeGoroutine, rt.TypeTCPConn, rt.TypeHTTPRequest}
	case 5:
		// A callback that panics inside itself is in order outside.
		all.Before = func(rt.ID) {
			events.Add(1)
			func() {
				defer func() { recover() }()
				panic("inside a callback")
			}()
			runtime.Gosched()
		}
	}
	return rt.CreateHookWithOptions(all, opts), enables
}
