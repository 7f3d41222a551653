// Soak sends messages in every way that there is and receives them in every way
// that there is. Each value says which store its sender had; the receiver holds
// the store that it sees, and the one that rt.Received gives, against that.
//
//	soak -n 20000000 -hooks
//
// A round is one pair of channels with random senders, receivers, buffers and
// element type. Rounds go on until n messages were checked.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

var (
	total   = flag.Int64("n", 200_000, "how many messages")
	seed    = flag.Uint64("seed", 0, "of the random choices; 0: from the clock")
	hooks   = flag.Bool("hooks", false, "enable hooks for the second half")
	closing = flag.Bool("close", true, "close channels while senders are at work, which the race detector calls a race")
	checked = flag.Bool("check", false, "check the hooks' events in a part of it")
)

var received, wrong atomic.Int64

func fail(format string, args ...any) {
	if wrong.Add(1) <= 20 {
		fmt.Fprintf(os.Stderr, "wrong: "+format+"\n", args...)
	}
}

func main() {
	flag.Parse()
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	if rt.Mode() != "runtime" {
		fmt.Fprintln(os.Stderr, "build soak with asynchooks")
		os.Exit(2)
	}
	rng := rand.New(rand.NewPCG(*seed, 0))
	stop := pressure()
	// Nobody asks for ids at first; then someone does; then there are hooks.
	run(rng, *total/3)
	rt.ExecutionAsyncID()
	run(rng, *total/3)
	if *hooks {
		h := rt.CreateHook(rt.HookCallbacks{
			Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
			Before:         func(rt.ID) {},
			After:          func(rt.ID) {},
			Destroy:        func(rt.ID) {},
			PromiseResolve: func(rt.ID) {},
		}).Enable()
		run(rng, *total/3)
		h.Disable()
	}
	if *checked {
		c := rttest.NewChecker().Enable()
		run(rng, *total/20)
		rt.Flush()
		c.Disable()
		for _, p := range c.Problems() {
			fail("%s", p)
		}
	}
	close(stop)
	if n := wrong.Load(); n > 0 {
		fmt.Fprintf(os.Stderr, "seed %d: %d of %d messages wrong\n", *seed, n, received.Load())
		os.Exit(1)
	}
	fmt.Printf("%d messages\n", received.Load())
}

// run runs rounds until n more messages were received.
func run(rng *rand.Rand, n int64) {
	for until := received.Load() + n; received.Load() < until; {
		switch rng.IntN(6) {
		case 0:
			newRound(rng, func(t uint64) uint64 { return t }, func(v uint64) uint64 { return v }).run()
		case 1:
			newRound(rng, func(t uint64) *uint64 { return &t }, func(v *uint64) uint64 { return *v }).run()
		case 2:
			newRound(rng, func(t uint64) any { return t }, func(v any) uint64 { return v.(uint64) }).run()
		case 3:
			newRound(rng, func(t uint64) large { return large{tag: t, next: &large{tag: t}} }, func(v large) uint64 { return v.next.tag }).run()
		case 4:
			newRound(rng, func(t uint64) [2]uint32 { return [2]uint32{uint32(t >> 32), uint32(t)} }, func(v [2]uint32) uint64 { return uint64(v[0])<<32 | uint64(v[1]) }).run()
		case 5:
			newRound(rng, func(t uint64) func() uint64 { return func() uint64 { return t } }, func(v func() uint64) uint64 { return v() }).run()
		}
	}
}

type large struct {
	_    [6]uint64
	tag  uint64
	next *large
}

// pressure keeps the collector at work, and the stacks moving, until the channel
// is closed.
func pressure() chan struct{} {
	stop := make(chan struct{})
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(20)
	}
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				runtime.GC()
			}
		}
	}()
	return stop
}
