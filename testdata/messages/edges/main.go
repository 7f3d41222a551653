// Edges sends messages where the carrying could go wrong: through channels of
// every layout after collections, of huge capacity, made before main, to
// goroutines whose stacks grow and shrink while they wait.
package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"runtime/trace"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

var store = rt.NewAsyncLocalStorage[int](nil)

// early is made, and filled, before main.
var early = make(chan int, 4)

// more are made before anything is used as well: their blocks hold no pointers
// that the collector sees.
var more = func() (chans []chan struct{}) {
	for i := range 100 {
		chans = append(chans, make(chan struct{}, i))
	}
	return chans
}()

func init() {
	early <- -1
	store.Run(7, func() { early <- 7 })
}

var failed bool

func fail(format string, args ...any) {
	failed = true
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

func main() {
	for range 2 {
		layouts()
		huge()
		waiting()
		closed()
		collects()
		turns()
		rt.ExecutionAsyncID() // the second time with ids
	}
	made()
	madeEarly()
	between()
	if failed {
		os.Exit(1)
	}
	fmt.Println("ok")
}

// layouts sends through a channel of each layout, with collections between the
// sends and the receives.
func layouts() {
	through(func(i int) struct{} { return struct{}{} })
	through(func(i int) byte { return byte(i) })
	through(func(i int) int { return i })
	through(func(i int) *int { return &i })
	through(func(i int) string { return fmt.Sprint(i) })
	through(func(i int) any { return i })
	through(func(i int) [100]int { return [100]int{i} })
	through(func(i int) [30]*int { return [30]*int{&i} })
	through(func(i int) func() { return func() { _ = i } })
	through(func(i int) [0]*int { return [0]*int{} })
}

func through[T any](value func(int) T) {
	for _, size := range []int{0, 1, 2, 3, 7, 8, 1000} {
		ch := make(chan T, size)
		n := max(size, 1)
		send := func() {
			for i := range n {
				if i%3 == 2 {
					ch <- value(i)
				} else {
					store.Run(i, func() { ch <- value(i) })
				}
			}
		}
		if size == 0 {
			go send()
		} else {
			send()
		}
		runtime.GC()
		for i := range n {
			<-ch
			got, ok := 0, false
			rt.Received()(func() { got, ok = store.GetStore() })
			if ok != (i%3 != 2) || ok && got != i {
				fail("%T, message %d of %d: store %d, %v", ch, i, n, got, ok)
			}
		}
	}
}

// huge makes channels that could never be filled.
func huge() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ch := make(chan struct{}, 1<<40)
	wide := make(chan [1 << 12]byte, 1<<10)
	for i := range 100 {
		store.Run(i, func() { ch <- struct{}{} })
	}
	store.Run(1, func() { wide <- [1 << 12]byte{} })
	runtime.ReadMemStats(&after)
	// The buffer of wide is 4 MiB.
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 5<<20 {
		fail("huge channels took %d bytes", grown)
	}
	for i := range 100 {
		<-ch
		rt.Received()(func() {
			if got, _ := store.GetStore(); got != i {
				fail("huge channel, message %d: store %d", i, got)
			}
		})
	}
	<-wide
}

// waiting sends to goroutines, and from goroutines, whose stacks move while they
// wait.
func waiting() {
	ch := make(chan int)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			grow(i, func() {
				for v := range ch {
					if got, ok := store.GetStore(); !ok || got != v {
						fail("waiting receiver: message %d, store %d", v, got)
					}
				}
			})
		})
	}
	var senders sync.WaitGroup
	for i := range 200 {
		senders.Go(func() { store.Run(i, func() { grow(i%60, func() { ch <- i }) }) })
		if i%20 == 0 {
			runtime.GC() // shrinks stacks
		}
	}
	senders.Wait()
	close(ch)
	wg.Wait()
}

func grow(n int, fn func()) {
	var pad [512]byte
	if n == 0 {
		fn()
		return
	}
	grow(n-1, fn)
	runtime.KeepAlive(&pad)
}

// closed: neither a closed channel nor a receive that found nothing says
// anything.
func closed() {
	ch := make(chan int, 1)
	shows := func(want int, what string) {
		rt.Received()(func() {
			if got, _ := store.GetStore(); got != want {
				fail("%s: store %d, want %d", what, got, want)
			}
		})
	}
	store.Run(4, func() { ch <- 1 })
	<-ch
	shows(4, "received")
	select {
	case <-ch:
	default:
	}
	shows(4, "nothing there")
	var none chan int
	select {
	case <-none:
	default:
	}
	shows(4, "nil channel")
	out := make(chan int, 1)
	select {
	case out <- 1:
	case <-ch:
	}
	shows(4, "sent")
	close(ch)
	<-ch
	shows(0, "closed")
}

