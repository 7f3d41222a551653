package main

import "github.com/asynchooks/asynchooks/rt"

func storesInHooks() {
	var als rt.AsyncLocalStorage[string]
	show := func(what string) func(rt.ID) {
		return func(id rt.ID) {
			if known(id) {
				out(what, store(&als))
			}
		}
	}
	rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			if typ == "A" {
				tag(id, typ)
				out("init", store(&als))
			}
		},
		Before:  show("before"),
		After:   show("after"),
		Destroy: show("destroy"),
	}).Enable()
	r := rt.Run(&als, "creator", func() *rt.AsyncResource { return rt.NewAsyncResource("A", nil) })
	als.Run("caller", func() { r.RunInAsyncScope(func() { out("body", store(&als)) }) })
	als.Run("destroyer", func() { r.EmitDestroy() })
}

// EnterWith in Init lasts in the creator's scope, that in Destroy nowhere.
func enterWithInHooks() {
	var als rt.AsyncLocalStorage[string]
	a := made("A")
	rt.CreateHook(rt.HookCallbacks{
		Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			if typ == "B" {
				als.EnterWith("init")
			}
		},
		Before: func(id rt.ID) { als.EnterWith("before") },
		After:  func(id rt.ID) { out("after", store(&als)) },
		Destroy: func(id rt.ID) {
			out("destroy", store(&als))
			als.EnterWith("destroy")
		},
	}).Enable()
	a.RunInAsyncScope(func() { out("body", store(&als)) })
	out("post", store(&als))
	b := rt.NewAsyncResource("B", nil)
	out("created", store(&als))
	b.RunInAsyncScope(func() {})
	a.EmitDestroy()
	b.EmitDestroy()
	rt.Flush()
	out("end", store(&als))
}

func hooksIndependent() {
	var als rt.AsyncLocalStorage[string]
	h := rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}}).Enable()
	als.Run("s", func() {
		out(label(rt.ExecutionAsyncID()))
		later(2, func() { out("timer", store(&als)) })
		h.Disable()
		later(4, func() { out("timer 2", store(&als)) })
	})
}

// Storages, Bind and Snapshot make no ids and no events.
func noEvents() {
	n := 0
	count := func(rt.ID) { n++ }
	rt.CreateHook(rt.HookCallbacks{
		Init:   func(rt.ID, string, rt.ID, *rt.AsyncResource) { n++ },
		Before: count, After: count, Destroy: count, PromiseResolve: count,
	}).Enable()
	id := rt.NewAsyncResource("A", nil).AsyncID()
	var als rt.AsyncLocalStorage[string]
	als.Run("s", func() {
		als.Exit(rt.Bind(func() {}))
		rt.Snapshot()(func() {})
		als.Enter("t")()
		als.EnterWith("u")
		rt.Received()(func() {})
	})
	als.Disable()
	events := n - 1
	out("events", events, "ids", rt.NewAsyncResource("A", nil).AsyncID()-id-1)
}
