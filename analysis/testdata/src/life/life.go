// Package life has resources that end too often, too early or never.
package life

import (
	"fmt"
	"runtime"

	"github.com/asynchooks/asynchooks/rt"
)

func cond() bool { return len(rt.Mode()) > 0 }

var manual = &rt.AsyncResourceOptions{RequireManualDestroy: true}

func badTwice(r *rt.AsyncResource) {
	r.EmitDestroy()
	r.EmitDestroy() // want `r is destroyed already`
}

func badBranch(r *rt.AsyncResource) {
	if cond() {
		r.EmitDestroy()
	}
	r.EmitDestroy() // want `r is destroyed already`
}

func badDefer(r *rt.AsyncResource) {
	defer r.EmitDestroy() // want `destroyed already`
	r.EmitDestroy()
}

func badLoop(r *rt.AsyncResource) {
	for range 3 {
		r.EmitDestroy() // want `destroyed already`
	}
}

func end(r *rt.AsyncResource) { r.EmitDestroy() }

func badHelper(r *rt.AsyncResource) {
	end(r)
	end(r) // want `destroyed already`
}

func badUse(r *rt.AsyncResource) {
	r.EmitDestroy()
	r.EmitBefore() // want `r is used after EmitDestroy`
	r.EmitAfter()
}

func badBind(r *rt.AsyncResource) func() {
	r.EmitDestroy()
	return r.Bind(func() {}) // want `used after EmitDestroy`
}

func badBindTo(r *rt.AsyncResource, fn func(int)) func(int) {
	r.EmitDestroy()
	return rt.BindTo(r, fn) // want `used after EmitDestroy`
}

func badScope(r *rt.AsyncResource) int {
	r.EmitDestroy()
	return rt.RunInAsyncScope(r, func() int { return 1 }) // want `used after EmitDestroy`
}

func use(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
	fmt.Println()
}

func badUseHelper(r *rt.AsyncResource) {
	r.EmitDestroy()
	use(r) // want `used after EmitDestroy`
}

func badManual() {
	r := rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: true}) // want `EmitDestroy is never called`
	r.EmitBefore()
	defer r.EmitAfter()
	fmt.Println(r.AsyncID())
}

func badManualDropped() {
	rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: true}) // want `EmitDestroy is never called`
}

func badEmpty(fn func()) func() {
	rt.NewAsyncResource("", nil) // want `the type is empty`
	return rt.BindAsync("", fn)  // want `the type is empty`
}

func goodOnce(r *rt.AsyncResource) {
	r.EmitBefore()
	r.EmitDestroy()
	r.EmitAfter()
}

func goodBranches(r *rt.AsyncResource) {
	if cond() {
		r.EmitDestroy()
		return
	}
	r.EmitDestroy()
}

func goodTwo(a, b *rt.AsyncResource) {
	a.EmitDestroy()
	b.EmitDestroy()
}

func goodNew(n int) {
	for range n {
		r := rt.NewAsyncResource("x", nil)
		r.EmitDestroy()
	}
}

func goodEach(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitDestroy()
	}
}

func goodNil(r *rt.AsyncResource, done bool) {
	if done {
		r.EmitDestroy()
	}
	fmt.Println()
	if !done {
		r.EmitDestroy()
	}
}

func goodReplaced() {
	r := rt.NewAsyncResource("x", nil)
	r.EmitDestroy()
	r = rt.NewAsyncResource("y", nil)
	r.EmitBefore()
	r.EmitAfter()
	r.EmitDestroy()
}

func goodQuery(r *rt.AsyncResource) {
	r.EmitDestroy()
	fmt.Println(r.AsyncID(), r.Type())
}

func goodManual() {
	r := rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	defer r.EmitDestroy()
}

func goodManualClosure() {
	r := rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	defer func() { r.EmitDestroy() }()
}

func goodManualReturned() *rt.AsyncResource {
	return rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: true})
}

func goodManualPassed() {
	r := rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	end(r)
	runtime.KeepAlive(r)
}

func goodManualOff() {
	rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: false})
	rt.NewAsyncResource("x", nil)
}

func goodManualUnknown() { rt.NewAsyncResource("x", manual) }

func goodManualEmbedded() *query {
	return &query{rt.NewAsyncResource("x", &rt.AsyncResourceOptions{RequireManualDestroy: true})}
}

type query struct{ *rt.AsyncResource }

func badEmbedded(q *query) {
	q.EmitDestroy()
	q.EmitDestroy() // want `destroyed already`
}

// Hooks.

var live = map[rt.ID]*rt.AsyncResource{}

func finish(id rt.ID) {
	live[id].EmitDestroy() // want `in a hook's Before callback`
}

var hook = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		r.EmitDestroy() // want `in a hook's Init callback`
	},
	Before: func(id rt.ID) { finish(id) },
	After:  after,
})

func after(id rt.ID) { delete(live, id) }
