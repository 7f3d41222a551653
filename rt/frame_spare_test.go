package rt_test

import (
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// A numberStore is an AsyncLocalStorage whose stores stand for numbers, in one
// type or another.
type numberStore interface {
	run(n int, fn func())
	exit(fn func())
	enter(n int) (leave func())
	enterWith(n int)
	get() (n int, ok bool)
}

type storeOf[T any] struct {
	rt.AsyncLocalStorage[T]
	to   func(n int) T
	from func(v T) int
}

func (s *storeOf[T]) run(n int, fn func()) { s.Run(s.to(n), fn) }
func (s *storeOf[T]) exit(fn func())       { s.Exit(fn) }
func (s *storeOf[T]) enter(n int) func()   { return s.Enter(s.to(n)) }
func (s *storeOf[T]) enterWith(n int)      { s.EnterWith(s.to(n)) }
func (s *storeOf[T]) get() (n int, ok bool) {
	v, ok := s.GetStore()
	if !ok {
		return 0, false
	}
	return s.from(v), true
}

func numberStores() []numberStore {
	return []numberStore{
		&storeOf[int]{to: func(n int) int { return n }, from: func(n int) int { return n }},
		&storeOf[string]{to: func(n int) string { return fmt.Sprint(n) }, from: func(s string) (n int) { fmt.Sscan(s, &n); return n }},
		&storeOf[*boxedInt]{to: func(n int) *boxedInt { return &boxedInt{n} }, from: (*boxedInt).value},
		&storeOf[[3]any]{to: func(n int) [3]any { return [3]any{n, nil, n} }, from: func(v [3]any) int { n, _ := v[2].(int); return n }},
		&storeOf[[40]int]{to: func(n int) [40]int { return [40]int{39: n} }, from: func(v [40]int) int { return v[39] }},
	}
}

type boxedInt struct{ n int }

func (p *boxedInt) value() int {
	if p == nil {
		return 0
	}
	return p.n
}

// A walk does random things with stores on one goroutine, captures the context
// here and there in every way that there is, and in the end looks into what it
// captured, when all that it entered has been left and entered again.
type walk struct {
	*rand.Rand
	stores []numberStore
	now    map[int]int // the stores that there should be, by index
	later  []func()
	open   chan struct{}
	checks sync.WaitGroup
	mu     sync.Mutex
	wrong  []string
}

// check compares the stores with those that there should be.
func (w *walk) check(where string, want map[int]int) {
	got := map[int]int{}
	for i, s := range w.stores {
		if n, ok := s.get(); ok {
			got[i] = n
		}
	}
	if !maps.Equal(got, want) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.wrong = append(w.wrong, fmt.Sprintf("%s: stores %v, want %v", where, got, want))
	}
}

func (w *walk) number() int { return 1 + w.IntN(1000) }

// steps takes some.
func (w *walk) steps(depth int) {
	for range w.IntN(5) {
		w.step(depth)
		w.check("between steps", w.now)
	}
}

func (w *walk) step(depth int) {
	i := w.IntN(len(w.stores))
	s := w.stores[i]
	inside := func() {
		w.check("inside", w.now)
		if depth < 5 {
			w.steps(depth + 1)
		}
	}
	before, had := w.now[i]
	restore := func() {
		delete(w.now, i)
		if had {
			w.now[i] = before
		}
	}
	switch what := w.IntN(15); what {
	case 0, 1, 2:
		n := w.number()
		w.now[i] = n
		s.run(n, inside)
		restore()
	case 3:
		func() {
			defer func() { recover() }()
			n := w.number()
			w.now[i] = n
			s.run(n, func() { inside(); panic("out") })
		}()
		restore()
	case 4:
		all := maps.Clone(w.now)
		func() {
			n := w.number()
			w.now[i] = n
			defer s.enter(n)()
			inside()
		}()
		w.now = all
	case 5:
		delete(w.now, i)
		s.exit(inside)
		restore()
	case 6:
		n := w.number()
		w.now[i] = n
		s.enterWith(n)
	case 7:
		all := maps.Clone(w.now)
		rt.NewAsyncResource("Walk", nil).RunInAsyncScope(inside)
		w.now = all
	default:
		w.capture(what)
	}
}

// capture captures the context in one way and looks into that later.
func (w *walk) capture(how int) {
	want := maps.Clone(w.now)
	switch how {
	case 8:
		run := rt.Snapshot()
		w.later = append(w.later, func() { run(func() { w.check("Snapshot", want) }) })
	case 9:
		w.later = append(w.later, rt.Bind(func() { w.check("Bind", want) }))
	case 10:
		r := rt.NewAsyncResource("Walk", nil)
		w.later = append(w.later, func() { r.RunInAsyncScope(func() { w.check("AsyncResource", want) }) })
	case 11:
		w.checks.Add(1)
		start := func() {
			defer w.checks.Done()
			<-w.open
			w.check("goroutine", want)
		}
		if rt.Instrumented() {
			go start()
		} else {
			rt.Go(start)
		}
	case 12:
		w.sends(want)
	case 13:
		w.timer(want)
	case 14:
		w.pulls(want)
	}
}

// sends captures by a message.
func (w *walk) sends(want map[int]int) {
	if rt.Mode() != "runtime" {
		return // nothing carries it
	}
	ch := make(chan bool, 1)
	ch <- true
	w.later = append(w.later, func() {
		<-ch
		rt.Received()(func() { w.check("message", want) })
	})
}

// timer captures by a timer.
func (w *walk) timer(want map[int]int) {
	if rt.Mode() != "runtime" {
		return
	}
	w.checks.Add(1)
	t := time.AfterFunc(time.Hour, func() {
		defer w.checks.Done()
		w.check("AfterFunc", want)
	})
	w.later = append(w.later, func() { t.Reset(0) })
}

// pulls starts a coroutine, which keeps the store that it sets itself.
func (w *walk) pulls(want map[int]int) {
	if rt.Mode() != "runtime" {
		return
	}
	i, n := w.IntN(len(w.stores)), w.number()
	next, stop := iter.Pull(func(yield func(bool) bool) {
		w.check("coroutine", want)
		want := maps.Clone(want)
		want[i] = n
		w.stores[i].run(n, func() {
			yield(true)
			w.check("coroutine again", want)
		})
	})
	next()
	w.later = append(w.later, func() {
		next()
		stop()
	})
}

// Whatever has been captured keeps its stores, whether the goroutine that it
// was captured on uses its frames again or not.
func TestCapturedFramesStay(t *testing.T) {
	few, many := numberStores(), numberStores()
	for range 4 {
		many = append(many, numberStores()...)
	}
	for seed := range uint64(3000) {
		stores := few
		if seed%3 == 0 {
			stores = many // more than a frame copies
		}
		w := &walk{Rand: rand.New(rand.NewPCG(seed, 0)), stores: stores, now: map[int]int{}, open: make(chan struct{})}
		done := make(chan struct{})
		go rt.NewAsyncResource("Root", nil).RunInAsyncScope(func() {
			defer close(done)
			for i, s := range stores[len(few):] {
				n := w.number()
				w.now[len(few)+i] = n
				s.enterWith(n)
			}
			for range 4 {
				w.steps(0)
			}
			for i, s := range stores {
				s.run(-1-i, func() {
					s.run(-2-i, func() {})
					defer s.enter(-3 - i)()
				})
			}
			close(w.open)
			for _, look := range w.later {
				look()
			}
			w.checks.Wait()
		})
		<-done
		for _, s := range w.wrong {
			t.Errorf("seed %d: %s", seed, s)
		}
	}
}
