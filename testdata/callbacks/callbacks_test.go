package callbacks

import (
	"slices"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

var store rt.AsyncLocalStorage[string]

func get() string {
	if s, ok := store.GetStore(); ok {
		return s
	}
	return "none"
}

// events records what happens to resources of one type, by their order, while a
// checker holds what happens to all against the rules.
type events struct {
	mu    sync.Mutex
	names []string
	more  *sync.Cond
	hook  *rt.AsyncHook
}

func record(t *testing.T, typ string) *events {
	if !rt.Instrumented() {
		t.Fatal("run with: asynchooks test ./...")
	}
	e := &events{}
	e.more = sync.NewCond(&e.mu)
	add := func(name string) func(rt.ID) {
		return func(rt.ID) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.names = append(e.names, name)
			e.more.Broadcast()
		}
	}
	e.hook = rt.CreateHookWithOptions(rt.HookCallbacks{
		Init:    func(id rt.ID, _ string, _ rt.ID, _ *rt.AsyncResource) { add("init")(id) },
		Before:  add("before"),
		After:   add("after"),
		Destroy: add("destroy"),
	}, &rt.HookOptions{Types: []string{typ}}).Enable()
	checker := rttest.NewChecker().Enable()
	t.Cleanup(func() {
		e.hook.Disable()
		checker.Report(t)
	})
	return e
}

// want waits for as many events and compares them.
func (e *events) want(t *testing.T, want ...string) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.names) < len(want) {
		e.more.Wait()
	}
	if !slices.Equal(e.names, want) {
		t.Errorf("got events %v, want %v", e.names, want)
	}
}

func same(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got store %q, want %q", got, want)
	}
}
