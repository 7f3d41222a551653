package rt_test

import (
	"runtime"
	"sync"
	"testing"
	"weak"

	"github.com/asynchooks/asynchooks/rt"
)

// has checks the store of a storage.
func has[T comparable](t *testing.T, s *rt.AsyncLocalStorage[T], store T, ok bool) {
	t.Helper()
	if got, gotOK := s.GetStore(); got != store || gotOK != ok {
		t.Errorf("store %v, %v; want %v, %v", got, gotOK, store, ok)
	}
}

// onGoroutine runs fn on a goroutine of its own, and waits.
func onGoroutine(fn func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	rt.Go(func() {
		defer wg.Done()
		fn()
	})
	wg.Wait()
}

func TestStoreKinds(t *testing.T) {
	type small struct{ a, b int16 }
	type large struct{ a, b, c string }
	testKind(t, 0)
	testKind(t, uint8(7))
	testKind(t, false)
	testKind(t, 1.5)
	testKind(t, complex(1, 2))
	testKind(t, "")
	testKind(t, "text")
	testKind(t, (*int)(nil))
	testKind(t, new(int))
	testKind(t, make(chan int))
	testKind(t, struct{}{})
	testKind(t, small{1, 2})
	testKind(t, large{"a", "b", "c"})
	testKind(t, [4]int{1, 2, 3, 4})
	testKind[any](t, nil)
	testKind[any](t, "text")
	testKind[error](t, nil)
}

func testKind[T comparable](t *testing.T, store T) {
	t.Helper()
	var zero T
	var s, other rt.AsyncLocalStorage[T]
	s.Run(store, func() {
		has(t, &s, store, true)
		other.Run(store, func() {
			has(t, &s, store, true)
			has(t, &other, store, true)
			onGoroutine(func() { has(t, &s, store, true) })
		})
		s.Exit(func() { has(t, &s, zero, false) })
		has(t, &other, zero, false)
	})
	has(t, &s, zero, false)
}

func TestDefaultValue(t *testing.T) {
	s := rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[string]{Name: "user", DefaultValue: func() string { return "nobody" }})
	if s.Name() != "user" {
		t.Errorf("name %q", s.Name())
	}
	has(t, s, "nobody", false)
	s.Run("", func() {
		has(t, s, "", true)
		s.Exit(func() { has(t, s, "nobody", false) })
		s.Disable()
		has(t, s, "nobody", false)
	})
	has(t, s, "nobody", false)
	if n := rt.NewAsyncLocalStorage[int](nil).Name(); n != "" {
		t.Errorf("name %q", n)
	}
}

func TestDisable(t *testing.T) {
	var s, other rt.AsyncLocalStorage[int]
	s.Disable() // nothing to disable
	r := newResource("A")
	release, done := make(chan bool), make(chan bool)
	other.Run(9, func() {
		s.Run(1, func() {
			r = newResource("B")
			rt.Go(func() {
				<-release
				has(t, &s, 0, false)
				has(t, &other, 9, true)
				close(done)
			})
			s.Disable()
			s.Disable()
			has(t, &s, 0, false)
			has(t, &other, 9, true)
			s.Run(2, func() {
				has(t, &s, 2, true)
				// What was captured before does not come back.
				r.RunInAsyncScope(func() { has(t, &s, 0, false) })
				close(release)
				<-done
			})
			has(t, &s, 0, false)
		})
	})
	has(t, &s, 0, false)
	s.EnterWith(3)
	has(t, &s, 3, true)
	s.Disable()
	has(t, &s, 0, false)
}

// The Run around a Disable still ends what is entered in it.
func TestDisableInsideRun(t *testing.T) {
	var s, other rt.AsyncLocalStorage[int]
	s.Run(1, func() {
		s.Run(2, func() {
			s.Disable()
			s.EnterWith(3)
			other.EnterWith(4)
			has(t, &s, 3, true)
			s.Run(5, s.Disable)
			has(t, &s, 0, false)
			s.EnterWith(6)
			has(t, &s, 6, true)
		})
		has(t, &s, 0, false)
		has(t, &other, 4, true)
	})
	has(t, &s, 0, false)
	s.Exit(func() {
		s.Disable()
		s.EnterWith(7)
	})
	has(t, &s, 0, false)
	other.Disable()
}

func TestRunRestoresAfterPanic(t *testing.T) {
	var s rt.AsyncLocalStorage[int]
	s.Run(1, func() {
		func() {
			defer func() {
				if recover() != "thrown" {
					t.Error("the panic changed")
				}
				has(t, &s, 1, true)
			}()
			s.Run(2, func() {
				s.EnterWith(3)
				s.Enter(4) //asynchooks:ignore pairclosure the test is about that
				panic("thrown")
			})
		}()
		func() {
			defer func() {
				recover()
				has(t, &s, 1, true)
			}()
			s.Exit(func() { panic("thrown") })
		}()
		has(t, &s, 1, true)
	})
	if n := rt.Run(&s, 5, func() int { v, _ := s.GetStore(); return v + 1 }); n != 6 {
		t.Errorf("Run returned %d", n)
	}
	if ok := rt.Exit(&s, func() bool { _, ok := s.GetStore(); return ok }); ok { //asynchooks:ignore exitinscope the test is about that
		t.Error("a store in Exit")
	}
}

