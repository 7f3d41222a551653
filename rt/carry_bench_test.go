package rt_test

import (
	"sync"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// What a program pays where a value is carried along: goroutines, messages and
// timers, with nothing used, in a store, and with all hooks. In a plain build the
// first is plain Go's own cost. Once a hook was enabled, ids are made for the rest
// of the process: -bench 'Message/buffered/nothing$' alone measures without.

var (
	carried rt.AsyncLocalStorage[int]

	allHooks = rt.HookCallbacks{
		Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
		Before:         func(rt.ID) {},
		After:          func(rt.ID) {},
		Destroy:        func(rt.ID) {},
		PromiseResolve: func(rt.ID) {},
	}
)

// inEachUse runs a benchmark of an operation, done n times, with each use.
func inEachUse(b *testing.B, do func(n int)) {
	b.Run("nothing", func(b *testing.B) {
		b.ReportAllocs()
		do(b.N)
	})
	b.Run("store", func(b *testing.B) {
		b.ReportAllocs()
		carried.Run(1, func() { do(b.N) })
	})
	b.Run("hooks", func(b *testing.B) {
		defer rt.CreateHook(allHooks).Enable().Disable()
		b.ReportAllocs()
		carried.Run(1, func() { do(b.N) })
	})
}

func BenchmarkGo(b *testing.B) {
	inEachUse(b, func(n int) {
		var wg sync.WaitGroup
		for range n {
			wg.Add(1)
			go wg.Done()
			wg.Wait()
		}
	})
}

func BenchmarkMessage(b *testing.B) {
	b.Run("unbuffered", func(b *testing.B) { inEachUse(b, func(n int) { through(make(chan int), n) }) })
	b.Run("buffered", func(b *testing.B) { inEachUse(b, func(n int) { through(make(chan int, 64), n) }) })
	b.Run("same goroutine", func(b *testing.B) {
		inEachUse(b, func(n int) {
			ch := make(chan int, 1)
			for i := range n {
				ch <- i
				sinkInt += <-ch
			}
		})
	})
	b.Run("select", func(b *testing.B) {
		inEachUse(b, func(n int) {
			ch, full := make(chan int, 1), make(chan int)
			for i := range n {
				select {
				case ch <- i:
				case full <- i:
				}
				select {
				case v := <-ch:
					sinkInt += v
				case v := <-full:
					sinkInt -= v
				}
			}
		})
	})
}

// through sends n messages, each of which is handled in an iteration of its own.
func through(ch chan int, n int) {
	done := make(chan int)
	go func() {
		sum := 0
		for v := range ch {
			sum += v
		}
		done <- sum
	}()
	for i := range n {
		ch <- i
	}
	close(ch)
	sinkInt += <-done
}

func BenchmarkMakeChan(b *testing.B) {
	b.Run("unbuffered", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			sinkChan = make(chan int)
		}
	})
	b.Run("of 8", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			sinkChan = make(chan int, 8)
		}
	})
}

var sinkChan chan int

func BenchmarkTimer(b *testing.B) {
	b.Run("AfterFunc that fires", func(b *testing.B) {
		inEachUse(b, func(n int) {
			fired := make(chan bool)
			for range n {
				time.AfterFunc(0, func() { fired <- true })
				<-fired
			}
		})
	})
	b.Run("AfterFunc and Stop", func(b *testing.B) {
		inEachUse(b, func(n int) {
			for range n {
				time.AfterFunc(time.Hour, func() {}).Stop()
			}
		})
	})
	b.Run("NewTimer and Stop", func(b *testing.B) {
		inEachUse(b, func(n int) {
			for range n {
				time.NewTimer(time.Hour).Stop()
			}
		})
	})
}
