package rt_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// usageError returns the UsageError that fn panics with.
func usageError(t *testing.T, fn func()) (found *rt.UsageError) {
	t.Helper()
	defer func() {
		t.Helper()
		err, _ := recover().(error)
		if !errors.As(err, &found) {
			t.Errorf("no UsageError, but %v", err)
		}
	}()
	fn()
	return nil
}

func TestDestroyOrder(t *testing.T) {
	var l log
	h := rt.CreateHook(l.trace("", "A", "B", "C")).Enable()
	defer h.Disable()
	a, b, c := newResource("A"), newResource("B"), newResource("C")
	l.take()
	b.EmitDestroy()
	c.EmitDestroy()
	a.EmitDestroy()
	rt.Flush()
	want(t, l.take(), "destroy B exec=none", "destroy C exec=none", "destroy A exec=none")
}

// Destroy runs in scope 0 with no stores, on no goroutine of the program.
func TestDestroyScope(t *testing.T) {
	var s rt.AsyncLocalStorage[int]
	h := rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		if rt.ExecutionAsyncID() != 0 || rt.TriggerAsyncID() != 0 {
			t.Errorf("Destroy in scope %d, trigger %d", rt.ExecutionAsyncID(), rt.TriggerAsyncID())
		}
		if v, ok := s.GetStore(); ok {
			t.Errorf("Destroy with store %d", v)
		}
		if r := rt.ExecutionAsyncResource(); r == nil || r.AsyncID() != 0 {
			t.Errorf("Destroy with resource %v", r)
		}
	}}).Enable()
	defer h.Disable()
	s.Run(1, func() {
		r := newResource("A")
		r.RunInAsyncScope(func() { newResource("B").EmitDestroy() })
		r.EmitDestroy()
		rt.Flush()
		var wg sync.WaitGroup
		wg.Add(1)
		rt.Go(wg.Done) // Destroy at once, on its own goroutine
		wg.Wait()
	})
}

func TestDestroyNeedsHookWhenQueued(t *testing.T) {
	var l log
	hook := func(name string) *rt.AsyncHook {
		return rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
			if n := l.name(id); n != "other" {
				l.add("%s %s", name, n)
			}
		}})
	}
	resource := func(name string) *rt.AsyncResource {
		r := newResource(name)
		l.setName(r.AsyncID(), name)
		return r
	}
	resource("A").EmitDestroy()
	late := hook("late").Enable()
	rt.Flush()
	late.Disable()

	// Hold the delivery up, so that hooks come and go before it.
	var hold sync.Mutex
	hold.Lock()
	gate := resource("gate")
	h1 := rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		if id == gate.AsyncID() {
			hold.Lock()
		}
	}}).Enable()
	h2 := hook("2").Enable()
	gate.EmitDestroy()
	resource("B").EmitDestroy()
	h3 := hook("3").Enable()
	resource("C").EmitDestroy()
	h2.Disable()
	hold.Unlock()
	rt.Flush()
	h1.Disable()
	h3.Disable()
	lines := strings.Split(l.take(), "\n")
	n := 0
	for _, line := range lines { // the gate may have been delivered to 2 before
		if line != "2 gate" && line != "3 gate" {
			lines[n] = line
			n++
		}
	}
	want(t, strings.Join(lines[:n], "\n"), "3 B", "3 C")
}

// A Destroy that is asked for inside the resource's scope comes after it.
func TestDestroyInOwnScope(t *testing.T) {
	var l log
	h := rt.CreateHook(l.trace("", "A", "B")).Enable()
	defer h.Disable()
	a, b := newResource("A"), newResource("B")
	l.take()
	a.RunInAsyncScope(func() {
		a.RunInAsyncScope(func() {
			a.EmitDestroy()
			rt.Flush()
		})
		rt.Flush()
		b.EmitBefore()
		b.EmitDestroy()
		rt.Flush()
		b.EmitAfter()
		rt.Flush()
	})
	rt.Flush()
	want(t, l.take(),
		"before A exec=A", "before A exec=A", "after A exec=A",
		"before B exec=B", "after B exec=B", "destroy B exec=none",
		"after A exec=A", "destroy A exec=none")
}

