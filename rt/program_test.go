package rt_test

import (
	"errors"
	"maps"
	"runtime"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
	"pgregory.net/rapid"
)

// A world is what a random program can use.
type world struct {
	t        *rapid.T
	storages []*rt.AsyncLocalStorage[int]
	steps    int
}

// A moment is what the program should find: ids, and stores by storage.
type moment struct {
	id, trigger rt.ID
	stores      map[int]int
}

func (m moment) with(i, store int) moment {
	m.stores = maps.Clone(m.stores)
	m.stores[i] = store
	return m
}

func (m moment) without(i int) moment {
	m.stores = maps.Clone(m.stores)
	delete(m.stores, i)
	return m
}

// restored returns m's stores with that of storage i as in outside.
func (m moment) restored(i int, outside moment) map[int]int {
	if store, ok := outside.stores[i]; ok {
		return m.with(i, store).stores
	}
	return m.without(i).stores
}

func (w *world) check(m moment) {
	if id := rt.ExecutionAsyncID(); id != m.id {
		w.t.Fatalf("in scope %d, want %d", id, m.id)
	}
	if trigger := rt.TriggerAsyncID(); trigger != m.trigger {
		w.t.Fatalf("trigger %d, want %d", trigger, m.trigger)
	}
	if m.id > 0 && rt.ExecutionAsyncResource().AsyncID() != m.id {
		w.t.Fatalf("resource %d, want %d", rt.ExecutionAsyncResource().AsyncID(), m.id)
	}
	for i, s := range w.storages {
		store, ok := s.GetStore()
		if want, wantOK := m.stores[i]; store != want || ok != wantOK {
			w.t.Fatalf("storage %d: %d, %v; want %d, %v", i, store, ok, want, wantOK)
		}
	}
}

var errThrown = errors.New("thrown")

