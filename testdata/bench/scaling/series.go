package main

import (
	"context"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

var (
	store rt.AsyncLocalStorage[int]
	sink  int
)

// A series is what is measured at each of some sizes.
type series struct {
	name  string
	sizes []int
	// up brings what grows to a size and returns the operation, done n times. It
	// stays for as long as the process lives.
	up func(size int, w way) (op func(n int))
}

// A way is how a program carries a value: with package rt, or as plain Go does.
type way struct{ plain bool }

var (
	millions  = []int{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}
	thousands = []int{1, 10, 100, 1000, 10_000}
)

// all are the series.
var all = []series{
	{"spawn, by live goroutines", millions, func(size int, w way) func(int) {
		w.goroutines(size)
		return w.within(spawn)
	}},
	{"message, by live goroutines", millions, func(size int, w way) func(int) {
		w.goroutines(size)
		return w.within(message)
	}},
	{"AfterFunc and Stop, by live timers", millions, func(size int, w way) func(int) {
		for i := range size {
			w.run(i, func() { time.AfterFunc(time.Hour+time.Duration(i), func() {}) })
		}
		return w.within(timer)
	}},
	{"a read, by storages set", thousands, read},
	{"a run, by storages set", thousands, run},
	{"a read, by storages that exist", thousands, readAmong},
	{"send and receive, by messages queued", millions, queued},
}

// run calls fn with a value, if that is the way.
func (w way) run(v int, fn func()) {
	if w.plain {
		fn()
		return
	}
	store.Run(v, fn)
}

// within has an operation done with a value.
func (w way) within(op func(n int)) func(n int) {
	return func(n int) { w.run(1, func() { op(n) }) }
}

// goroutines starts so many, each with a value, that wait.
func (w way) goroutines(size int) {
	var running sync.WaitGroup
	running.Add(size)
	forever := make(chan bool)
	for i := range size {
		w.run(i, func() {
			go func() {
				running.Done()
				<-forever
			}()
		})
	}
	running.Wait()
}

func spawn(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go wg.Done()
		wg.Wait()
	}
}

func message(n int) {
	ch, done := make(chan int), make(chan bool)
	go func() {
		defer close(done)
		for v := range ch {
			sink += v
		}
	}()
	for i := range n {
		ch <- i
	}
	close(ch)
	<-done
}

func timer(n int) {
	for range n {
		time.AfterFunc(30*time.Minute, func() {}).Stop()
	}
}

// key is a context's key, one for each value.
type key int

// nested returns a context with so many values.
func nested(size int) context.Context {
	ctx := context.Background()
	for i := range size {
		ctx = context.WithValue(ctx, key(i), i)
	}
	return ctx
}

// snapshot returns what calls a function with all the storages set.
func snapshot(storages []rt.AsyncLocalStorage[int]) func(func()) {
	leave := make([]func(), len(storages))
	for i := range storages {
		leave[i] = storages[i].Enter(i)
	}
	snapshot := rt.Snapshot()
	for i := len(leave) - 1; i >= 0; i-- {
		leave[i]()
	}
	return snapshot
}

// valueOf reads a context's value.
func valueOf(ctx context.Context, k any) func(n int) {
	return func(n int) {
		for range n {
			v, _ := ctx.Value(k).(int)
			sink += v
		}
	}
}

// storeOf reads a storage.
func storeOf(s *rt.AsyncLocalStorage[int]) func(n int) {
	return func(n int) {
		for range n {
			v, _ := s.GetStore()
			sink += v
		}
	}
}

// read reads one of the values that are set.
func read(size int, w way) func(int) {
	if w.plain {
		return valueOf(nested(size), key(size/2))
	}
	storages := make([]rt.AsyncLocalStorage[int], size)
	in, op := snapshot(storages), storeOf(&storages[size/2])
	return func(n int) { in(func() { op(n) }) }
}

// run sets one of the values that are set, around a call.
func run(size int, w way) func(int) {
	if w.plain {
		ctx, k := nested(size), any(key(size/2))
		return func(n int) {
			for i := range n {
				called(context.WithValue(ctx, k, i))
			}
		}
	}
	storages := make([]rt.AsyncLocalStorage[int], size)
	in, s := snapshot(storages), &storages[size/2]
	return func(n int) {
		in(func() {
			for i := range n {
				s.Run(i, func() {})
			}
		})
	}
}

// called is what a value is set around.
//
//go:noinline
func called(context.Context) {}

// readAmong reads one value that is set, of many that were.
func readAmong(size int, w way) func(int) {
	if w.plain {
		return valueOf(nested(1), key(0))
	}
	storages := make([]rt.AsyncLocalStorage[int], size)
	for i := range storages {
		storages[i].Run(i, func() {})
	}
	s := &storages[size/2]
	op := storeOf(s)
	return func(n int) { s.Run(1, func() { op(n) }) }
}

// queued keeps so many messages in a channel, each sent with a value.
func queued(size int, w way) func(int) {
	ch := make(chan int, size)
	w.run(1, func() {
		for i := range size {
			ch <- i
		}
	})
	return w.within(func(n int) {
		for i := range n {
			sink += <-ch
			ch <- i
		}
	})
}
