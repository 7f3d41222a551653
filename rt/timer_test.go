package rt_test

import (
	"maps"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// timerLog keeps what hooks hear of the timers that this file makes.
type timerLog struct {
	mu        sync.Mutex
	resources map[rt.ID]*rt.AsyncResource
	destroyed map[rt.ID]int
}

func logTimers() (l *timerLog, stop func()) {
	l = &timerLog{resources: map[rt.ID]*rt.AsyncResource{}, destroyed: map[rt.ID]int{}}
	h := rt.CreateHookWithOptions(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			if strings.HasSuffix(r.Site().File, "rt/timer_test.go") {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.resources[id] = r
			}
		},
		Destroy: func(id rt.ID) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.resources[id] != nil {
				l.destroyed[id]++
			}
		},
	}, &rt.HookOptions{Types: []string{rt.TypeAfterFunc, rt.TypeTimer, rt.TypeTicker}}).Enable()
	return l, func() { h.Disable() }
}

// last returns the resource that was made last.
func (l *timerLog) last() (r *rt.AsyncResource) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := range maps.Keys(l.resources) {
		if r == nil || id > r.AsyncID() {
			r = l.resources[id]
		}
	}
	return r
}

func (l *timerLog) ended(r *rt.AsyncResource) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.destroyed[r.AsyncID()]
}

// collectUntil collects garbage until ok, and reports whether that came to pass.
func collectUntil(ok func() bool) bool {
	for range 200 {
		runtime.GC()
		rt.Flush()
		if ok() {
			return true
		}
	}
	return false
}

// A resource gives its timer for as long as there is one, whether it is asked
// before or after a collection, and does not keep it.
func TestTimerObject(t *testing.T) {
	l, stop := logTimers()
	defer stop()
	timer := time.NewTimer(time.Hour)
	if !rt.Instrumented() {
		if l.last() != nil {
			t.Error("a plain build knows of a timer")
		}
		return
	}
	early := l.last()
	ticker := time.NewTicker(time.Hour)
	late := l.last()
	if early.Object() != timer {
		t.Errorf("a new timer's resource has the object %v", early.Object())
	}
	runtime.GC()
	if early.Object() != timer || late.Object() != ticker {
		t.Errorf("after a collection: %v, %v", early.Object(), late.Object())
	}
	timer.Stop()
	ticker.Stop()
	runtime.GC()
	if early.Object() != timer || late.Object() != ticker {
		t.Errorf("stopped: %v, %v", early.Object(), late.Object())
	}
	if l.ended(early) != 1 || l.ended(late) != 1 {
		t.Errorf("Destroys: %d, %d", l.ended(early), l.ended(late))
	}

	asked := time.AfterFunc(time.Hour, func() {})
	r := l.last()
	if r.Object() != asked {
		t.Errorf("AfterFunc: %v", r.Object())
	}
	asked.Stop()
	runtime.GC()
	if r.Object() != asked {
		t.Errorf("AfterFunc, stopped and collected around: %v", r.Object())
	}
	// No one asked for this one until it had ended.
	short := time.AfterFunc(time.Hour, func() {})
	unasked := l.last()
	short.Stop()
	runtime.GC()
	if o := unasked.Object(); o != nil {
		t.Errorf("asked late: %v", o)
	}
	runtime.KeepAlive(short)
	timer, ticker, asked = nil, nil, nil
	if !collectUntil(func() bool { return early.Object() == nil && late.Object() == nil && r.Object() == nil }) {
		t.Errorf("kept: %v, %v, %v", early.Object(), late.Object(), r.Object())
	}
	if early.Type() != rt.TypeTimer || late.Type() != rt.TypeTicker || r.Type() != rt.TypeAfterFunc {
		t.Errorf("types %s, %s, %s", early.Type(), late.Type(), r.Type())
	}
}

// A timer with a channel that is collected before it is stopped ends, also one
// that lived through a collection.
func TestTimerCollected(t *testing.T) {
	if !rt.Instrumented() {
		return
	}
	l, stop := logTimers()
	defer stop()
	time.After(time.Hour)
	dropped := l.last()
	kept := time.NewTicker(time.Hour)
	older := l.last()
	if !collectUntil(func() bool { return l.ended(dropped) == 1 }) {
		t.Error("a timer that was dropped at once has no Destroy")
	}
	if l.ended(older) != 0 {
		t.Error("a ticker was destroyed while it was referred to")
	}
	runtime.KeepAlive(kept)
	kept = nil
	if !collectUntil(func() bool { return l.ended(older) == 1 }) {
		t.Error("a ticker that was dropped has no Destroy")
	}
}

// Whatever is done with timers, by whomever, and whenever garbage is collected:
// each of their resources ends once.
func TestTimersEndOnce(t *testing.T) {
	if !rt.Instrumented() {
		return
	}
	l, stop := logTimers()
	defer stop()
	done := make(chan bool)
	var collector sync.WaitGroup
	collector.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				runtime.GC()
			}
		}
	})
	seed := rand.Uint64()
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() { timersAtRandom(rand.New(rand.NewPCG(seed, uint64(n))), 200) })
	}
	wg.Wait()
	close(done)
	collector.Wait()
	var living, often int
	if !collectUntil(func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		living, often = 0, 0
		for id := range l.resources {
			switch n := l.destroyed[id]; {
			case n == 0:
				living++
			case n > 1:
				often++
			}
		}
		return living == 0 || often > 0
	}) || often > 0 {
		t.Errorf("seed %d: of %d resources %d did not end, and %d did so more than once", seed, len(l.resources), living, often)
	}
	if len(l.resources) < 8*200 {
		t.Errorf("%d resources for %d timers", len(l.resources), 8*200)
	}
}

func timersAtRandom(rng *rand.Rand, n int) {
	for range n {
		wait := time.Duration(rng.IntN(100)) * time.Microsecond
		if rng.IntN(2) == 0 {
			wait = time.Hour
		}
		var timer *time.Timer
		fired := make(chan bool, 100)
		switch rng.IntN(3) {
		case 0:
			timer = time.AfterFunc(wait, func() { fired <- true })
		case 1:
			timer = time.NewTimer(wait)
		default:
			ticker := time.NewTicker(time.Hour)
			if rng.IntN(2) == 0 {
				ticker.Stop()
			}
			if rng.IntN(4) == 0 {
				ticker.Reset(time.Hour)
			}
			continue
		}
		var others sync.WaitGroup
		for range rng.IntN(3) {
			op, again := rng.IntN(2), wait
			others.Go(func() {
				if op == 0 {
					timer.Stop()
				} else {
					timer.Reset(again)
				}
			})
		}
		others.Wait()
		if rng.IntN(2) == 0 || timer.C == nil {
			timer.Stop() // an AfterFunc that is pending is referred to until it fires
		}
	}
}
