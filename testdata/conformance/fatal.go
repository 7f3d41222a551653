package main

import (
	"errors"
	"runtime"

	"github.com/asynchooks/asynchooks/rt"
)

// uncaught is what stands further out on a goroutine for a handler of uncaught
// exceptions.
func uncaught() {
	if recover() != nil {
		out("UNCAUGHT HANDLER (must not run)")
	}
}

func exitGoroutine() { runtime.Goexit() }

func listenExit() { rt.OnExit(func(code int) { out("exit listener", code) }) }

// ofType returns an Init that calls fn for resources of type A.
func ofType(fn func()) rt.HookCallbacks {
	return rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ == "A" {
			fn()
		}
	}}
}

func panicInInit() {
	defer uncaught()
	listenExit()
	rt.CreateHook(ofType(func() { panic(errors.New("bad init")) })).Enable()
	rt.CreateHook(ofType(func() { out("second hook (must not run)") })).Enable()
	func() {
		defer func() {
			if recover() != nil {
				out("CAUGHT (must not)")
			}
		}()
		rt.NewAsyncResource("A", nil)
	}()
	out("NOT REACHED")
}

func panicInBefore() {
	defer uncaught()
	rt.OnExit(func(code int) { out("exit listener", code, here()) })
	a := made("A")
	rt.CreateHook(rt.HookCallbacks{
		Before: func(id rt.ID) {
			if known(id) {
				panic(errors.New("bad before"))
			}
		},
		After: func(id rt.ID) {
			if known(id) {
				out("after")
			}
		},
	}).Enable()
	a.RunInAsyncScope(func() { out("BODY (must not run)") })
}

// A panic in After ends the process like any other, and so one that comes while
// a panic of the program's unwinds.
func panicInAfter() {
	defer uncaught()
	listenExit()
	a := made("A")
	rt.CreateHook(rt.HookCallbacks{After: func(id rt.ID) {
		if known(id) {
			panic(errors.New("bad after"))
		}
	}}).Enable()
	a.RunInAsyncScope(func() { panic("the program's") })
}

func panicInDestroy() {
	defer uncaught()
	listenExit()
	a, b := made("A"), made("B")
	rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		turns.afterMain()
		if known(id) {
			out("destroy", label(id))
			panic(errors.New("bad destroy"))
		}
	}}).Enable()
	a.EmitDestroy()
	b.EmitDestroy()
	out("sync end")
	soon(rt.Flush)
}

// A panic with nil has Go's own text.
func panicWithNil() {
	listenExit()
	rt.CreateHook(ofType(func() { panic(nil) })).Enable()
	rt.NewAsyncResource("A", nil)
}

// The text is that of a panic that ends a Go program.
func panicWithString() {
	listenExit()
	rt.CreateHook(ofType(func() { panic("text") })).Enable()
	rt.NewAsyncResource("A", nil)
}

func panicWithNumber() {
	listenExit()
	rt.CreateHook(ofType(func() { panic(42) })).Enable()
	rt.NewAsyncResource("A", nil)
}

// The twin is run with GOTRACEBACK=crash.
func panicAborts() {
	listenExit()
	rt.CreateHook(ofType(func() { panic(errors.New("bad init")) })).Enable()
	rt.NewAsyncResource("A", nil)
}

// A mismatch is found before any After fires.
func stackMismatch() {
	listenExit()
	a, b := made("A"), made("B")
	tracer{types: []string{}, events: "ba"}.enable()
	a.EmitBefore()
	out("about to pop the wrong id")
	b.EmitAfter()
	out("NOT REACHED")
}

// So it is with no hook enabled.
func stackMismatchNoHook() {
	listenExit()
	a, b := made("A"), made("B")
	a.EmitBefore()
	out("about to pop the wrong id")
	b.EmitAfter()
	out("NOT REACHED")
}

// Leaving RunInAsyncScope normally with a scope of EmitBefore open is a
// mismatch too.
func stackLeftOpen() {
	listenExit()
	a, b := made("A"), made("B")
	tracer{types: []string{}, events: "ba"}.enable()
	a.RunInAsyncScope(func() { b.EmitBefore() })
	out("NOT REACHED")
}

// And so is closing, inside RunInAsyncScope, a scope of outside.
func stackCrossed() {
	listenExit()
	a, b := made("A"), made("B")
	tracer{types: []string{}, events: "ba"}.enable()
	a.EmitBefore()
	b.RunInAsyncScope(func() { a.EmitAfter() })
	out("NOT REACHED")
}

// A mismatch is found before any After fires.
func afterOnEmptyStack() {
	a := made("A")
	tracer{types: []string{}, events: "ba"}.enable()
	a.EmitBefore()
	a.EmitAfter()
	out("balanced")
	a.EmitAfter()
	out("NOT REACHED")
}

// A mismatch is found before any After fires.
func afterWithoutBefore() {
	tracer{types: []string{"A"}}.enable()
	a := rt.NewAsyncResource("A", nil)
	a.EmitAfter()
	out("NOT REACHED")
}

// EmitBefore on one goroutine is not open on another.
func afterElsewhere() {
	tracer{types: []string{"A"}}.enable()
	a := rt.NewAsyncResource("A", nil)
	a.EmitBefore()
	done := make(chan struct{})
	rt.Go(func() {
		defer close(done)
		a.EmitAfter()
		out("NOT REACHED")
	})
	<-done
}
