package rt_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// twinEvents runs fn with a log of the events of resources of one type, and
// returns the log once it has n lines. On a patched runtime, which sees to events
// itself, the functions of twins do what they stand for; only fn's own checks
// count there.
func twinEvents(t *testing.T, typ string, n int, fn func(l *log)) string {
	t.Helper()
	var l log
	h := rt.CreateHook(l.trace("", typ)).Enable()
	defer h.Disable()
	fn(&l)
	if rt.Mode() == "runtime" {
		return ""
	}
	for l.count() < n {
		runtime.GC() // what is collected has events too
	}
	return l.take()
}

func wantTwin(t *testing.T, got string, lines ...string) {
	t.Helper()
	if rt.Mode() != "runtime" {
		want(t, got, lines...)
	}
}

func TestStartGo(t *testing.T) {
	var s rt.AsyncLocalStorage[string]
	got := twinEvents(t, rt.TypeGoroutine, 4, func(l *log) {
		stores := make(chan string, 1)
		s.Run("kept", func() {
			rt.StartGo(func() {
				name, _ := s.GetStore()
				stores <- name
			})
		})
		if name := <-stores; name != "kept" {
			t.Errorf("store %q in a goroutine", name)
		}
	})
	wantTwin(t, got, "init Goroutine exec=other", "before Goroutine exec=Goroutine", "after Goroutine exec=Goroutine", "destroy Goroutine exec=none")
}

// A detached goroutine has no stores of the one that starts it.
func TestStartDetached(t *testing.T) {
	if rt.Mode() == "runtime" {
		return // the rewritten form of a go statement does that there
	}
	var s rt.AsyncLocalStorage[string]
	found := make(chan bool, 2)
	s.Run("kept", func() {
		look := func() {
			_, ok := s.GetStore()
			found <- ok
		}
		rt.StartDetached(look)
		func() { rt.StartDetachedFor(look) }()
	})
	for range cap(found) {
		if <-found {
			t.Error("a detached goroutine has a store")
		}
	}
}

// The site is that of the go statement, or of the function that stands for it.
func TestStartGoSite(t *testing.T) {
	if rt.Mode() == "runtime" {
		return
	}
	var sites []string
	h := rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, r *rt.AsyncResource) {
		if typ == rt.TypeGoroutine {
			s := r.Site().String()
			sites = append(sites, s[strings.LastIndexByte(s, '/')+1:])
		}
	}}).Enable()
	var wg sync.WaitGroup
	wg.Add(2)
	helper := func() { rt.StartGoFor(wg.Done) }
	_, _, line, _ := runtime.Caller(0)
	rt.StartGo(wg.Done)
	helper()
	h.Disable()
	wg.Wait()
	if got, want := fmt.Sprint(sites), fmt.Sprintf("[stock_twin_test.go:%d stock_twin_test.go:%d]", line+1, line+2); got != want {
		t.Errorf("sites %s, want %s", got, want)
	}
}

func TestChanSend(t *testing.T) {
	resolved := 0
	got := twinEvents(t, rt.TypeChanSend, 4, func(l *log) {
		h := rt.CreateHook(rt.HookCallbacks{PromiseResolve: func(rt.ID) { resolved++ }}).Enable()
		defer h.Disable()
		ch := make(chan int, 1)
		rt.Chan(ch).Send(7)
		if v := <-ch; v != 7 {
			t.Errorf("received %d", v)
		}
		close(ch)
		defer func() {
			if err, ok := recover().(error); !ok || err.Error() != "send on closed channel" {
				t.Errorf("recovered %v", err)
			}
		}()
		rt.Chan(ch).Send(8)
	})
	wantTwin(t, got, "init ChanSend exec=other", "destroy ChanSend exec=none", "init ChanSend exec=other", "destroy ChanSend exec=none")
	if resolved != 1 {
		t.Errorf("PromiseResolve was fired %d times, want once: a send that panics has not completed", resolved)
	}
}

