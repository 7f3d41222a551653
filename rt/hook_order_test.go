package rt_test

import (
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// logging returns callbacks that log every event of resources of type A.
func (l *log) logging(name string) rt.HookCallbacks { return l.trace(name+" ", "A") }

func TestOrderIsThatOfEnable(t *testing.T) {
	var l log
	h1, h2, h3 := rt.CreateHook(l.logging("1")), rt.CreateHook(l.logging("2")), rt.CreateHook(l.logging("3"))
	h2.Enable()
	h1.Enable().Enable()
	h3.Enable()
	defer h1.Disable()
	defer h2.Disable()
	defer h3.Disable()
	r := newResource("A")
	r.RunInAsyncScope(func() {})
	h2.Disable().Disable()
	h2.Enable() // now the last
	r.EmitDestroy()
	rt.Flush()
	want(t, l.take(),
		"2 init A exec=other", "1 init A exec=other", "3 init A exec=other",
		"2 before A exec=A", "1 before A exec=A", "3 before A exec=A",
		"2 after A exec=A", "1 after A exec=A", "3 after A exec=A",
		"1 destroy A exec=none", "3 destroy A exec=none", "2 destroy A exec=none")
}

func TestSameCallbacksTwice(t *testing.T) {
	var l log
	c := rt.HookCallbacks{Before: func(rt.ID) { l.add("before") }}
	only := &rt.HookOptions{Types: []string{t.Name()}}
	h1, h2 := rt.CreateHookWithOptions(c, only).Enable(), rt.CreateHookWithOptions(c, only).Enable()
	defer h2.Disable()
	r := newResource(t.Name())
	r.RunInAsyncScope(func() {})
	h1.Disable()
	r.RunInAsyncScope(func() {})
	want(t, l.take(), "before", "before", "before")
}

func TestChangesInCallbacks(t *testing.T) {
	var l log
	late := rt.CreateHook(l.logging("late"))
	early := rt.CreateHook(l.logging("early")).Enable()
	var changer *rt.AsyncHook
	changer = rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ != "A" || changer == nil {
			return
		}
		h := changer
		changer = nil
		late.Enable()
		early.Disable()
		early.Enable() // at the end, when it takes effect
		h.Disable()
		newResource("A") // an event within the event: nothing has changed yet
		l.add("changes made")
	}}).Enable() //asynchooks:ignore hookleak the test is about that
	last := rt.CreateHook(l.logging("last")).Enable()
	defer late.Disable()
	defer early.Disable()
	defer last.Disable()
	newResource("A")
	newResource("A")
	want(t, l.take(),
		"early init A exec=other", // the outer event
		"early init A exec=other", "last init A exec=other", "changes made",
		"last init A exec=other",
		// last was enabled before late and before early's second time.
		"last init A exec=other", "late init A exec=other", "early init A exec=other")
}

func TestDisableInEachCallback(t *testing.T) {
	for _, event := range []string{"init", "before", "after", "destroy"} {
		var l log
		var h *rt.AsyncHook
		// A type of its own: what other tests left behind ends meanwhile.
		only := &rt.HookOptions{Types: []string{t.Name() + event}}
		on := func(e string) func(rt.ID) {
			return func(rt.ID) {
				l.add("%s", e)
				if e == event {
					h.Disable()
				}
			}
		}
		init := on("init")
		h = rt.CreateHookWithOptions(rt.HookCallbacks{
			Init:    func(id rt.ID, _ string, _ rt.ID, _ *rt.AsyncResource) { init(id) },
			Before:  on("before"),
			After:   on("after"),
			Destroy: on("destroy"),
		}, only).Enable()
		watch := rt.CreateHookWithOptions(rt.HookCallbacks{
			Init:    func(rt.ID, string, rt.ID, *rt.AsyncResource) { l.add("watched") },
			Before:  func(rt.ID) { l.add("watched") },
			After:   func(rt.ID) { l.add("watched") },
			Destroy: func(rt.ID) { l.add("watched") },
		}, only).Enable()
		r := newResource(only.Types[0])
		r.RunInAsyncScope(func() {})
		r.EmitDestroy()
		rt.Flush()
		watch.Disable()
		h.Disable()
		all := []string{"init", "watched", "before", "watched", "after", "watched", "destroy", "watched"}
		got, i := []string(nil), slices.Index(all, event)
		for j, line := range all {
			if line == "watched" || j <= i {
				got = append(got, line)
			}
		}
		want(t, l.take(), got...)
	}
}

// A goroutine that a callback starts is in no event: its change takes effect at
// once, and not when the callback's event is over.
func TestChangeOnGoroutineOfCallback(t *testing.T) {
	var l log
	late := rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) { l.add("late %s", typ) }})
	h := rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ != "A" {
			return
		}
		done := make(chan bool)
		go func() { //asynchooks:ignore hookasync the test is about that
			late.Enable()
			close(done)
		}()
		<-done //asynchooks:ignore hookasync the test is about that
		newResource("B")
	}}).Enable()
	defer h.Disable()
	defer late.Disable()
	newResource("A")
	want(t, l.take(), "late B")
}

