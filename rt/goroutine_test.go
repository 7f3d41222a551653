package rt_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

func TestGoroutine(t *testing.T) {
	var l log
	var ours rt.ID
	var mu sync.Mutex
	event := func(what string) func(rt.ID) {
		return func(id rt.ID) {
			mu.Lock()
			defer mu.Unlock()
			if id == ours {
				l.add("%s exec=%v", what, rt.ExecutionAsyncID() == id)
			}
		}
	}
	parent := rt.ExecutionAsyncID()
	h := rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			if typ == rt.TypeGoroutine && trigger == parent && rt.ExecutionAsyncID() == parent {
				mu.Lock()
				ours = id
				mu.Unlock()
				l.add("init at %s", r.Site().String()[strings.LastIndexByte(r.Site().String(), '/')+1:])
			}
		},
		Before:  event("before"),
		After:   event("after"),
		Destroy: event("destroy"),
	}).Enable()
	var wg sync.WaitGroup
	wg.Add(1)
	_, _, line, _ := runtime.Caller(0)
	rt.Go(func() {
		defer wg.Done()
		r := rt.ExecutionAsyncResource()
		l.add("body of %s, its own: %v, trigger the parent: %v", r.Type(), r.AsyncID() == ours, rt.TriggerAsyncID() == parent)
	})
	wg.Wait()
	for l.count() < 5 { // After and Destroy come after the deferred Done
		runtime.Gosched()
	}
	h.Disable()
	want(t, l.take(), fmt.Sprintf("init at goroutine_test.go:%d", line+1), "before exec=true",
		"body of Goroutine, its own: true, trigger the parent: true", "after exec=true", "destroy exec=false")
}

func (l *log) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.lines)
}

// A goroutine that Goexit ends fires After and Destroy, after those of the
// scopes that it leaves.
func TestGoexit(t *testing.T) {
	var l log
	c := rttest.NewChecker().Enable()
	defer c.Report(t)
	a, b := newResource("A"), newResource("B")
	l.setName(a.AsyncID(), "A")
	l.setName(b.AsyncID(), "B")
	gone := make(chan bool)
	var own atomic.Uint64
	h := rt.CreateHook(rt.HookCallbacks{
		After: l.event("after"),
		Destroy: func(id rt.ID) {
			l.event("destroy")(id)
			if id == rt.ID(own.Load()) {
				close(gone)
			}
		},
	}).Enable()
	defer h.Disable()
	rt.Go(func() {
		id := rt.ExecutionAsyncID()
		own.Store(uint64(id))
		l.setName(id, "goroutine")
		a.EmitBefore()
		a.RunInAsyncScope(func() {
			b.EmitBefore()
			runtime.Goexit()
		})
	})
	<-gone
	want(t, l.take(), "after B exec=B", "after A exec=A", "after A exec=A", "after goroutine exec=goroutine", "destroy goroutine exec=none")
}

func TestIDsGrow(t *testing.T) {
	var mu sync.Mutex
	seen := make(map[rt.ID]bool)
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		rt.Go(func() {
			defer wg.Done()
			last := rt.ExecutionAsyncID()
			var own []rt.ID
			for range 2000 {
				r := newResource("A")
				if r.AsyncID() <= last {
					t.Errorf("id %d after %d", r.AsyncID(), last)
				}
				last = r.AsyncID()
				own = append(own, last)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, id := range own {
				if seen[id] {
					t.Errorf("id %d twice", id)
				}
				seen[id] = true
			}
		})
	}
	wg.Wait()
}

func TestTriggers(t *testing.T) {
	r := rt.NewAsyncResource("A", &rt.AsyncResourceOptions{TriggerAsyncID: 1 << 60, Object: "query"})
	if r.TriggerAsyncID() != 1<<60 || r.Object() != "query" || r.Type() != "A" {
		t.Errorf("%d, %v, %s", r.TriggerAsyncID(), r.Object(), r.Type())
	}
	r.RunInAsyncScope(func() {
		if rt.TriggerAsyncID() != 1<<60 || rt.TriggerID() != 1<<60 || rt.CurrentID() != r.AsyncID() {
			t.Error("not the trigger of the options")
		}
		if next := newResource("B"); next.TriggerAsyncID() != r.AsyncID() || next.AsyncID() <= r.AsyncID() {
			t.Errorf("id %d, trigger %d in %d", next.AsyncID(), next.TriggerAsyncID(), r.AsyncID())
		}
	})
}

func TestRoot(t *testing.T) {
	if initID != 1 || initTrigger != 0 || rootResource == nil || rootResource.Type() != "" || rootResource.AsyncID() != 1 {
		t.Errorf("in init: %d, %d, %v", initID, initTrigger, rootResource)
	}
}

var initID, initTrigger = rt.ExecutionAsyncID(), rt.TriggerAsyncID()

