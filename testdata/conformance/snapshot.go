package main

import (
	"errors"
	"reflect"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

func snapshot() {
	var a rt.AsyncLocalStorage[int]
	var b rt.AsyncLocalStorage[string]
	var snap func(func())
	a.Run(123, func() { b.Run("B", func() { snap = rt.Snapshot() }) })
	a.Run(321, func() {
		var v any
		snap(func() { v = store(&a) })
		out(v)
	})
	a.Run(321, func() {
		snap(func() { out("in", store(&a), store(&b)) })
		out("after", store(&a), store(&b))
	})
	x, y := 2, 3
	sum := 0
	snap(func() { sum = x + y })
	out("args", sum)
	a.Run(9, func() {
		v := catch(func() { snap(func() { panic(errors.New("x")) }) })
		out("caught", v, store(&a), store(&b))
	})
	foo := rt.Run(&a, 123, newFoo)
	a.Run(321, func() { out(foo.get(&a)) })
}

// foo is the class of the document's example.
type foo struct{ runInAsyncScope func(func()) }

func newFoo() *foo { return &foo{rt.Snapshot()} }

func (f *foo) get(als *rt.AsyncLocalStorage[int]) (v any) {
	f.runInAsyncScope(func() { v = store(als) })
	return v
}

func snapshotAsync() {
	var als rt.AsyncLocalStorage[string]
	var snap func(func())
	als.Run("snap", func() { snap = rt.Snapshot() })
	als.Run("caller", func() {
		snap(func() { later(2*time.Millisecond, func() { out("timer", store(&als)) }) })
	})
}

// Snapshot and Bind make no resource and fire no event.
func snapshotNoResource() {
	tracer{bare: true}.enable()
	snap := rt.Snapshot()
	snap(func() { out("in") })
	rt.Bind(func() { out("bound") })()
}

// A snapshot and a bound function have the ids of where they were made, too; so
// has what is started in them.
func snapshotIDs() {
	a, b := made("A"), made("B")
	var snap func(func())
	var bound func() string
	a.RunInAsyncScope(func() {
		snap = rt.Snapshot()
		bound = rt.Bind(here)
	})
	b.RunInAsyncScope(func() {
		snap(func() {
			out("in", here(), rt.ExecutionAsyncResource() == a)
			out("made inside", label(rt.NewAsyncResource("C", nil).TriggerAsyncID()))
		})
		out("bound", bound())
		out("back", here())
	})
}

func resourceCaptures() {
	type task struct {
		*rt.AsyncResource
		callback func(err error, result string)
	}
	done := func(t task, err error, result string) {
		t.RunInAsyncScope(func() { t.callback(err, result) })
		t.EmitDestroy()
	}
	var als rt.AsyncLocalStorage[string]
	var queue []task
	for _, user := range []string{"user 1", "user 2"} {
		als.Run(user, func() {
			queue = append(queue, task{rt.NewAsyncResource("Task", nil), func(_ error, result string) { out(result, store(&als)) }})
		})
	}
	als.Run("worker", func() {
		for i, t := range queue {
			done(t, nil, "result "+string(rune('0'+i)))
		}
		out("worker still", store(&als))
	})
}

func bindStatic() {
	tracer{types: []string{"named", "custom", "bound-anonymous-fn", "Binder"}}.enable()
	binder := rt.NewAsyncResource("Binder", nil)
	var f func(a, b int) int
	var g, h func() string
	binder.RunInAsyncScope(func() {
		f = rt.BindAsync("named", func(a, b int) int {
			out("body", here())
			return a + b
		})
		g = rt.BindAsync("custom", func() string { return "g" })
		h = rt.BindAsync("bound-anonymous-fn", func() string { return "anon" })
	})
	out("result", f(1, 2), f(3, 4))
	out(g())
	out(h())
	out("length", reflect.TypeOf(f).NumIn())
}

// Any function type can be bound: variadic, named, with any results.
func bindSignatures() {
	type handler func(prefix string, numbers ...int) (sum int, err error)
	a := made("A")
	h := rt.BindTo[handler](a, func(prefix string, numbers ...int) (int, error) {
		sum := 0
		for _, n := range numbers {
			sum += n
		}
		out(prefix, len(numbers), here())
		return sum, errors.New(prefix)
	})
	sum, err := h("three", 1, 2, 3)
	out(sum, err)
	sum, err = h("none")
	out(sum, err)
	sum, err = h("slice", []int{4, 5}...)
	out(sum, err)
	var als rt.AsyncLocalStorage[string]
	type pair struct{ A, B any }
	get := rt.Run(&als, "s", func() func(pair, chan int) pair {
		return rt.Bind(func(p pair, _ chan int) pair { return pair{p.A, store(&als)} })
	})
	out(get(pair{A: 1}, nil))
}
