package main

import (
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// state is the key of the document's continuation-local storage.
type state struct{}

func resourceStorage() {
	rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, _ string, _ rt.ID, r *rt.AsyncResource) {
		r.SetValue(state{}, rt.ExecutionAsyncResource().Value(state{}))
	}}).Enable()
	handle := func(url string, delay time.Duration) {
		rt.NewAsyncResource("Request", nil).RunInAsyncScope(func() {
			rt.ExecutionAsyncResource().SetValue(state{}, url)
			later(delay, func() {
				soon(func() { out(url, "sees", rt.ExecutionAsyncResource().Value(state{})) })
			})
		})
	}
	handle("/slow", 30*time.Millisecond)
	handle("/fast", 5*time.Millisecond)
	out("top", rt.ExecutionAsyncResource().Value(state{}))
}

func resourceMap() {
	var mu sync.Mutex
	stores := map[rt.ID]string{}
	get := func() string {
		mu.Lock()
		defer mu.Unlock()
		return stores[rt.ExecutionAsyncID()]
	}
	set := func(v string) {
		mu.Lock()
		defer mu.Unlock()
		stores[rt.ExecutionAsyncID()] = v
	}
	h := rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			mu.Lock()
			defer mu.Unlock()
			if v, ok := stores[rt.ExecutionAsyncID()]; ok && (typ == rt.TypeAfterFunc || typ == "Req") {
				stores[id] = v
			}
		},
		Destroy: func(id rt.ID) {
			mu.Lock()
			defer mu.Unlock()
			delete(stores, id)
		},
	})
	h.Enable()
	tracer{types: []string{rt.TypeAfterFunc}, events: " "}.enable() // last: it ends the turns
	r1, r2 := rt.NewAsyncResource("Req", nil), rt.NewAsyncResource("Req", nil)
	r1.RunInAsyncScope(func() {
		set("one")
		later(5*time.Millisecond, func() { out(get()) })
	})
	r2.RunInAsyncScope(func() {
		set("two")
		later(15*time.Millisecond, func() { out(get()) })
	})
	r1.EmitDestroy()
	r2.EmitDestroy()
	turns.drain()
	rt.Flush()
	mu.Lock()
	left := len(stores)
	mu.Unlock()
	out("left", left)
	h.Disable()
}

// active returns the types of the active resources that are timers, goroutines
// or listeners.
func active() string {
	var types []string
	for _, r := range rt.ActiveResources() {
		switch r.Type {
		case rt.TypeAfterFunc, rt.TypeTimer, rt.TypeTicker, rt.TypeGoroutine, rt.TypeTCPServer:
			types = append(types, r.Type)
		}
	}
	slices.Sort(types)
	return strings.Join(types, ",")
}

// The first call turns the account on. Goroutines and timers are in it as long
// as they last, with no hook enabled too.
func activeGoroutines() {
	out("start", active())
	release, done := make(chan struct{}), make(chan struct{})
	go func() { <-release }()
	t, k := time.NewTimer(time.Hour), time.NewTicker(time.Hour)
	a := time.AfterFunc(time.Millisecond, func() {
		out("firing", active())
		close(done)
	})
	<-done
	for strings.Contains(active(), rt.TypeAfterFunc) {
		runtime.Gosched()
	}
	out("fired", active())
	a.Reset(time.Hour)
	out("reset", active())
	a.Stop()
	t.Stop()
	k.Stop()
	out("stopped", active())
	close(release)
	for active() != "" {
		runtime.Gosched()
	}
	out("end", active())
}

// Nothing in Go is unref'd. The first call turns the account on. A timer whose
// callback runs is active.
func activeResources() {
	out("start", active())
	a := time.AfterFunc(time.Hour, func() {})
	b := time.AfterFunc(time.Hour, func() {})
	s := listen()
	out("made", active())
	a.Stop()
	b.Stop()
	s.Close()
	done := make(chan struct{})
	time.AfterFunc(5*time.Millisecond, func() {
		defer close(done)
		out("cleared", active())
	})
	<-done
}

func listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return l
}