// A Destroy that a delivered callback queues belongs to the next Flush.
func TestDestroyInDestroy(t *testing.T) {
	var l log
	next := newResource("next")
	first := newResource("first")
	h := rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		switch id {
		case first.AsyncID():
			l.add("first")
			next.EmitDestroy() //asynchooks:ignore destroyincallback the test is about that
			if err := usageError(t, rt.Flush); err == nil || err.Op != "Flush" {
				t.Errorf("Flush in Destroy: %v", err)
			}
		case next.AsyncID():
			l.add("next")
		}
	}}).Enable()
	defer h.Disable()
	first.EmitDestroy()
	rt.Flush()
	rt.Flush()
	want(t, l.take(), "first", "next")
}

// A callback that calls Goexit takes nothing from those after it.
func TestGoexitInDestroy(t *testing.T) {
	var l log
	a, b := newResource("A"), newResource("B")
	h := rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		switch id {
		case a.AsyncID():
			l.add("A")
			runtime.Goexit()
		case b.AsyncID():
			l.add("B")
		}
	}}).Enable()
	defer h.Disable()
	a.EmitDestroy()
	b.EmitDestroy()
	rt.Flush()
	want(t, l.take(), "A", "B")
}

func TestCollected(t *testing.T) {
	var mu sync.Mutex
	destroyed := make(map[rt.ID]int)
	collect := func(until func() bool) bool {
		for range 200 {
			runtime.GC()
			rt.Flush()
			mu.Lock()
			ok := until()
			mu.Unlock()
			if ok {
				return true
			}
		}
		return false
	}
	before := newResource("A").AsyncID() // no hook wants to know of it
	h := rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		mu.Lock()
		defer mu.Unlock()
		destroyed[id]++
	}}).Enable()
	defer h.Disable()
	manual := rt.NewAsyncResource("Manual", &rt.AsyncResourceOptions{RequireManualDestroy: true}).AsyncID() //asynchooks:ignore manualleak the test is about that
	r := newResource("A")
	r.EmitDestroy()
	emitted := r.AsyncID()
	r = newResource("A")
	collected := r.AsyncID()
	r.RunInAsyncScope(func() {
		runtime.GC()
		rt.Flush()
	})
	mu.Lock()
	if destroyed[collected] != 0 {
		t.Error("destroyed while it was executing")
	}
	mu.Unlock()
	r = nil
	if !collect(func() bool { return destroyed[collected] == 1 }) {
		t.Error("not destroyed when collected")
	}
	last := newResource("A").AsyncID()
	collect(func() bool { return destroyed[last] == 1 })
	mu.Lock()
	defer mu.Unlock()
	if destroyed[emitted] != 1 || destroyed[collected] != 1 || destroyed[manual] != 0 || destroyed[before] != 0 {
		t.Errorf("Destroys: emitted %d, collected %d, manual %d, made before any hook %d", destroyed[emitted], destroyed[collected], destroyed[manual], destroyed[before])
	}
}

