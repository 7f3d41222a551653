// Memory makes 10 million goroutines, storages and resources, one kind after
// another, and compares the live heap after each with that before:
//
//	asynchooks run ./testdata/bench/memory
//
// More than one percent makes the exit code 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

func main() {
	n := flag.Int("n", 10_000_000, "how many of each")
	flag.Parse()
	fmt.Printf("mode %s\n", rt.Mode())
	if !compareHeaps(*n) {
		os.Exit(1)
	}
}

// compareHeaps reports whether the live heap stays within its limit.
func compareHeaps(n int) bool {
	hook := rt.CreateHook(rt.HookCallbacks{Destroy: func(rt.ID) {}})
	kinds := []struct {
		name string
		make func(n int)
	}{
		{"goroutines", goroutines},
		{"hops of one chain", hops},
		{"storages", storages},
		{"resources", resources},
		{"resources, collected with a destroy hook", func(n int) {
			hook.Enable()
			defer hook.Disable()
			resources(n)
			settle()
		}},
	}
	crowd(1000)
	within := true
	for _, k := range kinds {
		k.make(n/100 + 1000) // what is made once
		before := settle()
		k.make(n)
		after := settle()
		verdict := ""
		if float64(after) > 1.01*float64(before) {
			verdict, within = "  EXCEEDED", false
		}
		fmt.Printf("%9d %-42s live heap %8d -> %8d  %+.2f %%  at most 1 %%%s\n", n, k.name, before, after, 100*(float64(after)/float64(before)-1), verdict)
	}
	return within
}

// crowd makes the runtime keep records of n goroutines for ever after: those of
// goroutines that ended are used again, and so are no growth later.
func crowd(n int) {
	var wg sync.WaitGroup
	leave := make(chan bool)
	for range n {
		wg.Go(func() { <-leave })
	}
	close(leave)
	wg.Wait()
}

// settle collects until nothing more goes, and returns the live heap.
func settle() uint64 {
	var m runtime.MemStats
	least := ^uint64(0)
	for same := 0; same < 3; same++ {
		runtime.GC()
		rt.Flush()
		runtime.ReadMemStats(&m)
		if m.HeapAlloc < least {
			least, same = m.HeapAlloc, 0
		}
	}
	return least
}

var shared rt.AsyncLocalStorage[*[16]int]

// goroutines starts them, 100 at a time, each with a store of its own.
func goroutines(n int) {
	for n > 0 {
		var wg sync.WaitGroup
		for range min(n, 100) {
			wg.Add(1)
			shared.Run(new([16]int), func() {
				rt.Go(func() {
					defer wg.Done()
					if _, ok := shared.GetStore(); !ok {
						panic("no store")
					}
				})
			})
		}
		wg.Wait()
		n -= 100
	}
}

var other rt.AsyncLocalStorage[[3]int]

// hops makes one chain: each goroutine starts the next one, in stores that it
// sets in turn.
func hops(n int) {
	done := make(chan bool)
	var hop func(n int)
	hop = func(n int) {
		switch {
		case n == 0:
			close(done)
		case n%2 == 0:
			shared.Run(new([16]int), func() { rt.Go(func() { hop(n - 1) }) })
		default:
			other.Run([3]int{n}, func() { rt.Go(func() { hop(n - 1) }) })
		}
	}
	hop(n)
	<-done
}

// storages makes them and sets each, by Run and by EnterWith.
func storages(n int) {
	var wg sync.WaitGroup
	wg.Add(1)
	rt.Go(func() {
		defer wg.Done()
		for i := range n {
			s := rt.NewAsyncLocalStorage[int](nil)
			if i%2 == 0 {
				s.Run(i, func() {})
			} else {
				s.EnterWith(i)
			}
		}
	})
	wg.Wait()
}

// resources makes them, runs in each and destroys every other one.
func resources(n int) {
	for i := range n {
		r := rt.NewAsyncResource("Bench", nil)
		r.RunInAsyncScope(func() {})
		if i%2 == 0 {
			r.EmitDestroy()
		}
	}
}
