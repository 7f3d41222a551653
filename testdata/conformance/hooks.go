package main

import "github.com/asynchooks/asynchooks/rt"

func lifecycleOrder() {
	tracer{types: []string{"A", "Unused"}, hold: true}.enable()
	a, u := rt.NewAsyncResource("A", nil), rt.NewAsyncResource("Unused", nil)
	a.RunInAsyncScope(func() { out("run 1") })
	a.RunInAsyncScope(func() { out("run 2") })
	a.EmitDestroy()
	u.EmitDestroy()
	out("emitDestroy returned")
	soon(func() {
		rt.Flush()
		out("next macrotask")
	})
}

// counting returns a hook that counts the resources of type A.
func counting(n *int) *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ == "A" {
			*n++
		}
	}})
}

func enableDisableIdempotent() {
	n := 0
	h := counting(&n)
	rt.NewAsyncResource("A", nil)
	out("never enabled", n)
	out("enable returns self", h.Enable() == h, h.Enable() == h)
	rt.NewAsyncResource("A", nil)
	out("enabled twice", n)
	out("disable returns self", h.Disable() == h, h.Disable() == h)
	rt.NewAsyncResource("A", nil)
	out("disabled", n)
	h.Enable()
	rt.NewAsyncResource("A", nil)
	out("re-enabled", n)
}

func hookOrder() {
	h1, h2, h3 := threeHooks()
	h2.Enable()
	h1.Enable()
	h3.Enable()
	a := rt.NewAsyncResource("A", nil)
	a.RunInAsyncScope(func() { out("fn") })
	a.EmitDestroy()
}

// Enabling again after Disable moves a hook to the end; enabling an enabled one
// does not.
func hookOrderAgain() {
	h1, h2, h3 := threeHooks()
	h1.Enable()
	h2.Enable()
	h3.Enable()
	h2.Enable()
	h1.Disable().Enable()
	a := rt.NewAsyncResource("A", nil)
	a.RunInAsyncScope(func() { out("fn") })
	a.EmitDestroy()
}

func threeHooks() (h1, h2, h3 *rt.AsyncHook) {
	make := func(name string) *rt.AsyncHook { return tracer{name: name, types: []string{"A"}, bare: true}.hook() }
	return make("h1"), make("h2"), make("h3")
}

func enableOtherInInit() {
	h2 := tracer{name: "h2", types: []string{"A"}, bare: true}.hook()
	tracer{name: "h1", types: []string{"A"}, bare: true, onInit: func() {
		h2.Enable()
		out("h1 enabled h2")
	}}.enable()
	a := rt.NewAsyncResource("A", nil)
	a.RunInAsyncScope(func() { out("fn") })
	rt.NewAsyncResource("A", nil)
}

func enableOtherInBefore() {
	h2 := tracer{name: "h2", types: []string{"A"}, bare: true}.hook()
	once := true
	tracer{name: "h1", types: []string{"A"}, bare: true, onBefore: func() {
		if once {
			once = false
			h2.Enable()
		}
	}}.enable()
	a := rt.NewAsyncResource("A", nil)
	a.RunInAsyncScope(func() { out("fn 1") })
	a.RunInAsyncScope(func() { out("fn 2") })
}

// A hook enabled in Destroy, too, misses the event that is in progress.
func enableOtherInDestroy() {
	h2 := tracer{name: "h2", types: []string{"A", "B"}, bare: true}.hook()
	tracer{name: "h1", types: []string{"A", "B"}, bare: true, onDestroy: func() { h2.Enable() }}.enable()
	a, b := rt.NewAsyncResource("A", nil), rt.NewAsyncResource("B", nil)
	a.EmitDestroy()
	rt.Flush()
	b.EmitDestroy()
	rt.Flush()
}