// run runs random steps, the first of which finds m. It returns what the code
// after it in the same scope finds.
func (w *world) run(m moment, depth int) moment {
	var leaves []func()
	var before []moment
	var emitted []*rt.AsyncResource
	var outside []moment
	finished := false
	defer func() {
		for i := len(emitted) - 1; i >= 0 && !finished; i-- { // a check failed
			if emitted[i] != nil {
				emitted[i].EmitAfter()
			}
		}
	}()
	for range rapid.IntRange(1, 4).Draw(w.t, "steps") {
		if w.steps++; w.steps > 200 || depth > 8 {
			break
		}
		w.check(m)
		i := rapid.IntRange(0, len(w.storages)-1).Draw(w.t, "storage")
		s, store := w.storages[i], w.steps
		switch op := rapid.SampledFrom([]string{
			"Run", "Exit", "EnterWith", "Enter", "RunInAsyncScope", "Emit", "Bind", "BindTo", "Snapshot", "Go", "panic", "Goexit",
		}).Draw(w.t, "op"); op {
		case "Run":
			s.Run(store, func() { m.stores = w.run(m.with(i, store), depth+1).restored(i, m) })
		case "Exit":
			m.stores = rt.Exit(s, func() map[int]int { return w.run(m.without(i), depth+1).restored(i, m) })
		case "EnterWith":
			s.EnterWith(store)
			m = m.with(i, store)
		case "Enter":
			before = append(before, m)
			leaves = append(leaves, s.Enter(store))
			m = m.with(i, store)
			outside, emitted = append(outside, moment{}), append(emitted, nil)
		case "Emit":
			r := rt.NewAsyncResource("Emit", nil)
			outside, emitted = append(outside, m), append(emitted, r)
			r.EmitBefore()
			m.id, m.trigger = r.AsyncID(), r.TriggerAsyncID()
		case "RunInAsyncScope":
			r := rt.NewAsyncResource("Scope", nil)
			inside := m
			inside.id, inside.trigger = r.AsyncID(), m.id
			r.RunInAsyncScope(func() { w.run(inside, depth+1) })
			s.Run(store, func() { r.RunInAsyncScope(func() { w.check(inside) }) })
			r.EmitDestroy()
		case "Bind", "BindTo":
			bound, inside := func(int) (int, error) { return 0, nil }, m
			fn := func(n int) (int, error) {
				w.run(inside, depth+1)
				return n, errThrown
			}
			if op == "Bind" {
				bound = rt.Bind(fn)
			} else {
				r := rt.NewAsyncResource("Bound", nil)
				inside.id, inside.trigger = r.AsyncID(), m.id
				bound = rt.BindTo(r, fn)
			}
			s.Run(store, func() {
				if n, err := bound(5); n != 5 || err != errThrown {
					w.t.Fatalf("a bound function gave %d, %v", n, err)
				}
			})
		case "Snapshot":
			run, inside := rt.Snapshot(), m
			s.Exit(func() { run(func() { w.run(inside, depth+1) }) })
		case "Go":
			inside := m
			inside.trigger = m.id
			joined := make(chan any)
			rt.Go(func() {
				finished := false
				defer func() {
					if v := recover(); v != nil || finished {
						joined <- v
					} else {
						joined <- errThrown // Goexit of a failed check
					}
				}()
				inside.id = rt.ExecutionAsyncID()
				if inside.id <= inside.trigger {
					w.t.Fatalf("goroutine %d of %d", inside.id, inside.trigger)
				}
				w.run(inside, depth+1)
				finished = true
			})
			if v := <-joined; v != nil {
				panic(v)
			}
		case "panic":
			w.thrown(m, func(r *rt.AsyncResource, inside moment) {
				r.RunInAsyncScope(func() {
					s.Enter(store) //asynchooks:ignore pairclosure the test is about that
					rt.NewAsyncResource("Open", nil).EmitBefore()
					w.run(w.now(inside.with(i, store)), depth+1)
					panic(errThrown)
				})
			})
		case "Goexit":
			left := make(chan bool)
			rt.Go(func() {
				own := moment{rt.ExecutionAsyncID(), m.id, m.stores}
				defer close(left)
				defer func() { w.check(own) }()
				rt.NewAsyncResource("Exiting", nil).RunInAsyncScope(func() {
					rt.NewAsyncResource("Open", nil).EmitBefore()
					runtime.Goexit()
				})
			})
			<-left
		}
		w.check(m)
	}
	for len(emitted) > 0 {
		n := len(emitted) - 1
		if r := emitted[n]; r != nil {
			r.EmitAfter()
			m = outside[n]
		} else {
			leaves[len(leaves)-1]()
			m = before[len(before)-1]
			leaves, before = leaves[:len(leaves)-1], before[:len(before)-1]
		}
		emitted, outside = emitted[:n], outside[:n]
		w.check(m)
	}
	finished = true
	return m
}

// now is m in the scope that was opened since: that of a resource made in m.
func (w *world) now(m moment) moment {
	m.id, m.trigger = rt.ExecutionAsyncID(), m.id
	return m
}

// thrown calls fn, which panics, with a resource made in m.
func (w *world) thrown(m moment, fn func(r *rt.AsyncResource, inside moment)) {
	defer func() {
		if v := recover(); v != errThrown {
			panic(v)
		}
		w.check(m)
	}()
	r := rt.NewAsyncResource("Thrown", nil)
	fn(r, moment{r.AsyncID(), m.id, m.stores})
}

// Random programs find themselves where the rules say, with and without hooks.
func TestPrograms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if rapid.Bool().Draw(t, "hooks") {
			c := rttest.NewChecker().Enable()
			defer func() {
				c.Disable()
				for _, p := range c.Problems() {
					t.Error(p)
				}
			}()
		}
		w := &world{t: t}
		for range rapid.SampledFrom([]int{1, 3, 12}).Draw(t, "storages") {
			w.storages = append(w.storages, rt.NewAsyncLocalStorage[int](nil))
		}
		done := make(chan any)
		rt.Go(func() {
			defer func() { done <- recover() }()
			w.run(moment{rt.ExecutionAsyncID(), rt.TriggerAsyncID(), map[int]int{}}, 0)
		})
		if v := <-done; v != nil {
			panic(v)
		}
	})
}
