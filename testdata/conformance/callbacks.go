package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/asynchooks/asynchooks/rt"
)

// The callbacks that the standard library calls run in the scope of their
// registration.

// A request is a resource of its own, around its handler.
func httpRequest() {
	destroyed := make(chan struct{})
	tracer{types: []string{rt.TypeHTTPRequest}, onDestroy: func() { close(destroyed) }}.enable()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { out("handler", here()) }))
	defer server.Close()
	resp, err := http.Get(server.URL)
	if err != nil {
		panic(err)
	}
	resp.Body.Close()
	<-destroyed
}

// A callback that was stopped ends at once, one that ran after it.
func contextCallback() {
	ended := make(chan struct{}, 2)
	tracer{types: []string{rt.TypeContextAfterFunc, "Mine"}, onDestroy: func() { ended <- struct{}{} }}.enable()
	ctx, cancel := context.WithCancel(context.Background())
	var stop func() bool
	rt.NewAsyncResource("Mine", nil).RunInAsyncScope(func() {
		stop = context.AfterFunc(ctx, func() { out("NOT REACHED") })
	})
	out("stopped", stop())
	<-ended
	rt.NewAsyncResource("Mine", nil).RunInAsyncScope(func() {
		stop = context.AfterFunc(ctx, func() { out("callback", here()) })
	})
	cancel()
	<-ended
	out("stopped", stop())
}

// A cleanup has the stores of where it was registered.
func cleanupCallback() {
	var als rt.AsyncLocalStorage[string]
	ended := make(chan struct{})
	tracer{types: []string{rt.TypeCleanup}, onDestroy: func() { close(ended) }}.enable()
	als.Run("s", func() {
		runtime.AddCleanup(new([64]byte), func(what string) { out(what, here(), store(&als)) }, "cleanup")
	})
	for open := true; open; {
		runtime.GC()
		select {
		case <-ended:
			open = false
		default:
		}
	}
}

// A signal is handled in the scope of Notify.
func signalNotified() {
	var als rt.AsyncLocalStorage[string]
	tracer{types: []string{rt.TypeSignal}}.enable()
	signals := make(chan os.Signal, 1)
	als.Run("s", func() { signal.Notify(signals, syscall.SIGHUP) })
	for range 2 {
		raise()
		for range signals {
			out("handled", here(), store(&als))
			break
		}
	}
	signal.Stop(signals)
	out("end", here())
}

// raise sends this process a signal.
func raise() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Signal(syscall.SIGHUP)
	}
	if err != nil {
		panic(err)
	}
}