// collects starts workers of the collector, for which the runtime itself
// receives, on the goroutine that has a message.
func collects() {
	ch := make(chan int, 1)
	store.Run(6, func() { ch <- 1 })
	<-ch
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 3)
	runtime.GC()
	rt.Received()(func() {
		if got, _ := store.GetStore(); got != 6 {
			fail("after a collection: store %d", got)
		}
	})
}

// made receives what was sent before main.
func made() {
	if <-early != -1 {
		fail("early")
	}
	rt.Received()(func() {
		if _, ok := store.GetStore(); ok {
			fail("sent before main with no store: there is one")
		}
	})
	<-early
	rt.Received()(func() {
		if got, _ := store.GetStore(); got != 7 {
			fail("sent before main: store %d", got)
		}
	})
}

// between does what makes the runtime send and receive on this goroutine, which
// leaves what was received as it was, and on its own ones, and fires no event.
func between() {
	ch := make(chan int, 1)
	store.Run(5, func() { ch <- 5 })
	<-ch
	var sends atomic.Int64
	self := rt.ExecutionAsyncID()
	hook := rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		if typ == rt.TypeChanSend && (trigger == self || strings.HasPrefix(r.Site().Func, "runtime.")) {
			sends.Add(1)
		}
	}}).Enable()
	checker := rttest.NewChecker().Enable()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	signal.Stop(signals)
	signal.Ignore(os.Interrupt)
	signal.Reset(os.Interrupt)
	if err := trace.Start(io.Discard); err != nil {
		fail("trace: %v", err)
	}
	trace.Stop()
	hook.Disable()
	for _, problem := range checker.Disable().Problems() {
		fail("signals and traces: %s", problem)
	}
	rt.Received()(func() {
		if v, _ := store.GetStore(); v != 5 {
			fail("received before signals and traces: %d, want 5", v)
		}
	})
	if n := sends.Load(); n != 0 {
		fail("signals and traces sent %d messages, want 0", n)
	}
}

// turns has scopes, and none, take turns to send through one buffer that may never
// be empty, many messages at a time or a few, while a hook comes and goes.
func turns() {
	hook := rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}})
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 0))
		ch := make(chan int, 1+r.IntN(40))
		send := func(v, n int) {
			for range min(n, cap(ch)-len(ch)) {
				ch <- v
			}
		}
		var sent []int
		for turn := range 200 {
			if r.IntN(20) == 0 {
				hook.Enable()
			}
			v, n, before := r.IntN(4), r.IntN(30), len(ch)
			if r.IntN(2) == 0 {
				if v == 0 {
					send(v, n)
				} else {
					store.Run(v, func() { send(v, n) })
				}
				for range len(ch) - before {
					sent = append(sent, v)
				}
			} else {
				for range min(n, before) {
					got := <-ch
					rt.Received()(func() {
						if in, _ := store.GetStore(); got != sent[0] || in != sent[0] {
							fail("seed %d, turn %d: message %d with store %d, want %d", seed, turn, got, in, sent[0])
						}
					})
					sent = sent[1:]
				}
			}
			if r.IntN(10) == 0 {
				hook.Disable()
			}
		}
	}
	hook.Disable()
}

// madeEarly fills channels that were made before anything was used, and drops
// the last.
func madeEarly() {
	for round := range 3 {
		for i, ch := range more {
			for n := range cap(ch) {
				store.Run(1000*round+100*i+n, func() { ch <- struct{}{} })
			}
			if i%10 == 0 {
				runtime.GC()
			}
		}
		for i, ch := range more {
			for n := range cap(ch) {
				<-ch
				rt.Received()(func() {
					if got, _ := store.GetStore(); got != 1000*round+100*i+n {
						fail("channel %d made early, message %d: store %d", i, n, got)
					}
				})
			}
		}
	}
	var objects rt.AsyncLocalStorage[*[100]int]
	dropped := make(chan bool, 1)
	func() {
		object := new([100]int)
		runtime.AddCleanup(object, func(ch chan bool) { ch <- true }, dropped)
		objects.Run(object, func() { more[len(more)-1] <- struct{}{} })
	}()
	more = nil
	for range 100 {
		runtime.GC()
		select {
		case <-dropped:
			return
		default:
			runtime.Gosched()
		}
	}
	fail("the scope of a message outlives its channel, which was made early")
}
