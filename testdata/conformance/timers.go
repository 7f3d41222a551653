package main

import (
	"strings"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

func indentTree() {
	indent := 0
	line := func(format string, args ...any) { rt.Debugf(strings.Repeat(" ", indent)+format, args...) }
	types := map[string]bool{"Listen": true, "Tick": true, rt.TypeAfterFunc: true}
	rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, _ *rt.AsyncResource) {
			turns.made(id, typ)
			if types[typ] {
				tag(id, typ)
				line("%s: trigger: %s scope: %s", label(id), label(trigger), label(rt.ExecutionAsyncID()))
			}
		},
		Before: func(id rt.ID) {
			turns.begin(id)
			if known(id) {
				line("before:  %s", label(id))
				indent += 2
			}
		},
		After: func(id rt.ID) {
			if known(id) {
				indent -= 2
				line("after:   %s", label(id))
			}
		},
		Destroy: func(id rt.ID) {
			if known(id) {
				line("destroy: %s", label(id))
			}
			turns.end(id)
		},
	}).Enable()
	server := rt.NewAsyncResource("Listen", nil)
	tick := rt.NewAsyncResource("Tick", &rt.AsyncResourceOptions{TriggerAsyncID: server.AsyncID()})
	tick.RunInAsyncScope(func() {
		later(10*time.Millisecond, func() { out(">>>", label(rt.ExecutionAsyncID())) })
	})
	tick.EmitDestroy()
	rt.Flush()
}

func goroutineLifecycle() {
	tracer{types: []string{rt.TypeGoroutine}}.enable()
	soon(func() {
		out("first", here())
		soon(func() { out("second", here()) })
		out("first end")
	})
	out("sync end")
}

// f and its arguments are evaluated in the parent, before Init.
func goroutineArguments() {
	tracer{types: []string{rt.TypeGoroutine}}.enable()
	argument := func(name string) string {
		out("argument", name, here())
		return name
	}
	function := func() func(a, b string) {
		out("function", here())
		return func(a, b string) { out("body", a, b, here()) }
	}
	done := make(chan struct{})
	rt.CreateHook(rt.HookCallbacks{Destroy: func(rt.ID) { close(done) }}).Enable()
	go function()(argument("a"), argument("b"))
	<-done
}

func timeoutChain() {
	tracer{types: []string{rt.TypeAfterFunc}}.enable()
	later(1*time.Millisecond, func() {
		later(2*time.Millisecond, func() {
			later(3*time.Millisecond, func() { out("third", here()) })
		})
	})
}

func interval() {
	tracer{types: []string{rt.TypeTicker}, bare: true}.enable()
	n := 0
	t := time.NewTicker(2 * time.Millisecond)
	for range t.C {
		n++
		out("tick", n)
		if n == 3 {
			t.Stop()
			break
		}
	}
}

// A Reset before the end of an AfterFunc's firing keeps its resource.
func intervalByReset() {
	destroyed := make(chan struct{})
	var one sync.Mutex // firing at a time
	rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) { one.Lock() }}).Enable()
	tracer{types: []string{rt.TypeAfterFunc}, bare: true}.enable()
	rt.CreateHook(rt.HookCallbacks{
		After:   func(rt.ID) { one.Unlock() },
		Destroy: func(rt.ID) { close(destroyed) },
	}).Enable()
	n := 0
	var t *time.Timer
	ready := make(chan struct{})
	t = time.AfterFunc(time.Millisecond, func() {
		<-ready
		n++
		out("tick", n)
		if n < 3 {
			t.Reset(time.Millisecond)
		}
	})
	close(ready)
	<-destroyed
}

// A Reset after the end makes a new resource, in the scope of the Reset.
func resetAfterEnd() {
	ended := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
	reset := make(chan struct{})
	var again rt.ID
	rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) {
		if id == again {
			<-reset // so that Mine is left before
		}
	}}).Enable()
	n := 0
	tracer{types: []string{"Mine", rt.TypeAfterFunc}, onDestroy: func() {
		n++
		close(ended[n-1])
	}}.enable()
	rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if n == 1 && typ == rt.TypeAfterFunc {
			again = id
		}
	}}).Enable()
	t := time.AfterFunc(time.Millisecond, func() { out("fired", here()) })
	<-ended[0]
	rt.NewAsyncResource("Mine", nil).RunInAsyncScope(func() { t.Reset(time.Millisecond) })
	close(reset)
	<-ended[1]
}

