package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

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

// settleGoroutines waits, for a while, until there are no more goroutines than
// that, and returns how many there are.
func settleGoroutines(want int) int {
	// Connections that were closed end their loops in their own time.
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > want && time.Now().Before(deadline); {
		runtime.GC()
	}
	return runtime.NumGoroutine()
}

func stacks() []byte {
	buf := make([]byte, 1<<16)
	return buf[:runtime.Stack(buf, true)]
}

// settleHeap collects until nothing more goes, and returns the live heap.
func settleHeap() uint64 {
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

// compareHeaps holds the live heap of the last rounds against that of the first
// ones. Rounds differ, and some pools of the standard library keep what the
// largest one needed: the least of a fifth of the rounds stands for them.
func compareHeaps(heaps []uint64) {
	fifth := len(heaps) / 5
	if fifth == 0 {
		return
	}
	least := func(heaps []uint64) uint64 {
		m := heaps[0]
		for _, h := range heaps {
			m = min(m, h)
		}
		return m
	}
	before, after := least(heaps[:fifth]), least(heaps[len(heaps)-fifth:])
	fmt.Printf("live heap %d -> %d, %+.2f %%\n", before, after, 100*(float64(after)/float64(before)-1))
	if limit := before + before/20; len(heaps) >= 25 && after > limit {
		violation("the live heap grew from %d to %d, more than 5 %%", before, after)
	}
}

// reportActive says which resources of the round are still there.
func reportActive(round int) {
	for _, r := range rt.ActiveResources() {
		violation("round %d leaves %s %d, made at %s, %v ago", round, r.Type, r.ID, r.Site, r.Age)
	}
}