func TestFlushInParallel(t *testing.T) {
	var mu sync.Mutex
	destroyed := make(map[rt.ID]bool)
	h := rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		mu.Lock()
		defer mu.Unlock()
		destroyed[id] = true
	}}).Enable()
	defer h.Disable()
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		rt.Go(func() {
			defer wg.Done()
			for range 50 {
				r := newResource("A").EmitDestroy()
				rt.Flush()
				mu.Lock()
				if !destroyed[r.AsyncID()] {
					t.Errorf("Flush returned before Destroy of %d", r.AsyncID())
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestMisuse(t *testing.T) {
	a := newResource("A").EmitDestroy()
	b := newResource("B")
	var s rt.AsyncLocalStorage[int]
	run := rt.Snapshot()
	type name func(int)
	tests := map[string]func(){
		"EmitDestroy: resource ID: A was destroyed before":     func() { a.EmitDestroy() },
		"EmitBefore: resource ID: A was destroyed":             func() { a.EmitBefore() },
		"RunInAsyncScope: resource ID: A was destroyed":        func() { a.RunInAsyncScope(func() {}) },
		"RunInAsyncScope: resource ID: A was destroyed; enter": func() { rt.RunInAsyncScope(a, func() int { return 0 }) },
		"resource ID: A was destroyed; enter its":              rt.BindTo(a, func() {}),                     //asynchooks:ignore useafterdestroy the test is about that
		"A was destroyed; enter its scope":                     a.Bind(func() {}),                           //asynchooks:ignore useafterdestroy the test is about that
		"NewAsyncResource: the type is empty":                  func() { rt.NewAsyncResource("", nil) },     //asynchooks:ignore emptytype the test is about that
		"BindAsync: the type is empty":                         func() { rt.BindAsync("", func() {}) },      //asynchooks:ignore bindunused,emptytype the test is about that
		"BindAsync: the function is nil":                       func() { rt.BindAsync("A", (func())(nil)) }, //asynchooks:ignore bindunused the test is about that
		"BindAsync: a value of type int is no function":        func() { rt.BindAsync("A", 5) },             //asynchooks:ignore bindunused the test is about that
		"BindTo: the function is nil":                          func() { rt.BindTo(b, name(nil)) },          //asynchooks:ignore bindunused the test is about that
		"BindTo: a value of type string is no":                 func() { rt.BindTo(b, "") },                 //asynchooks:ignore bindunused the test is about that
		"Bind: a value of type []int is no":                    func() { rt.Bind([]int{}) },                 //asynchooks:ignore bindunused the test is about that
		"Bind: the function is nil":                            func() { rt.Bind[any](nil) },                //asynchooks:ignore bindunused the test is about that
		"AsyncResource.Bind: the function is nil":              func() { b.Bind(nil) },                      //asynchooks:ignore bindunused the test is about that
		"AsyncResource.RunInAsyncScope: the function is nil":   func() { b.RunInAsyncScope(nil) },
		"rt.RunInAsyncScope: the function is nil":              func() { rt.RunInAsyncScope[int](b, nil) },
		"AsyncLocalStorage.Run: the function is nil":           func() { s.Run(1, nil) },
		"AsyncLocalStorage.Exit: the function is nil":          func() { s.Exit(nil) },
		"rt.Run: the function is nil":                          func() { rt.Run[int, int](&s, 1, nil) },
		"rt.Exit: the function is nil":                         func() { rt.Exit[int, int](&s, nil) },
		"rt.Go: the function is nil":                           func() { rt.Go(nil) },
		"OnExit: the function is nil":                          func() { rt.OnExit(nil) },
		"Snapshot: the function is nil":                        func() { run(nil) },
		"Received: the function is nil":                        func() { rt.Received()(nil) },
		"SetValue: resource ID: the key is nil":                func() { b.SetValue(nil, 1) },
		"SetValue: resource ID: a key of type []int can":       func() { b.SetValue([]int{}, 1) },
		"EmitDestroy: resource 1: a root ends by itself":       func() { rt.NewAsyncResource("R", nil); root().EmitDestroy() },
		"RunInAsyncScope: the resource is a zero value":        func() { new(rt.AsyncResource).RunInAsyncScope(func() {}) },
		"EmitDestroy: the resource is a zero value":            func() { new(rt.AsyncResource).EmitDestroy() },
	}
	for text, fn := range tests {
		before := newResource("A").AsyncID()
		err := usageError(t, fn)
		after := newResource("A").AsyncID()
		if err == nil {
			continue
		}
		got := err.Error()
		if err.ID > rt.Root {
			got = strings.ReplaceAll(got, fmt.Sprintf("resource %d:", err.ID), "resource ID:")
		}
		if !strings.HasPrefix(got, "rt.") || !strings.Contains(got, text) {
			t.Errorf("%s: want %q", err, text)
		}
		if after != before+1 && !strings.Contains(text, "root") {
			t.Errorf("%s: took an id", text)
		}
	}
}

// root returns the resource of the root.
func root() *rt.AsyncResource { return rootResource }

var rootResource = rt.ExecutionAsyncResource()