func TestSelectSend(t *testing.T) {
	if rt.Mode() == "runtime" {
		return
	}
	ch, other := make(chan int, 1), make(chan int)
	resolved := 0
	try := func(s *rt.SelectSend) {
		s.Begin()
		select {
		case ch <- 1:
			s.Sent()
		case <-other:
			s.NotSent()
		default:
			s.NotSent()
		}
	}
	got := twinEvents(t, rt.TypeChanSend, 7, func(l *log) {
		h := rt.CreateHook(rt.HookCallbacks{PromiseResolve: func(rt.ID) { resolved++ }}).Enable()
		defer h.Disable()
		var s rt.SelectSend
		try(&s)
		try(&s) // the channel is full
		close(ch)
		func() {
			var s rt.SelectSend
			defer func() { l.add("panic: %v", recover()) }()
			try(&s)
		}()
	})
	// The select that panicked ends when its variable is collected.
	want(t, got, "init ChanSend exec=other", "destroy ChanSend exec=none", "init ChanSend exec=other", "destroy ChanSend exec=none", "init ChanSend exec=other", "panic: send on closed channel", "destroy ChanSend exec=none")
	if resolved != 1 {
		t.Errorf("PromiseResolve was fired %d times, want once", resolved)
	}
}

func TestTwinAfterFunc(t *testing.T) {
	var s rt.AsyncLocalStorage[string]
	stores := make(chan string, 2)
	got := twinEvents(t, rt.TypeAfterFunc, 9, func(l *log) {
		var timer *time.Timer
		s.Run("registered", func() {
			timer = rt.AfterFunc(0, func() {
				name, _ := s.GetStore()
				stores <- name
			})
		})
		if name := <-stores; name != "registered" {
			t.Errorf("store %q in the callback", name)
		}
		for rt.Mode() != "runtime" && l.count() < 4 {
			runtime.Gosched()
		}
		l.add("again")
		s.Run("reset", func() { rt.ResetTimer(timer, 0) })
		if name := <-stores; name != "reset" && rt.Mode() != "runtime" {
			t.Errorf("store %q after a Reset of a timer that has fired", name)
		}
	})
	once := []string{"init AfterFunc exec=other", "before AfterFunc exec=AfterFunc", "after AfterFunc exec=AfterFunc", "destroy AfterFunc exec=none"}
	wantTwin(t, got, append(append(once[:4:4], "again"), once...)...)
}

func TestTwinStop(t *testing.T) {
	got := twinEvents(t, rt.TypeAfterFunc, 2, func(*log) {
		timer := rt.AfterFunc(time.Hour, func() { t.Error("a stopped timer fired") })
		if pending := rt.ResetTimer(timer, 2*time.Hour); !pending {
			t.Error("the timer was not pending")
		}
		if !rt.StopTimer(timer) || rt.StopTimer(timer) {
			t.Error("Stop stops once")
		}
	})
	wantTwin(t, got, "init AfterFunc exec=other", "destroy AfterFunc exec=none")
	got = twinEvents(t, rt.TypeTimer, 4, func(*log) {
		rt.StopTimer(rt.NewTimer(time.Hour))
		timer := rt.NewTimer(0)
		<-timer.C
		rt.StopTimer(timer)
	})
	wantTwin(t, got, "init Timer exec=other", "destroy Timer exec=none", "init Timer exec=other", "destroy Timer exec=none")
	got = twinEvents(t, rt.TypeTicker, 4, func(*log) {
		ticker := rt.NewTicker(1)
		<-ticker.C
		rt.StopTicker(ticker)
		rt.ResetTicker(ticker, time.Hour)
		rt.StopTicker(ticker)
		rt.StopTicker(ticker)
	})
	wantTwin(t, got, "init Ticker exec=other", "destroy Ticker exec=none", "init Ticker exec=other", "destroy Ticker exec=none")
}

