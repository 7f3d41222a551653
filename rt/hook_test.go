package rt_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// A log collects lines; hooks may write to it from any goroutine.
type log struct {
	mu    sync.Mutex
	lines []string
	names map[rt.ID]string
}

func (l *log) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *log) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer func() { l.lines = nil }()
	return strings.Join(l.lines, "\n")
}

func (l *log) name(id rt.ID) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch n, ok := l.names[id]; {
	case id == 0:
		return "none"
	case ok:
		return n
	}
	return "other"
}

func (l *log) setName(id rt.ID, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil {
		l.names = make(map[rt.ID]string)
	}
	l.names[id] = name
}

// trace returns callbacks that log events of resources of the given types,
// under their type as name.
func (l *log) trace(prefix string, types ...string) rt.HookCallbacks {
	return rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			if slices.Contains(types, typ) {
				l.setName(id, typ)
				l.add("%sinit %s exec=%s", prefix, typ, l.name(rt.ExecutionAsyncID()))
			}
		},
		Before:  l.event(prefix + "before"),
		After:   l.event(prefix + "after"),
		Destroy: l.event(prefix + "destroy"),
	}
}

func (l *log) event(what string) func(rt.ID) {
	return func(id rt.ID) {
		if n := l.name(id); n != "other" {
			l.add("%s %s exec=%s", what, n, l.name(rt.ExecutionAsyncID()))
		}
	}
}

func want(t *testing.T, got string, lines ...string) {
	t.Helper()
	if w := strings.Join(lines, "\n"); got != w {
		t.Errorf("got:\n%s\nwant:\n%s", got, w)
	}
}

func TestLifecycle(t *testing.T) {
	var l log
	h := rt.CreateHook(l.trace("", "A")).Enable()
	defer h.Disable()
	r := rt.NewAsyncResource("A", nil)
	r.RunInAsyncScope(func() { l.add("fn exec=%s", l.name(rt.ExecutionAsyncID())) })
	r.EmitDestroy()
	rt.Flush()
	want(t, l.take(), "init A exec=other", "before A exec=A", "fn exec=A", "after A exec=A", "destroy A exec=none")
}

func TestStores(t *testing.T) {
	var s rt.AsyncLocalStorage[int]
	if _, ok := s.GetStore(); ok {
		t.Error("a store before Run")
	}
	s.Run(1, func() {
		var wg sync.WaitGroup
		wg.Add(1)
		rt.Go(func() {
			defer wg.Done()
			if v, ok := s.GetStore(); v != 1 || !ok {
				t.Errorf("in a goroutine: %v, %v", v, ok)
			}
		})
		wg.Wait()
		s.Exit(func() {
			if v, ok := s.GetStore(); ok {
				t.Errorf("in Exit: %v", v)
			}
		})
		leave := s.Enter(2)
		if v, _ := s.GetStore(); v != 2 {
			t.Errorf("after Enter: %v", v)
		}
		leave()
		if v, _ := s.GetStore(); v != 1 {
			t.Errorf("after leave: %v", v)
		}
	})
	if _, ok := s.GetStore(); ok {
		t.Error("a store after Run")
	}
}
