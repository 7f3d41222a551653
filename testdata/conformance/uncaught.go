package main

import (
	"crypto/rand"
	"errors"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// What catches an uncaught exception in an event loop is a recover further out
// on the same goroutine: it runs in the goroutine's scope, before After.

func handled(fn func(), handler func(v any)) {
	defer func() {
		if v := recover(); v != nil {
			handler(v)
		}
	}()
	fn()
}

func uncaughtInGoroutine() {
	tracer{types: []string{rt.TypeGoroutine}}.enable()
	soon(func() {
		handled(func() {
			out("throwing")
			panic(errors.New("bye"))
		}, func(v any) { out("handler", v, here()) })
	})
}

// A goroutine that ends by Goexit fires After and Destroy, after its deferred
// calls.
func goexitInGoroutine() {
	tracer{types: []string{rt.TypeGoroutine, "Mine"}}.enable()
	soon(func() {
		defer func() { out("deferred", here()) }()
		rt.NewAsyncResource("Mine", nil).RunInAsyncScope(exitGoroutine)
	})
}

func uncaughtInScope() {
	tracer{types: []string{rt.TypeGoroutine, "Mine"}}.enable()
	soon(func() {
		handled(func() {
			a := rt.NewAsyncResource("Mine", nil)
			a.RunInAsyncScope(func() {
				b := rt.NewAsyncResource("Mine", nil)
				b.RunInAsyncScope(func() { panic(errors.New("bye")) })
			})
		}, func(v any) { out("handler", v, here()) })
	})
}

// A goroutine that dies of a panic fires neither After nor Destroy, and the
// process ends as it would have: with Go's exit code, and no OnExit functions.
func uncaughtNoHandler() {
	rt.OnExit(func(code int) { out("exit listener", code, here()) })
	tracer{types: []string{rt.TypeGoroutine}}.enable()
	soon(func() { panic(errors.New("bye")) })
}

func uncaughtInTicks() {
	tracer{types: []string{rt.TypeTicker}, bare: true}.enable()
	n := 0
	t := time.NewTicker(5 * time.Millisecond)
	for range t.C {
		handled(func() {
			n++
			out("tick", n)
			if n == 1 {
				panic(errors.New("first"))
			}
			t.Stop()
		}, func(v any) { out("handler", v) })
		if n == 2 {
			break
		}
	}
}

func uncaughtStore() {
	var als rt.AsyncLocalStorage[string]
	als.Run("s", func() {
		later(1, func() {
			handled(func() {
				later(2, func() { out("later", store(&als)) })
				panic(errors.New("x"))
			}, func(v any) { out("handler", v, store(&als)) })
		})
	})
}

func uncaughtInBlockingCall() {
	tracer{types: []string{rt.TypeGoroutine}}.enable()
	soon(func() {
		handled(func() {
			rand.Read(make([]byte, 1))
			out("callback", here())
			panic(errors.New("x"))
		}, func(any) { out("handler", here()) })
	})
}