// A timer that nothing refers to ends when it is collected.
func TestTwinTimerCollected(t *testing.T) {
	got := twinEvents(t, rt.TypeTimer, 2, func(*log) { <-rt.After(0) })
	wantTwin(t, got, "init Timer exec=other", "destroy Timer exec=none")
	got = twinEvents(t, rt.TypeTicker, 2, func(*log) { <-rt.Tick(1) })
	wantTwin(t, got, "init Ticker exec=other", "destroy Ticker exec=none")
	if rt.Tick(0) != nil {
		t.Error("Tick(0) is not nil")
	}
}

func TestTwinContextAfterFunc(t *testing.T) {
	var s rt.AsyncLocalStorage[string]
	stores := make(chan string, 1)
	got := twinEvents(t, rt.TypeContextAfterFunc, 6, func(l *log) {
		ctx, cancel := context.WithCancel(context.Background())
		s.Run("registered", func() {
			rt.ContextAfterFunc(ctx, func() {
				name, _ := s.GetStore()
				stores <- name
			})
		})
		cancel()
		if name := <-stores; name != "registered" {
			t.Errorf("store %q in the callback", name)
		}
		for rt.Mode() != "runtime" && l.count() < 4 {
			runtime.Gosched()
		}
		stop := rt.ContextAfterFunc(context.Background(), func() {})
		if !stop() || stop() {
			t.Error("stop stops once")
		}
	})
	const typ = "ContextAfterFunc"
	wantTwin(t, got, "init "+typ+" exec=other", "before "+typ+" exec="+typ, "after "+typ+" exec="+typ, "destroy "+typ+" exec=none", "init "+typ+" exec=other", "destroy "+typ+" exec=none")
}

func TestTwinCleanupFinalizer(t *testing.T) {
	var s rt.AsyncLocalStorage[string]
	stores := make(chan string, 1)
	for _, typ := range []string{rt.TypeCleanup, rt.TypeFinalizer} {
		got := twinEvents(t, typ, 4, func(*log) {
			s.Run("registered", func() {
				p := new([64]byte)
				look := func() {
					name, _ := s.GetStore()
					stores <- name
				}
				if typ == rt.TypeCleanup {
					rt.AddCleanup(p, func(int) { look() }, 0)
				} else {
					rt.SetFinalizer(p, func(*[64]byte) { look() })
				}
			})
			for len(stores) == 0 {
				runtime.GC()
			}
			if name := <-stores; name != "registered" {
				t.Errorf("%s: store %q", typ, name)
			}
		})
		wantTwin(t, got, "init "+typ+" exec=other", "before "+typ+" exec="+typ, "after "+typ+" exec="+typ, "destroy "+typ+" exec=none")
	}
}

// Registered and captured contexts are entered by whoever calls.
func TestTwinCallback(t *testing.T) {
	if rt.Mode() == "runtime" {
		return
	}
	var s rt.AsyncLocalStorage[string]
	store := func() string {
		name, _ := s.GetStore()
		return name
	}
	if !rt.IsNil(nil) || !rt.IsNil((func())(nil)) || rt.IsNil(store) || rt.IsNil(errors.New("x")) {
		t.Error("IsNil does not tell nil")
	}
	got := twinEvents(t, "Job", 6, func(l *log) {
		var registered, sent *rt.Callback
		s.Run("registered", func() { registered, sent = rt.Register("Job", true), rt.Capture() })
		if !registered.Bound() || !sent.Bound() {
			t.Fatal("a context with a store is bound")
		}
		for _, c := range []*rt.Callback{registered, sent} {
			func() {
				defer func() { l.add("recovered %v in %q", recover(), store()) }()
				defer c.Enter().Leave()
				if store() != "registered" {
					t.Errorf("store %q in a callback", store())
				}
				panic("out")
			}()
		}
	})
	want(t, got, "init Job exec=other", "before Job exec=Job", "after Job exec=Job", "destroy Job exec=none", `recovered out in ""`, `recovered out in ""`)
}