func disableSelfInEach() {
	for _, event := range []string{"Init", "Before", "After"} {
		var h *rt.AsyncHook
		disable := func() {
			h.Disable()
			out("disabled in " + event)
		}
		t := tracer{name: "self-" + event, types: []string{"A"}, bare: true}
		switch event {
		case "Init":
			t.onInit = disable
		case "Before":
			t.onBefore = disable
		case "After":
			t.onAfter = disable
		}
		h = t.enable()
		w := tracer{name: "watch", types: []string{"A"}, bare: true}.enable()
		a := rt.NewAsyncResource("A", nil)
		a.RunInAsyncScope(func() { out("fn") })
		w.Disable()
		h.Disable()
		out("--")
	}
}

func disableLaterHook() {
	h2 := tracer{name: "h2", types: []string{"A"}, bare: true}.hook()
	tracer{name: "h1", types: []string{"A"}, bare: true, onBefore: func() {
		h2.Disable()
		out("h1 disabled h2")
	}}.enable()
	h2.Enable()
	a := rt.NewAsyncResource("A", nil)
	a.RunInAsyncScope(func() { out("fn") })
}

// A hook that is disabled and enabled again by one callback moves to the end,
// once the event is over.
func moveInCallback() {
	var h1 *rt.AsyncHook
	once := true
	h1 = tracer{name: "h1", types: []string{"A"}, bare: true, onInit: func() {
		if once {
			once = false
			h1.Disable()
			h1.Enable()
		}
	}}.enable()
	tracer{name: "h2", types: []string{"A"}, bare: true}.enable()
	a := rt.NewAsyncResource("A", nil)
	a.RunInAsyncScope(func() { out("fn") })
}

func enableInNestedInit() {
	h2 := tracer{name: "h2", types: []string{"A", "Nested"}, bare: true}.hook()
	once := true
	tracer{name: "h1", types: []string{"A", "Nested"}, bare: true, onInit: func() {
		h2.Enable()
		if once {
			once = false
			rt.NewAsyncResource("Nested", nil)
		}
	}}.enable()
	rt.NewAsyncResource("A", nil)
	out("--")
	rt.NewAsyncResource("A", nil)
}

func resourceInsideInit() {
	depth := 0
	tracer{name: "h1", types: []string{"A", "N"}, onInit: func() {
		depth++
		if depth == 1 {
			rt.NewAsyncResource("N", nil)
			out("h1 outer init done")
		}
	}}.enable()
	tracer{name: "h2", types: []string{"A", "N"}}.enable()
	rt.NewAsyncResource("A", nil)
}

// A scope that a callback enters is left when it returns: the next hook and the
// creator find what was there.
func scopeInsideInit() {
	other := made("Other")
	entered := false
	tracer{name: "h1", types: []string{"A"}, onInit: func() {
		if !entered {
			entered = true
			other.RunInAsyncScope(func() { out("in other", here()) })
		}
	}}.enable()
	tracer{name: "h2", types: []string{"A"}}.enable()
	rt.NewAsyncResource("A", nil)
	out("post", here())
}

func lateHook() {
	a := made("A")
	tracer{types: []string{"A"}, bare: true}.enable()
	a.RunInAsyncScope(func() { out("fn") })
	a.EmitDestroy()
}

func enableInsideScope() {
	a := made("A")
	h := tracer{types: []string{"A"}}.hook()
	a.RunInAsyncScope(func() {
		h.Enable()
		out("fn", here())
	})
	out("post", here())
}

func sameCallbacks() {
	n := 0
	callbacks := rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ == "A" {
			n++
		}
	}}
	h1, h2 := rt.CreateHook(callbacks).Enable(), rt.CreateHook(callbacks).Enable()
	rt.NewAsyncResource("A", nil)
	out(n)
	h1.Disable()
	rt.NewAsyncResource("A", nil)
	out(n)
	h2.Disable()
	rt.NewAsyncResource("A", nil)
	out(n)
}

// Nil callbacks are callbacks that are not given. What is no function does not
// compile: see static/.
func callbackValidation() {
	for _, name := range []string{"init", "before", "after", "destroy", "promiseResolve"} {
		attempt(name+"=undefined", func() { rt.CreateHook(rt.HookCallbacks{}).Enable().Disable() })
	}
}
