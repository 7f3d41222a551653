package main

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

func rootContext() {
	out("exec", uint64(rt.ExecutionAsyncID()), "trigger", uint64(rt.TriggerAsyncID()))
	type note struct{}
	r := rt.ExecutionAsyncResource()
	properties := 0
	for _, p := range []any{r.Object(), r.Value(note{})} {
		if p != nil {
			properties++
		}
	}
	if r.Type() != "" || r.Site().File != "" {
		properties++
	}
	out("resource object", properties, "stable", rt.ExecutionAsyncResource() == r)
	r.SetValue(note{}, "kept")
	out("writable", rt.ExecutionAsyncResource().Value(note{}))
}

// The ids of package initialisation, if that is what is asked for: the question
// makes the runtime allot ids from then on.
var initIDs [2]rt.ID

func init() {
	if len(os.Args) == 2 && os.Args[1] == "01-root-context.init" {
		initIDs = [2]rt.ID{rt.ExecutionAsyncID(), rt.TriggerAsyncID()}
	}
}

// The root is package init and main.
func rootContextInit() {
	out("init", uint64(initIDs[0]), uint64(initIDs[1]))
	out("main", uint64(rt.ExecutionAsyncID()), uint64(rt.TriggerAsyncID()))
}

func idAllocation() {
	a, b := rt.NewAsyncResource("A", nil), rt.NewAsyncResource("B", nil)
	out("above root", a.AsyncID() > 1, "step", b.AsyncID()-a.AsyncID())
	var seen rt.ID
	h := rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ == "C" {
			seen = id
		}
	}}).Enable()
	c := rt.NewAsyncResource("C", nil)
	out("init got asyncId", seen == c.AsyncID(), "step", c.AsyncID()-b.AsyncID())
	a.EmitDestroy()
	d := rt.NewAsyncResource("D", nil)
	out("not reused", d.AsyncID()-c.AsyncID())
	h.Disable()
}

// Ids grow along any chain of causes and on any one goroutine, and no two are
// the same.
func idsGrow() {
	const chains, hops = 50, 20
	made := make(chan []rt.ID, chains)
	grow := true
	var mu sync.Mutex
	check := func(ids ...rt.ID) {
		mu.Lock()
		defer mu.Unlock()
		grow = grow && slices.IsSorted(ids) && len(slices.Compact(slices.Clone(ids))) == len(ids)
	}
	for range chains {
		rt.Go(func() {
			mine := []rt.ID{rt.ExecutionAsyncID()}
			var inner []rt.ID
			for range hops {
				r := rt.NewAsyncResource("Hop", nil)
				done := make(chan struct{})
				r.RunInAsyncScope(func() {
					rt.Go(func() {
						defer close(done)
						own, last := rt.ExecutionAsyncID(), rt.NewAsyncResource("Inner", nil).AsyncID()
						check(rt.TriggerAsyncID(), own, last)
						inner = append(inner, own, last)
					})
				})
				<-done
				mine = append(mine, r.AsyncID())
			}
			check(mine...)
			made <- append(mine, inner...)
		})
	}
	var all []rt.ID
	for len(all) < chains*(1+3*hops) {
		all = append(all, <-made...)
	}
	slices.Sort(all)
	out("grow", grow, "unique", len(slices.Compact(all)) == chains*(1+3*hops))
}

func contextInsideCallbacks() {
	outer := made("Outer")
	tracer{types: []string{"Inner"}, hold: true}.enable()
	var inner *rt.AsyncResource
	outer.RunInAsyncScope(func() { inner = rt.NewAsyncResource("Inner", nil) })
	inner.RunInAsyncScope(func() { out("fn", here()) })
	inner.EmitDestroy()
	out("sync end", here())
}

func runInAsyncScope() {
	tracer{types: []string{"A"}}.enable()
	a := rt.NewAsyncResource("A", nil)
	out("pre", here())
	a.RunInAsyncScope(func() {
		out("in", here())
		out("resource is a", rt.ExecutionAsyncResource() == a)
	})
	out("post", here())
	a.RunInAsyncScope(func() { out("again", here()) })
}

// Whoever leaves a scope by a panic or Goexit leaves what was opened inside,
// innermost first, each with its After.
func scopeLeftByPanic() {
	tracer{types: []string{"A", "B", "C"}}.enable()
	a, b, c := rt.NewAsyncResource("A", nil), rt.NewAsyncResource("B", nil), rt.NewAsyncResource("C", nil)
	leave := func(how func()) {
		a.RunInAsyncScope(func() {
			b.EmitBefore()
			c.EmitBefore()
			how()
		})
	}
	attempt("panic", func() { leave(func() { panic("bye") }) })
	out("back", here())
	done := make(chan struct{})
	go func() {
		defer close(done)
		leave(func() { exitGoroutine() })
	}()
	<-done
}

func defaultTrigger() {
	tracer{types: []string{"A", "B", "C"}, events: "i"}.enable()
	a := rt.NewAsyncResource("A", nil)
	out("a", label(a.TriggerAsyncID()))
	var b, c *rt.AsyncResource
	a.RunInAsyncScope(func() {
		b = rt.NewAsyncResource("B", nil)
		b.RunInAsyncScope(func() { c = rt.NewAsyncResource("C", nil) })
	})
	out("b", label(b.TriggerAsyncID()), "c", label(c.TriggerAsyncID()))
}

