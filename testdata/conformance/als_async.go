package main

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"github.com/asynchooks/asynchooks/rt"
)

// The kinds of continuation are Go's.
func propagation() {
	var als rt.AsyncLocalStorage[string]
	var mu sync.Mutex
	var got []string
	put := func(kind string) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, kind+"="+text(store(&als)))
	}
	var wg sync.WaitGroup
	task := func(kind string) func() {
		wg.Add(1)
		return func() {
			defer wg.Done()
			put(kind)
		}
	}
	var bound, boundAsync, boundTo func()
	var snapshot func(func())
	var res *rt.AsyncResource
	functions := make(chan func(), 1)
	als.Run("s", func() {
		go task("goroutine")()
		nested := task("nested goroutine")
		go func() { go nested() }()
		rt.Go(task("rt.Go"))
		wg.Go(func() { put("WaitGroup.Go") })
		new(sync.Once).Do(func() { put("Once") })
		time.AfterFunc(time.Millisecond, ownBind(task("AfterFunc")))
		awaited := task("await timer")
		go func() {
			<-time.After(time.Millisecond)
			awaited()
		}()
		bound = rt.Bind(func() { put("Bind") })
		boundAsync = rt.BindAsync("B", func() { put("BindAsync") })
		snapshot = rt.Snapshot()
		res = rt.NewAsyncResource("R", nil)
		boundTo = rt.BindTo(res, func() { put("BindTo") })
		functions <- ownBind(func() { put("sent function") })
	})
	als.Run("other", func() {
		bound()
		boundAsync()
		boundTo()
		snapshot(func() { put("Snapshot") })
		res.RunInAsyncScope(func() { put("resource") })
		(<-functions)()
		wg.Wait()
	})
	slices.Sort(got)
	for _, line := range got {
		out(line)
	}
}

// The callback has the stores of where it was registered, not of where the
// context was cancelled.
func propagationByContext() {
	var als rt.AsyncLocalStorage[string]
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	als.Run("s", func() {
		context.AfterFunc(ctx, func() {
			defer close(done)
			out("callback", store(&als))
		})
	})
	als.Run("other", cancel)
	<-done
}

// ownBind binds a callback where the build does not.
func ownBind(fn func()) func() {
	if rt.Instrumented() {
		return fn
	}
	return rt.Bind(fn)
}

func isolated() {
	const chains, hops = 100, 5
	var als rt.AsyncLocalStorage[int]
	var bad, done atomic.Int32
	var wg sync.WaitGroup
	jobs := make(chan func())
	defer close(jobs)
	go func() {
		for fn := range jobs {
			fn()
		}
	}()
	hop := []func(func()){
		func(fn func()) { go fn() },
		func(fn func()) { time.AfterFunc(time.Millisecond, ownBind(fn)) },
		func(fn func()) { jobs <- ownBind(fn) },
		func(fn func()) { rt.Go(fn) },
		func(fn func()) {
			result := make(chan int, 1)
			go func() {
				<-result
				fn()
			}()
			result <- 1
		},
	}
	for i := range chains {
		wg.Add(1)
		als.Run(i, func() {
			k := 0
			var step func()
			step = func() {
				if v, ok := als.GetStore(); !ok || v != i {
					bad.Add(1)
				}
				if k == hops {
					done.Add(1)
					wg.Done()
					return
				}
				k++
				next := hop[(i+k-1)%len(hop)]
				go next(step)
			}
			step()
		})
	}
	wg.Wait()
	out("done", done.Load(), "bad", bad.Load(), "top", store(&als))
}

func ticks() {
	var als rt.AsyncLocalStorage[string]
	var t *time.Ticker
	als.Run("s", func() { t = time.NewTicker(2 * time.Millisecond) })
	n := 0
	for range t.C {
		n++
		out("tick", n, store(&als))
		als.EnterWith("entered")
		if n == 3 {
			t.Stop()
			break
		}
	}
}

func collectedStores() {
	type big struct{ data [64]byte }
	var als rt.AsyncLocalStorage[*big]
	run := func(fn func()) weak.Pointer[big] {
		s := new(big)
		als.Run(s, fn)
		return weak.Make(s)
	}
	finished := run(func() {})
	release, done := make(chan struct{}), make(chan struct{})
	pending := run(func() {
		go func() {
			defer close(done)
			<-release
			als.GetStore()
		}()
	})
	for finished.Value() != nil {
		runtime.GC()
	}
	out("finished", finished.Value() == nil, "pending kept", pending.Value() != nil)
	close(release)
	<-done
	for pending.Value() != nil {
		runtime.GC()
	}
	out("after timer", pending.Value() == nil)
}

// A storage is collected without Disable, and so are stores of one that is.
func collectedStorage() {
	gone := func() weak.Pointer[rt.AsyncLocalStorage[int]] {
		als := rt.NewAsyncLocalStorage[int](nil)
		als.Run(1, func() {})
		als.EnterWith(2)
		return weak.Make(als)
	}()
	for gone.Value() != nil {
		runtime.GC()
	}
	out("storage", gone.Value() == nil)
}
