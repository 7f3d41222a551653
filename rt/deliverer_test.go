package rt_test

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/asynchooks/asynchooks/rt"
	"go.uber.org/goleak"
)

// What delivers Destroy is gone when there is nothing to deliver, and in an
// instrumented build never seen.
func TestDelivererLeavesNothing(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	before := runtime.NumGoroutine()
	h := rt.CreateHook(rt.HookCallbacks{Destroy: func(rt.ID) {
		if n := runtime.NumGoroutine(); rt.Instrumented() && n > before {
			t.Errorf("%d goroutines in a callback, %d outside", n, before)
		}
	}}).Enable()
	for range 10 {
		newResource("A").EmitDestroy()
		rt.Flush()
	}
	h.Disable()
	goleak.VerifyNone(t, ignore)
}

// Flush, hooks and stores work in a bubble of package synctest, whose
// goroutines must not wait for others.
func TestSynctest(t *testing.T) {
	var mu sync.Mutex
	n := 0
	h := rt.CreateHookWithOptions(rt.HookCallbacks{Destroy: func(rt.ID) {
		mu.Lock()
		defer mu.Unlock()
		n++
	}}, &rt.HookOptions{Types: []string{"InBubble"}}).Enable()
	defer h.Disable()
	synctest.Test(t, func(t *testing.T) {
		var s rt.AsyncLocalStorage[int]
		s.Run(1, func() {
			rt.Go(func() {
				has(t, &s, 1, true)
				newResource("InBubble").EmitDestroy()
				rt.Flush()
			})
			synctest.Wait()
			newResource("InBubble").EmitDestroy()
			rt.Flush()
		})
	})
	mu.Lock()
	defer mu.Unlock()
	if n != 2 {
		t.Errorf("%d Destroys, want 2", n)
	}
}

// One resource runs on many goroutines at once.
func TestResourceInParallel(t *testing.T) {
	var s rt.AsyncLocalStorage[int]
	var r *rt.AsyncResource
	s.Run(1, func() { r = newResource("A") })
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		s.Run(100+i, func() {
			rt.Go(func() {
				defer wg.Done()
				for range 200 {
					r.RunInAsyncScope(func() {
						has(t, &s, 1, true)
						s.EnterWith(i)
						r.EmitBefore()
						has(t, &s, 1, true)
						r.EmitAfter()
						has(t, &s, i, true)
					})
					has(t, &s, 100+i, true)
				}
			})
		})
	}
	wg.Wait()
}
