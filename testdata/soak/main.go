// Soak does everything at once that package rt has to do with: requests over
// HTTP/1.1 and HTTP/2, worker pools, timers, coroutines, resources, storages
// that are made and disabled, panics, runtime.Goexit, and hooks that are enabled
// and disabled at random, while the collector is kept at work.
//
//	asynchooks run ./testdata/soak -for 2m
//	asynchooks run -race ./testdata/soak -for 2m
//
// Work goes on in rounds. Each piece of it knows which store it must see, and
// looks; an [rttest.Checker] holds the events of every other round against the
// rules. When a round ends, the goroutines must be as many as before it; at the
// end of all rounds the live heap must be what it was after the first ones.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

var (
	total   = flag.Duration("for", time.Minute, "how `long`")
	rounds  = flag.Int("rounds", 0, "so `many` rounds instead")
	scale   = flag.Int("n", 100, "how much work each activity of a round does, at most")
	seed    = flag.Uint64("seed", 0, "of the random choices; 0: from the clock")
	verbose = flag.Bool("v", false, "print what each round took")
	active  = flag.Bool("active", false, "keep account of active resources, which must be gone after each round")
)

// What was done, and found wrong.
var (
	events     atomic.Int64 // hook callbacks
	messages   atomic.Int64 // received from a channel and checked
	checks     atomic.Int64 // of the store that is seen
	faults     atomic.Int64 // panics, Goexits, aborted and cancelled requests
	violations atomic.Int64
)

// violation reports what must not be.
func violation(format string, args ...any) {
	if violations.Add(1) <= 20 {
		rt.Debugf("VIOLATION: "+format, args...)
	}
}

// An activity is a kind of work. It ends what it starts before it returns.
type activity struct {
	name string
	run  func(rng *rand.Rand, n int)
}

var activities = []activity{
	{"requests", requests},
	{"requests over HTTP/2", requests2},
	{"pools", pools},
	{"timers", timers},
	{"coroutines", coroutines},
	{"scopes", scopes},
	{"storages", storages},
	{"registrations", registrations},
}

func main() {
	flag.Parse()
	if rt.Mode() != "runtime" {
		fmt.Fprintln(os.Stderr, "soak: build it with asynchooks: asynchooks run ./testdata/soak")
		os.Exit(2)
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	fmt.Printf("seed %d\n", *seed)
	rng := rand.New(rand.NewPCG(*seed, 0))
	crowd(2000)
	if *active {
		rt.ActiveResources()
	}
	goroutines := settleGoroutines(1)
	var heaps []uint64
	began := time.Now()
	for i := 0; *rounds > 0 && i < *rounds || *rounds == 0 && time.Since(began) < *total; i++ {
		start := time.Now()
		round(rng, i%2 == 1)
		if n := settleGoroutines(goroutines); n > goroutines {
			violation("round %d leaves %d goroutines where there were %d:\n%s", i, n, goroutines, stacks())
			goroutines = n
		}
		heaps = append(heaps, settleHeap())
		if *verbose {
			fmt.Printf("round %d: %v, %d events, %d faults, live heap %d\n", i, time.Since(start).Round(time.Millisecond), events.Load(), faults.Load(), heaps[i])
		}
		if *active {
			reportActive(i)
		}
	}
	fmt.Printf("%v: %d rounds, %d events, %d messages, %d checks, %d faults, %d goroutines\n",
		time.Since(began).Round(time.Second), len(heaps), events.Load(), messages.Load(), checks.Load(), faults.Load(), goroutines)
	compareHeaps(heaps)
	fmt.Printf("%d violations\n", violations.Load())
	if violations.Load() > 0 {
		fmt.Printf("seed %d\n", *seed)
		os.Exit(1)
	}
}

// round runs all activities at once, with hooks that come and go, and with a
// checker if checked.
func round(rng *rand.Rand, checked bool) {
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	stop := make(chan struct{})
	var aside sync.WaitGroup
	aside.Go(func() { collect(stop) })
	hookSeed := rng.Uint64()
	var hooks []*rt.AsyncHook
	aside.Go(func() { hooks = toggleHooks(rand.New(rand.NewPCG(hookSeed, 1)), stop) })
	var checker *rttest.Checker
	if checked {
		checker = rttest.NewChecker().Enable()
	}
	var work sync.WaitGroup
	for i, a := range activities {
		rng := rand.New(rand.NewPCG(rng.Uint64(), uint64(i)))
		n := 1 + rng.IntN(*scale)
		if checked {
			n = 1 + n/4 // it keeps account of all
		}
		work.Go(func() {
			expectNone(a.name + " begin")
			start := time.Now()
			a.run(rng, n)
			if *verbose {
				rt.Debugf("  %s: %v", a.name, time.Since(start).Round(time.Millisecond))
			}
			expectNone(a.name + " end")
		})
	}
	work.Wait()
	close(stop)
	aside.Wait()
	for _, h := range hooks {
		h.Disable()
	}
	rt.Flush()
	if checker != nil {
		checker.Disable()
		events.Add(int64(checker.Events()))
		for _, p := range checker.Problems() {
			violation("%s", p)
		}
	}
}

// collect keeps the collector at work, and the stacks moving.
func collect(stop chan struct{}) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			runtime.GC()
		}
	}
}

// current holds the tag of the flow of work that the code runs for.
var current = rt.NewAsyncLocalStorage[uint64](&rt.AsyncLocalStorageOptions[uint64]{Name: "flow"})

var lastTag atomic.Uint64

// newTag numbers a flow.
func newTag() uint64 { return lastTag.Add(1) }

// expect holds the store that the caller sees against the one that it must see.
func expect(where string, want uint64) {
	checks.Add(1)
	if got, ok := current.GetStore(); !ok || got != want {
		violation("%s: store %d, %v; want %d", where, got, ok, want)
	}
}

// expectNone says that there must be no store.
func expectNone(where string) {
	checks.Add(1)
	if got, ok := current.GetStore(); ok {
		violation("%s: store %d; want none", where, got)
	}
}
