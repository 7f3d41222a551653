package main

import (
	"os"
	"runtime"
	"sync/atomic"

	"github.com/asynchooks/asynchooks/rt"
)

// destroying returns a hook that prints the Destroys of tagged resources.
func destroying(name string) *rt.AsyncHook {
	return tracer{name: name, events: "d", bare: true}.hook()
}

// What an event loop calls ticks, jobs and microtasks are goroutines here, and
// joined one by one. The order among Destroys is ours; that they come after
// these is held.
func destroyOrder() {
	var order []string
	a, b := made("A"), made("B")
	rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		turns.afterMain()
		if known(id) {
			order = append(order, "destroy "+label(id))
		}
	}}).Enable()
	a.EmitDestroy()
	b.EmitDestroy()
	order = append(order, "emitDestroy returned")
	for _, what := range []string{"tick", "promise", "microtask"} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			order = append(order, what)
		}()
		<-done
	}
	soon(func() {
		rt.Flush()
		order = append(order, "immediate")
		for _, line := range order {
			out(line)
		}
	})
}

// EmitDestroy more than once is an error: the documents, not Node.
func destroyTwice() {
	a := made("A")
	tracer{events: "d", bare: true, hold: true}.enable()
	out("returns self", a.EmitDestroy() == a)
	attempt("second", func() { a.EmitDestroy() })
}

// EmitBefore, RunInAsyncScope and what Bind returned panic after EmitDestroy,
// whether Destroy was delivered or not.
func runAfterDestroy() {
	tracer{types: []string{"A"}, events: "iba", bare: true}.enable()
	a := rt.NewAsyncResource("A", nil)
	bound := a.Bind(func() { out("bound") })
	a.EmitDestroy()
	attempt("run before delivery", func() { a.RunInAsyncScope(func() { out("run") }) })
	rt.Flush()
	attempt("run after delivery", func() { a.RunInAsyncScope(func() { out("run") }) })
	attempt("before", func() { a.EmitBefore() })
	attempt("bound", bound)
}

// A Destroy that is asked for while the resource's scope is open on the
// goroutine is queued by the After that closes it.
func destroyInsideScope() {
	tracer{types: []string{"A", "B"}, bare: true}.enable()
	a, b := rt.NewAsyncResource("A", nil), rt.NewAsyncResource("B", nil)
	a.RunInAsyncScope(func() {
		a.RunInAsyncScope(func() {
			a.EmitDestroy()
			b.EmitDestroy()
			rt.Flush()
			out("inner")
		})
		rt.Flush()
		out("outer")
	})
	rt.Flush()
	out("out")
}

func destroyNeedsHook() {
	a, b, c := made("A"), made("B"), made("C")
	blocker := func() (release func()) {
		z, entered, gate := rt.NewAsyncResource("Z", nil), make(chan struct{}), make(chan struct{})
		h := rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
			if id == z.AsyncID() {
				close(entered)
				<-gate
			}
		}}).Enable()
		z.EmitDestroy()
		<-entered
		return func() {
			close(gate)
			rt.Flush()
			h.Disable()
		}
	}

	out("case 1: no hook when queued")
	a.EmitDestroy()
	destroying("late").Enable().Disable()
	late := destroying("late").Enable()
	rt.Flush()
	late.Disable()

	out("case 2: enabled between queue and delivery")
	release := blocker()
	h1 := destroying("h1").Enable()
	b.EmitDestroy()
	h2 := destroying("h2").Enable()
	release()
	h1.Disable()
	h2.Disable()

	out("case 3: disabled between queue and delivery")
	release = blocker()
	h1, h2 = destroying("h1").Enable(), destroying("h2").Enable()
	c.EmitDestroy()
	h1.Disable()
	release()
	h2.Disable()
	out("end")
}

// os.Exit ends the process at once. OnExit is for what hooks do wrong.
func destroyAndExit() {
	a := made("A")
	tracer{events: "d", bare: true, hold: true}.enable()
	rt.OnExit(func(code int) { out("exit listener", code) })
	a.EmitDestroy()
	os.Exit(3)
}

// An instrumented main flushes before it returns. OnExit is for what hooks do
// wrong.
func destroyAtEnd() {
	a := made("A")
	tracer{events: "d", bare: true, hold: true}.enable()
	rt.OnExit(func(int) { out("exit listener") })
	a.EmitDestroy()
}

// A Destroy that a delivered callback queues belongs to the next Flush; Flush
// inside a Destroy callback panics.
func flushInDestroy() {
	a, b := made("A"), made("B")
	destroying("").Enable()
	rt.CreateHook(rt.HookCallbacks{Destroy: func(id rt.ID) {
		if id == a.AsyncID() {
			attempt("flush", rt.Flush)
			b.EmitDestroy()
		}
	}}).Enable()
	a.EmitDestroy()
	rt.Flush()
	rt.Flush()
	out("flushed twice")
}

// collect collects garbage until what is unreachable now has been cleaned up.
func collect() {
	var cleaned atomic.Bool
	watch(&cleaned)
	for !cleaned.Load() {
		runtime.GC()
		runtime.Gosched()
	}
}

//go:noinline
func watch(cleaned *atomic.Bool) {
	garbage := new([64]byte)
	runtime.AddCleanup(garbage, func(c *atomic.Bool) { c.Store(true) }, cleaned)
}

//go:noinline
func drop(typ string, opts *rt.AsyncResourceOptions) {
	tag(rt.NewAsyncResource(typ, opts).AsyncID(), typ)
}

func gcDestroy() {
	destroyed := make(chan struct{})
	tracer{events: "d", bare: true, onDestroy: func() { close(destroyed) }}.enable()
	drop("A", nil)
	for open := true; open; {
		collect()
		select {
		case <-destroyed:
			open = false
		default:
		}
	}
	out("end")
}

func gcManualDestroy() {
	destroying("").Enable()
	drop("A", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	b := rt.NewAsyncResource("B", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	tag(b.AsyncID(), "B")
	collect()
	collect()
	out("gc done")
	b.EmitDestroy()
	rt.Flush()
	out("end")
}

func gcHookLate() {
	drop("Old", nil)
	destroyed := make(chan struct{})
	h := tracer{events: "d", bare: true, onDestroy: func() { close(destroyed) }}.enable()
	drop("New", nil)
	for open := true; open; {
		collect()
		select {
		case <-destroyed:
			open = false
		default:
		}
	}
	collect()
	out("end")
	h.Disable()
}