func timerClearedInOwnCallback() {
	tracer{types: []string{rt.TypeAfterFunc}, bare: true}.enable()
	var t *time.Timer
	t = later(time.Millisecond, func() {
		t.Stop()
		out("body")
	})
}

func builtinInsideScope() {
	tracer{types: []string{"Req", rt.TypeAfterFunc, rt.TypeGoroutine}}.enable()
	r := rt.NewAsyncResource("Req", nil)
	r.RunInAsyncScope(func() {
		soon(func() { out("immediate", here()) })
		later(10*time.Millisecond, func() { out("timeout", here()) })
	})
	r.EmitDestroy()
	rt.Flush()
}

// Init and then Destroy with nothing between: a timer that is stopped before it
// fires. Destroy comes at once, inside Stop.
func timerStopped() {
	tracer{types: []string{rt.TypeAfterFunc, rt.TypeTimer, rt.TypeTicker}}.enable()
	a := time.AfterFunc(time.Hour, func() { out("NOT REACHED") })
	b, c := time.NewTimer(time.Hour), time.NewTicker(time.Hour)
	out("stop", a.Stop(), b.Stop())
	c.Stop()
	out("again", a.Stop(), b.Stop())
}

// A timer's tick is handled in its scope by a receive loop.
func timerTick() {
	tracer{types: []string{"Mine", rt.TypeTimer}}.enable()
	var t *time.Timer
	rt.NewAsyncResource("Mine", nil).RunInAsyncScope(func() { t = time.NewTimer(time.Millisecond) })
	for {
		<-t.C
		out("tick", here())
		t.Stop()
		break
	}
	out("post", here())
}

// A timer that is stopped before its tick, and reset, is another resource; one
// that is reset while it is pending is the same.
func timerReset() {
	tracer{types: []string{rt.TypeTimer, rt.TypeAfterFunc}, bare: true}.enable()
	t := time.NewTimer(time.Hour)
	t.Reset(2 * time.Hour)
	out("reset")
	t.Stop()
	t.Reset(time.Hour)
	t.Stop()
	f := time.AfterFunc(time.Hour, func() {})
	f.Reset(2 * time.Hour)
	out("reset")
	f.Stop()
	f.Reset(time.Hour)
	f.Stop()
}

// A hook that is enabled late gets the rest of what there was before it: of a
// goroutine and a timer.
func lateBuiltins() {
	rt.ExecutionAsyncID()
	maker := made("Maker")
	started, release := make(chan struct{}), make(chan struct{})
	ended := map[string]chan struct{}{rt.TypeGoroutine: make(chan struct{}), rt.TypeAfterFunc: make(chan struct{})}
	var timer *time.Timer
	maker.RunInAsyncScope(func() {
		go func() {
			close(started)
			<-release
			out("goroutine", label(rt.TriggerAsyncID()))
		}()
		timer = time.AfterFunc(time.Hour, func() { out("timer", label(rt.TriggerAsyncID())) })
	})
	<-started
	enableLate(func(typ string) { close(ended[typ]) })
	close(release)
	<-ended[rt.TypeGoroutine]
	timer.Reset(time.Millisecond)
	<-ended[rt.TypeAfterFunc]
}

// The same of a ticker.
func lateTicker() {
	rt.ExecutionAsyncID()
	var ticker *time.Ticker
	made("Maker").RunInAsyncScope(func() { ticker = time.NewTicker(time.Millisecond) })
	enableLate(func(string) {})
	for range ticker.C {
		out("tick", label(rt.TriggerAsyncID()))
		ticker.Stop()
		break
	}
	out("end")
}

// enableLate enables a hook that prints the types of resources it hears of.
func enableLate(destroyed func(typ string)) {
	types := map[rt.ID]string{}
	here := func(event string) func(rt.ID) {
		return func(id rt.ID) {
			types[id] = rt.ExecutionAsyncResource().Type()
			out(event, types[id], id == rt.ExecutionAsyncID(), label(rt.TriggerAsyncID()))
		}
	}
	rt.CreateHook(rt.HookCallbacks{
		Init:   func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) { out("init", typ) },
		Before: here("before"),
		After:  here("after"),
		Destroy: func(id rt.ID) {
			out("destroy", types[id])
			destroyed(types[id])
		},
	}).Enable()
}
