package main

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"time"
)

// timers has timers of every kind, set in one flow and awaited in none.
func timers(rng *rand.Rand, n int) {
	var wg sync.WaitGroup
	for range 1 + rng.IntN(4) {
		rng := rand.New(rand.NewPCG(rng.Uint64(), 4))
		wg.Go(func() {
			for range n {
				afterFunc(rng)
				ticks(rng)
			}
		})
	}
	wg.Wait()
}

// short is a time that has often passed when the next line is reached.
func short(rng *rand.Rand) time.Duration { return time.Duration(rng.IntN(200)) * time.Microsecond }

// afterFunc sets a timer, stops or resets some, and waits for each firing.
func afterFunc(rng *rand.Rand) {
	tag, fired := newTag(), make(chan uint64, 1)
	var t *time.Timer
	wait := short(rng)
	long := rng.IntN(3) == 0
	if long {
		wait = time.Hour
	}
	current.Run(tag, func() {
		t = time.AfterFunc(wait, func() {
			store, ok := current.GetStore()
			if !ok {
				violation("a timer has no store")
			}
			fired <- store
			if rng := store % 7; rng == 0 {
				faults.Add(1)
				runtime.Goexit()
			}
		})
	})
	if long {
		// It is pending for certain: a Reset keeps what it was registered with.
		if rng.IntN(2) == 0 {
			t.Stop()
			return
		}
		current.Run(newTag(), func() { t.Reset(short(rng)) })
	}
	if got := <-fired; got != tag {
		violation("a timer runs with store %d, want %d", got, tag)
	}
	if rng.IntN(3) == 0 {
		// It has fired: a Reset registers it anew, unless the call goes on still.
		again := newTag()
		current.Run(again, func() { t.Reset(short(rng)) })
		if got := <-fired; got != again && got != tag {
			violation("a timer that was set again runs with store %d, want %d or %d", got, again, tag)
		}
	}
	t.Stop()
}

// ticks receives from channels of timers and tickers in a loop. The goroutine is
// detached, as services are, so that each tick decides.
func ticks(rng *rand.Rand) {
	tag := newTag()
	var ticker *time.Ticker
	var timer *time.Timer
	current.Run(tag, func() {
		ticker = time.NewTicker(20*time.Microsecond + short(rng))
		timer = time.NewTimer(short(rng))
	})
	done := make(chan bool)
	count := 1 + rng.IntN(4)
	//asynchooks:detach
	go func() {
		defer close(done)
		for count > 0 || timer != nil {
			var once <-chan time.Time
			if timer != nil {
				once = timer.C
			}
			select {
			case <-ticker.C:
				expect("a tick", tag)
				count--
			case <-once:
				expect("a timer's tick", tag)
				timer = nil
			}
			messages.Add(1)
		}
		expectNone("after ticks")
	}()
	<-done
	ticker.Stop()
}
