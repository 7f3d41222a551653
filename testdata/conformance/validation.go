package main

import "github.com/asynchooks/asynchooks/rt"

// An empty type is a panic at the call, before an id is taken, whatever hooks
// there are. What is no string does not compile: see static/.
func typeValidation() {
	attempt("empty, no hook", func() { rt.NewAsyncResource("", nil) })
	h := rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}}).Enable()
	p := rt.NewAsyncResource("A", nil).AsyncID()
	attempt("empty, hook", func() { rt.NewAsyncResource("", nil) })
	attempt("empty, bound", func() { rt.BindAsync("", func() {}) })
	out("id consumed", rt.NewAsyncResource("A", nil).AsyncID()-p)
	h.Disable()
	b := rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}}).Enable()
	attempt("empty, before-only hook", func() { rt.NewAsyncResource("", nil) })
	b.Disable()
}

// What is no ID does not compile: see static/. Any ID is taken as it is.
func triggerValidation() {
	p := rt.NewAsyncResource("A", nil)
	attempt("num max", func() {
		const most = ^rt.ID(0)
		r := rt.NewAsyncResource("A", &rt.AsyncResourceOptions{TriggerAsyncID: most})
		if r.TriggerAsyncID() != most {
			panic("the trigger is not what was asked for")
		}
	})
	attempt("opts null", func() { rt.NewAsyncResource("A", nil) })
	out("ids consumed", rt.NewAsyncResource("A", nil).AsyncID()-p.AsyncID())
}

// A nil function and a value that is no function are panics at the call, before
// an id is taken. Where the type is that of a function, other values do not
// compile: see static/.
func bindValidation() {
	a := rt.NewAsyncResource("A", nil)
	attempt("instance null", func() { a.Bind(nil) })
	attempt("static null", func() { rt.BindAsync[func()]("bound", nil) })
	attempt("als null", func() { rt.Bind[func()](nil) })
	attempt("to null", func() { rt.BindTo[func() error](a, nil) })
	attempt("static undefined", func() { rt.BindAsync[any]("bound", nil) })
	attempt("als undefined", func() { rt.Bind[any](nil) })
	attempt("to undefined", func() { rt.BindTo[any](a, nil) })
	attempt("static 1", func() { rt.BindAsync("bound", 1) })
	attempt("als 1", func() { rt.Bind(1) })
	attempt("to 1", func() { rt.BindTo(a, 1) })
	attempt("static {}", func() { rt.BindAsync("bound", struct{}{}) })
	attempt(`als ""`, func() { rt.Bind("") })
	attempt("run null", func() { new(rt.AsyncLocalStorage[int]).Run(1, nil) })
	attempt("exit null", func() { new(rt.AsyncLocalStorage[int]).Exit(nil) })
	attempt("snapshot null", func() { rt.Snapshot()(nil) })
	attempt("go null", func() { rt.Go(nil) })
	attempt("exit listener null", func() { rt.OnExit(nil) })
	out("ids consumed", rt.NewAsyncResource("A", nil).AsyncID()-a.AsyncID()-1)
}

// An empty type is an error; the rest of the scenario does not compile: see
// static/. A trigger of 0 is the option that is not given.
func validationV8() {
	attempt(`type ""`, func() { rt.NewAsyncResource("", nil) })
	attempt("trigger 0", func() { rt.NewAsyncResource("A", &rt.AsyncResourceOptions{TriggerAsyncID: 0}) })
}
