package rt_test

import (
	"context"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// Other code uses the profiler's labels too. On the stock runtime that takes
// the state of a goroutine away; scopes end properly all the same.
func TestOtherLabels(t *testing.T) {
	var l log
	h := rt.CreateHook(l.trace("", "A", "B")).Enable()
	defer h.Disable()
	var s rt.AsyncLocalStorage[int]
	labels := func(fn func()) {
		pprof.Do(context.Background(), pprof.Labels("key", "value"), func(context.Context) { fn() })
	}
	a, b := newResource("A"), newResource("B")
	l.take()
	a.RunInAsyncScope(func() {
		s.Run(1, func() {
			labels(func() {})
			defer s.Enter(2)()
			labels(func() {})
		})
		labels(func() {})
	})
	b.EmitBefore()
	labels(func() {})
	b.EmitAfter()
	onGoroutine(func() {
		own := rt.ExecutionAsyncID()
		labels(func() {
			if rt.Instrumented() && rt.ExecutionAsyncID() != own {
				t.Errorf("in scope %d, want %d", rt.ExecutionAsyncID(), own)
			}
		})
	})
	h.Disable()
	want(t, l.take(), "before A exec=A", "after A exec=A", "before B exec=B", "after B exec=B")
}

// The goroutine profile shows the id as a label.
func TestLabelInProfile(t *testing.T) {
	if rt.Instrumented() {
		return // the label slot is free for others
	}
	r := newResource("A")
	r.RunInAsyncScope(func() {
		var text strings.Builder
		if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), `"async_id":`) {
			t.Errorf("no label in:\n%s", text.String())
		}
	})
}

// What a goroutine inherits on the stock runtime holds no chain of those before
// it: each hop opens a scope and starts the next.
func TestScopesOfChain(t *testing.T) {
	done := make(chan bool)
	var hop func(n int)
	hop = func(n int) {
		if n == 0 {
			close(done)
			return
		}
		r := newResource("Hop")
		r.RunInAsyncScope(func() {
			if rt.ExecutionAsyncResource() != r {
				t.Error("another resource")
			}
			go func() {
				if !rt.Instrumented() && rt.ExecutionAsyncID() != r.AsyncID() {
					t.Errorf("in scope %d, want %d", rt.ExecutionAsyncID(), r.AsyncID())
				}
				hop(n - 1)
			}()
		})
	}
	hop(100)
	<-done
}