// An explicit TriggerAsyncID of 0 cannot be asked for: it is the option that is
// not given. -1 is no ID: see static/.
func triggerOverride() {
	tracer{types: []string{"P", "Q", "R", "S", "T"}, events: "i"}.enable()
	trigger := func(id rt.ID) *rt.AsyncResourceOptions { return &rt.AsyncResourceOptions{TriggerAsyncID: id} }
	p := rt.NewAsyncResource("P", nil)
	q := rt.NewAsyncResource("Q", trigger(p.AsyncID()))
	r := rt.NewAsyncResource("R", trigger(p.AsyncID()))
	out("q,r trigger", label(q.TriggerAsyncID()), label(r.TriggerAsyncID()))
	s := rt.NewAsyncResource("S", trigger(987654))
	out("s raw", uint64(s.TriggerAsyncID()))
	s.RunInAsyncScope(func() {
		out("in s raw trigger", uint64(rt.TriggerAsyncID()), label(rt.ExecutionAsyncID()))
	})
	p.RunInAsyncScope(func() {
		t := rt.NewAsyncResource("T", trigger(1))
		out("t", label(t.TriggerAsyncID()))
		t = rt.NewAsyncResource("T", trigger(0))
		out("zero", label(t.TriggerAsyncID()))
	})
	out("undefined option", label(rt.NewAsyncResource("T", &rt.AsyncResourceOptions{}).TriggerAsyncID()))
}

// A Go function has no receiver to pass; arguments are captured. A nil function
// is a panic at the call: no Before, no After.
func scopeReturn() {
	a := rt.NewAsyncResource("A", nil)
	x, y := 2, 3
	sum := rt.RunInAsyncScope(a, func() int {
		out("args", x, y)
		return x + y
	})
	out("return", sum)
	tag(a.AsyncID(), "A")
	tracer{events: "ba", bare: true}.enable()
	attempt("not a function", func() { a.RunInAsyncScope(nil) })
	attempt("not a function with a result", func() { rt.RunInAsyncScope[int](a, nil) })
	out(here())
}

func triggerChain() { chain(func(fn func()) { fn() }) }

// Each resource is made by a goroutine that was started in the scope of the one
// before: the goroutines are links of the chain.
func triggerChainGoroutines() {
	chain(func(fn func()) {
		done := make(chan struct{})
		rt.Go(func() {
			defer close(done)
			fn()
		})
		<-done
	})
}

func chain(start func(func())) {
	parent := map[rt.ID]rt.ID{}
	rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, trigger rt.ID, _ *rt.AsyncResource) {
		if strings.HasPrefix(typ, "N") || typ == rt.TypeGoroutine {
			tag(id, typ)
			parent[id] = trigger
		}
	}}).Enable()
	var last *rt.AsyncResource
	for i := range 4 {
		link := func() { last = rt.NewAsyncResource("N"+string(rune('0'+i)), nil) }
		if last == nil {
			link()
		} else {
			last.RunInAsyncScope(func() { start(link) })
		}
	}
	var path []string
	for id := last.AsyncID(); id != 0; id = parent[id] {
		path = append(path, label(id))
	}
	out(strings.Join(path, " <- "))
}

// The resource that Init gets is the one that the caller gets; its Object may
// not be complete.
func initArguments() {
	type query struct {
		*rt.AsyncResource
		sql any
	}
	number := func(id rt.ID) string {
		if reflect.ValueOf(id).CanUint() {
			return "number"
		}
		return "other"
	}
	var got *rt.AsyncResource
	rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		if typ != "Query" {
			return
		}
		got = r
		out("type", reflect.TypeOf(typ), typ, "ids", number(id), number(trigger))
		out("sql during init", r.Object().(*query).sql)
	}}).Enable()
	q := &query{}
	q.AsyncResource = rt.NewAsyncResource("Query", &rt.AsyncResourceOptions{Object: q})
	q.sql = "SELECT 1"
	out("resource is q", got == q.AsyncResource, "sql after", q.Object().(*query).sql)
}

func currentAndTriggerID() {
	out(uint64(rt.CurrentID()), uint64(rt.TriggerID()))
	a := rt.NewAsyncResource("A", &rt.AsyncResourceOptions{TriggerAsyncID: 55})
	tag(a.AsyncID(), "A")
	a.EmitBefore()
	out(label(rt.CurrentID()), uint64(rt.TriggerID()), uint64(a.TriggerAsyncID()))
	a.EmitAfter()
	out(uint64(rt.CurrentID()), uint64(rt.TriggerID()))
}

func emitNested() {
	tracer{types: []string{"A", "B"}, hold: true}.enable()
	a := rt.NewAsyncResource("A", nil)
	out("chain", a.EmitBefore() == a, here())
	b := rt.NewAsyncResource("B", nil)
	b.EmitBefore()
	out("inner", here())
	out("chain", b.EmitAfter() == b, here())
	a.EmitAfter()
	out("out", here())
	out("destroy chain", a.EmitDestroy() == a)
}
