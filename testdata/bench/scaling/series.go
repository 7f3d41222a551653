package main

import (
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

var (
	store rt.AsyncLocalStorage[int]
	sink  int
)

// all returns the curves.
func all() []series {
	millions := []int{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}
	thousands := []int{1, 10, 100, 1000, 10_000}
	return []series{
		{"spawn, by live goroutines", millions, func(size int) (func(int), func()) { return spawn, goroutines(size) }},
		{"message, by live goroutines", millions, func(size int) (func(int), func()) { return message, goroutines(size) }},
		{"AfterFunc and Stop, by live timers", millions, func(size int) (func(int), func()) { return timer, timers(size) }},
		{"GetStore, by storages set", thousands, read},
		{"Run, by storages set", thousands, run},
		{"GetStore, by storages that exist", thousands, readAmong},
		{"send and receive, by messages queued", millions, queued},
	}
}

// goroutines starts so many, each with a store, that wait.
func goroutines(size int) (down func()) {
	leave := make(chan bool)
	var wg, running sync.WaitGroup
	running.Add(size)
	for i := range size {
		wg.Add(1)
		store.Run(i, func() {
			go func() {
				defer wg.Done()
				running.Done()
				<-leave
			}()
		})
	}
	running.Wait()
	return func() {
		close(leave)
		wg.Wait()
	}
}

func timers(size int) (down func()) {
	all := make([]*time.Timer, size)
	for i := range all {
		store.Run(i, func() { all[i] = time.AfterFunc(time.Hour+time.Duration(i), func() {}) })
	}
	return func() {
		for _, t := range all {
			t.Stop()
		}
	}
}

func spawn(n int) {
	store.Run(1, func() {
		var wg sync.WaitGroup
		for range n {
			wg.Add(1)
			go wg.Done()
			wg.Wait()
		}
	})
}

func message(n int) {
	ch, done := make(chan int), make(chan bool)
	go func() {
		defer close(done)
		for v := range ch {
			sink += v
		}
	}()
	store.Run(1, func() {
		for i := range n {
			ch <- i
		}
	})
	close(ch)
	<-done
}

func timer(n int) {
	store.Run(1, func() {
		for range n {
			time.AfterFunc(30*time.Minute, func() {}).Stop()
		}
	})
}

// nested calls fn with all the storages set.
func nested(storages []rt.AsyncLocalStorage[int]) (snapshot func(func())) {
	leave := make([]func(), len(storages))
	for i := range storages {
		leave[i] = storages[i].Enter(i)
	}
	snapshot = rt.Snapshot()
	for i := len(leave) - 1; i >= 0; i-- {
		leave[i]()
	}
	return snapshot
}

func read(size int) (func(int), func()) {
	storages := make([]rt.AsyncLocalStorage[int], size)
	in, s := nested(storages), &storages[size/2]
	return func(n int) {
		in(func() {
			for range n {
				v, _ := s.GetStore()
				sink += v
			}
		})
	}, func() {}
}

func run(size int) (func(int), func()) {
	storages := make([]rt.AsyncLocalStorage[int], size)
	in, s := nested(storages), &storages[size/2]
	return func(n int) {
		in(func() {
			for i := range n {
				s.Run(i, func() {})
			}
		})
	}, func() {}
}

func readAmong(size int) (func(int), func()) {
	storages := make([]rt.AsyncLocalStorage[int], size)
	for i := range storages {
		storages[i].Run(i, func() {})
	}
	in, s := nested(storages[size/2:size/2+1]), &storages[size/2]
	return func(n int) {
		in(func() {
			for range n {
				v, _ := s.GetStore()
				sink += v
			}
		})
	}, func() {}
}

// queued keeps so many messages in a channel, each sent with a store.
func queued(size int) (func(int), func()) {
	ch := make(chan int, size)
	store.Run(1, func() {
		for i := range size {
			ch <- i
		}
	})
	return func(n int) {
		store.Run(2, func() {
			for i := range n {
				sink += <-ch
				ch <- i
			}
		})
	}, func() { close(ch) }
}