// A Run that is left with a scope of EmitBefore open inside takes its store
// along: neither the code after it nor EmitAfter brings it back.
func TestRunLeftAcrossScope(t *testing.T) {
	var s rt.AsyncLocalStorage[int]
	r := newResource("A")
	s.Run(1, func() { r.EmitBefore() })
	has(t, &s, 0, false)
	if rt.ExecutionAsyncID() != r.AsyncID() {
		t.Error("the scope was closed")
	}
	r.EmitAfter()
	has(t, &s, 0, false)

	r.EmitBefore()
	s.Run(1, func() { r.EmitAfter() })
	has(t, &s, 0, false)
}

func TestSnapshotAndBind(t *testing.T) {
	var s, other rt.AsyncLocalStorage[int]
	var run func(func())
	var bound func(int, ...string) (int, string)
	a, b := newResource("A"), newResource("B")
	a.RunInAsyncScope(func() {
		s.Run(1, func() {
			other.Run(2, func() {
				run = rt.Snapshot()
				bound = rt.Bind(func(n int, words ...string) (int, string) {
					has(t, &s, 1, true)
					if rt.ExecutionAsyncID() != a.AsyncID() {
						t.Error("not the scope of Bind")
					}
					return n + len(words), words[0]
				})
			})
		})
	})
	b.RunInAsyncScope(func() {
		s.Run(3, func() {
			run(func() {
				has(t, &s, 1, true)
				has(t, &other, 2, true)
				if rt.ExecutionAsyncID() != a.AsyncID() || rt.ExecutionAsyncResource() != a {
					t.Error("not the scope of Snapshot")
				}
				onGoroutine(func() { has(t, &s, 1, true) })
			})
			if n, word := bound(1, "a", "b"); n != 3 || word != "a" {
				t.Errorf("bound gave %d, %s", n, word)
			}
			has(t, &s, 3, true)
			has(t, &other, 0, false)
			if rt.ExecutionAsyncID() != b.AsyncID() {
				t.Error("not back in the scope outside")
			}
			func() {
				defer func() { recover(); has(t, &s, 3, true) }()
				run(func() { panic("thrown") })
			}()
		})
	})
}

// ExecutionAsyncResource of a scope that only stores made differ from is the
// one outside.
func TestStoresMakeNoResource(t *testing.T) {
	var l log
	h := rt.CreateHook(l.trace("", "A"))
	var s rt.AsyncLocalStorage[int]
	r := newResource("A")
	h.Enable()
	defer h.Disable()
	r.RunInAsyncScope(func() {
		s.Run(1, func() {
			defer s.Enter(2)()
			if rt.ExecutionAsyncResource() != r || rt.TriggerAsyncID() != r.TriggerAsyncID() {
				t.Error("another resource in Run and Enter")
			}
			rt.Bind(func() {})() //asynchooks:ignore bindimmediate the test is about that
			rt.Snapshot()(func() {})
		})
	})
	onGoroutine(func() {
		own := rt.ExecutionAsyncResource()
		defer s.Enter(2)()
		if rt.ExecutionAsyncResource() != own || rt.ExecutionAsyncID() != own.AsyncID() {
			t.Error("another resource in Enter")
		}
	})
	want(t, l.take())
}

// A store can be collected when the last that could see it is gone.
func TestStoresAreCollected(t *testing.T) {
	var s, other rt.AsyncLocalStorage[*[1 << 10]int]
	collected := func(p weak.Pointer[[1 << 10]int]) bool {
		for range 100 {
			runtime.GC()
			if p.Value() == nil {
				return true
			}
		}
		return false
	}
	var inner func(func())
	make1 := func() weak.Pointer[[1 << 10]int] {
		big := new([1 << 10]int)
		s.Run(big, func() {
			other.Run(nil, func() {
				s.Run(nil, func() { inner = rt.Snapshot() }) // has none of it
			})
		})
		return weak.Make(big)
	}
	if p := make1(); !collected(p) {
		t.Error("a store is kept after Run")
	}
	inner(func() { has(t, &s, nil, true) })

	entered := func() weak.Pointer[[1 << 10]int] {
		big := new([1 << 10]int)
		s.EnterWith(big)
		return weak.Make(big)
	}
	p := entered()
	s.Disable()
	if !collected(p) {
		t.Error("a store is kept after Disable")
	}

	var run func(func())
	held := func() weak.Pointer[[1 << 10]int] {
		big := new([1 << 10]int)
		s.Run(big, func() { run = rt.Snapshot() })
		return weak.Make(big)
	}
	p = held()
	runtime.GC()
	if p.Value() == nil {
		t.Error("a store that a snapshot has was collected")
	}
	run(func() {})
	run = nil
	if !collected(p) {
		t.Error("a store is kept after the snapshot was dropped")
	}
}

func TestManyStorages(t *testing.T) {
	storages := make([]rt.AsyncLocalStorage[int], 3000)
	var nest func(n int)
	nest = func(n int) {
		if n == len(storages) {
			for i := range storages {
				has(t, &storages[i], i, true)
			}
			storages[7].Exit(func() {
				has(t, &storages[7], 0, false)
				has(t, &storages[8], 8, true)
				storages[7].Run(1, func() { has(t, &storages[7], 1, true) })
			})
			return
		}
		storages[n].Run(n, func() { nest(n + 1) })
		has(t, &storages[n], 0, false)
	}
	nest(0)
}