func TestValues(t *testing.T) {
	type key struct{ n int }
	r := newResource("A")
	r.SetValue(key{1}, "one")
	r.SetValue(key{2}, "two")
	r.SetValue(key{3}, nil)
	r.SetValue(key{1}, "uno")
	if r.Value(key{1}) != "uno" || r.Value(key{2}) != "two" || r.Value(key{3}) != nil || r.Value(1) != nil {
		t.Errorf("%v, %v, %v", r.Value(key{1}), r.Value(key{2}), r.Value(key{3}))
	}
	r.SetValue(key{2}, nil)
	if r.Value(key{1}) != "uno" || r.Value(key{2}) != nil {
		t.Errorf("%v, %v", r.Value(key{1}), r.Value(key{2}))
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range 100 {
				r.SetValue(key{100 + i}, n)
				if got := r.Value(key{100 + i}); got != n {
					t.Errorf("%v, want %d", got, n)
				}
			}
		}()
	}
	wg.Wait()
}

func TestSite(t *testing.T) {
	_, file, line, _ := runtime.Caller(0)
	r := rt.NewAsyncResource("A", nil)
	if s := r.Site(); s.File != file || s.Line != line+1 || !strings.HasSuffix(s.Func, ".TestSite") || s.String() != fmt.Sprintf("%s:%d", file, line+1) {
		t.Errorf("site %+v", s)
	}
	var bound *rt.AsyncResource
	h := rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, _ string, _ rt.ID, r *rt.AsyncResource) { bound = r }}).Enable() //asynchooks:ignore resourceretain the test is about that
	rt.BindAsync("Bound", func() {})                                                                                         //asynchooks:ignore bindunused the test is about that
	h.Disable()
	if s := bound.Site(); s.Line != line+7 {
		t.Errorf("site %+v", s)
	}
	if s := (rt.Site{}); s.String() != "unknown" {
		t.Errorf("site %s", s)
	}
}

func TestBindAsync(t *testing.T) {
	var l log
	h := rt.CreateHook(l.trace("", "Job")).Enable()
	defer h.Disable()
	double := rt.BindAsync("Job", func(n int) int { l.add("job"); return 2 * n })
	if n := double(4); n != 8 {
		t.Errorf("%d", n)
	}
	func() {
		defer func() { recover() }()
		rt.BindAsync("Job", func(error) { panic("thrown") })(nil)
	}()
	want(t, l.take(), "init Job exec=other", "before Job exec=Job", "job", "after Job exec=Job",
		"init Job exec=other", "before Job exec=Job", "after Job exec=Job")
}

func TestActiveResources(t *testing.T) {
	rt.ActiveResources() // from now on
	types := func() (types []string) {
		for _, info := range rt.ActiveResources() {
			if strings.HasPrefix(info.Type, "Active") {
				types = append(types, info.Type)
			}
		}
		return types
	}
	a, b, c := newResource("ActiveA"), newResource("ActiveB"), newResource("ActiveC")
	if got := types(); !slices.Equal(got, []string{"ActiveA", "ActiveB", "ActiveC"}) {
		t.Errorf("%v", got)
	}
	for _, info := range rt.ActiveResources() {
		if info.ID == b.AsyncID() && (info.TriggerAsyncID != b.TriggerAsyncID() || info.Site != b.Site() || info.Age <= 0 || info.Age > time.Hour) {
			t.Errorf("%+v", info)
		}
	}
	b.EmitDestroy()
	if got := types(); !slices.Equal(got, []string{"ActiveA", "ActiveC"}) {
		t.Errorf("%v", got)
	}
	runtime.KeepAlive(a)
	c.EmitDestroy()
	for a = nil; len(types()) > 0; { // it is collected
		runtime.GC()
	}
}

func TestDebugf(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := rttest.NewChecker().Enable()
	stdout := os.Stdout
	os.Stdout = w
	events := c.Events()
	rt.Debugf("%d %s", 1, "a")
	rt.Debugf("b\n")
	rt.Debugf("")
	more := c.Events() - events
	os.Stdout = stdout
	c.Disable()
	w.Close()
	text, err := io.ReadAll(r)
	if err != nil || string(text) != "1 a\nb\n\n" {
		t.Errorf("%q, %v", text, err)
	}
	if more != 0 {
		t.Errorf("%d events", more)
	}
}

// A go statement that nobody instruments gives its goroutine the stores and, on
// the stock runtime, the ids.
func TestGoStatement(t *testing.T) {
	var s rt.AsyncLocalStorage[int]
	r := newResource("A")
	var child rt.ID
	r.RunInAsyncScope(func() {
		s.Run(1, func() {
			done := make(chan bool)
			go func() {
				defer close(done)
				has(t, &s, 1, true)
				child = rt.ExecutionAsyncID()
				if rt.Instrumented() && rt.TriggerAsyncID() != r.AsyncID() {
					t.Errorf("trigger %d, want %d", rt.TriggerAsyncID(), r.AsyncID())
				}
				s.EnterWith(2)
				newResource("B").RunInAsyncScope(func() {})
				has(t, &s, 2, true)
				if rt.ExecutionAsyncID() != child {
					t.Errorf("in scope %d, want %d", rt.ExecutionAsyncID(), child)
				}
			}()
			<-done
			has(t, &s, 1, true)
		})
	})
	if rt.Instrumented() == (child == r.AsyncID()) {
		t.Errorf("mode %s: the goroutine had id %d in scope %d", rt.Mode(), child, r.AsyncID())
	}
}