func TestLateHook(t *testing.T) {
	var l log
	r := newResource("A")
	l.setName(r.AsyncID(), "A")
	h := rt.CreateHook(l.logging("h"))
	r.RunInAsyncScope(func() { h.Enable() })
	r.RunInAsyncScope(func() { h.Disable() })
	h.Enable()
	defer h.Disable()
	r.EmitDestroy()
	rt.Flush()
	want(t, l.take(), "h after A exec=A", "h before A exec=A", "h destroy A exec=none")
}

func TestResourceInInit(t *testing.T) {
	var l log
	n := 0
	h1 := rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		if typ != "A" {
			return
		}
		if n++; n == 1 {
			l.setName(id, "outer")
			newResource("A")
		} else {
			l.setName(id, "inner")
		}
		l.add("1 %s", l.name(id))
	}}).Enable()
	h2 := rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		l.add("2 %s", l.name(id))
	}}).Enable()
	defer h1.Disable()
	defer h2.Disable()
	newResource("A")
	want(t, l.take(), "1 inner", "2 inner", "1 outer", "2 outer")
}

func TestFilters(t *testing.T) {
	var l log
	ours := func(what string) func(rt.ID) {
		return func(id rt.ID) {
			if l.name(id) != "other" { // goroutines of other tests end now
				l.add("%s", what)
			}
		}
	}
	callbacks := rt.HookCallbacks{
		Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			l.setName(id, typ)
			l.add("init %s", typ)
		},
		Before:  ours("before"),
		After:   ours("after"),
		Destroy: ours("destroy"),
	}
	use := func(opts *rt.HookOptions) string {
		h := rt.CreateHookWithOptions(callbacks, opts).Enable()
		defer h.Disable()
		a, b := newResource("A"), newResource("B")
		a.RunInAsyncScope(func() {})
		b.RunInAsyncScope(func() {})
		a.EmitDestroy()
		b.EmitDestroy()
		rt.Flush()
		return l.take()
	}
	a := []string{"init A", "before", "after", "destroy"}
	b := []string{"init B", "before", "after", "destroy"}
	both := []string{"init A", "init B", "before", "after", "before", "after", "destroy", "destroy"}
	const here = "github.com/asynchooks/asynchooks/rt_test"
	want(t, use(nil), both...)
	want(t, use(&rt.HookOptions{}), both...)
	want(t, use(&rt.HookOptions{Types: []string{"B", "C"}}), b...)
	want(t, use(&rt.HookOptions{Packages: []string{here}}), both...)
	want(t, use(&rt.HookOptions{Packages: []string{"github.com/asynchooks/..."}, Types: []string{"A"}}), a...)
	want(t, use(&rt.HookOptions{Packages: []string{"github.com/asynchooks/asynchooks/rt", "net/http/..."}}))
}

// A callback that calls Goexit ends the goroutine that it runs on, as the
// goroutine's own code could; scopes are left on the way.
func TestGoexitInCallback(t *testing.T) {
	var l log
	r := newResource("A")
	h := rt.CreateHook(rt.HookCallbacks{
		Before: func(id rt.ID) {
			if id == r.AsyncID() {
				l.add("before")
				runtime.Goexit()
			}
		},
		After: func(id rt.ID) {
			if id == r.AsyncID() {
				l.add("after")
			}
		},
	}).Enable()
	defer h.Disable()
	var wg sync.WaitGroup
	wg.Add(1)
	rt.Go(func() {
		defer wg.Done()
		own := rt.ExecutionAsyncID()
		defer func() {
			if id := rt.ExecutionAsyncID(); id != own {
				t.Errorf("in scope %d after Goexit, want %d", id, own)
			}
		}()
		r.RunInAsyncScope(func() { l.add("body") })
	})
	wg.Wait()
	want(t, l.take(), "before", "after")
}

// Hooks are enabled and disabled while resources come and go everywhere.
func TestHooksInParallel(t *testing.T) {
	var wg sync.WaitGroup
	stop := make(chan bool)
	for range 4 {
		wg.Add(1)
		rt.Go(func() {
			defer wg.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				r := newResource("A")
				r.RunInAsyncScope(func() { newResource("B").EmitDestroy() })
				r.EmitDestroy()
			}
		})
	}
	for range 50 {
		inits, destroys := make(map[rt.ID]bool), make(map[rt.ID]bool)
		var mu sync.Mutex
		h := rt.CreateHook(rt.HookCallbacks{
			Init: func(id rt.ID, _ string, _ rt.ID, _ *rt.AsyncResource) {
				mu.Lock()
				defer mu.Unlock()
				if inits[id] {
					t.Errorf("%d was made twice", id)
				}
				inits[id] = true //asynchooks:ignore initdestroypair the test is about that
			},
			Destroy: func(id rt.ID) {
				mu.Lock()
				defer mu.Unlock()
				if destroys[id] {
					t.Errorf("%d was destroyed twice", id)
				}
				destroys[id] = true
			},
		}).Enable()
		for range 20 {
			runtime.Gosched()
		}
		h.Disable()
	}
	close(stop)
	wg.Wait()
	rt.Flush()
}
