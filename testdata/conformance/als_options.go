package main

import "github.com/asynchooks/asynchooks/rt"

// In Exit there is no store, and so the default value, with ok false.
func defaultValue() {
	als := rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[any]{DefaultValue: func() any { return "def" }})
	show := func(what string) {
		v, _ := als.GetStore()
		out(what, v)
	}
	show("outside")
	als.Run("s", func() {
		show("in run")
		als.Exit(func() { show("in exit") })
	})
	show("after")
	als.Run(nil, func() { show("run(undefined)") })
	als.Run("s", func() {
		als.Disable()
		show("after disable")
	})
	als.EnterWith(nil)
	show("enterWith(undefined)")
}

// A default value comes with ok false, after Disable and in Exit too.
func defaultValueOK() {
	als := rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[int]{DefaultValue: func() int { return 7 }})
	show := func(what string) {
		v, ok := als.GetStore()
		out(what, v, ok)
	}
	show("outside")
	als.Run(0, func() {
		show("in run")
		als.Exit(func() {
			show("in exit")
			rt.NewAsyncResource("A", nil).RunInAsyncScope(func() { show("resource in exit") })
		})
		als.Disable()
		show("after disable")
	})
}

// What is no string and no options does not compile: see static/.
func name() {
	quote := func(s *rt.AsyncLocalStorage[int]) string { return `"` + s.Name() + `"` }
	out(quote(rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[int]{Name: "test"})))
	out(quote(rt.NewAsyncLocalStorage[int](nil)))
	out(quote(new(rt.AsyncLocalStorage[int])))
}

// Called twice, leave changes nothing, and panics. Called when a later Enter is
// open still, it ends that too, and the leave of that one changes nothing.
func enterLeave() {
	var als rt.AsyncLocalStorage[string]
	als.Run("base", func() {
		leaveA := als.Enter("a")
		out(store(&als))
		leaveB := als.Enter("b")
		out(store(&als))
		leaveB()
		out(store(&als))
		attempt("leave b again", leaveB)
		out(store(&als))
		leaveA()
		out(store(&als))
		leaveC := als.Enter("c")
		leaveD := als.Enter("d")
		leaveC()
		out("out of order", store(&als))
		leaveD()
		out("then", store(&als))
	})
	out("out", store(&als))
}

// leave belongs to the goroutine of Enter, and to the scope of Enter.
func enterLeaveElsewhere() {
	var als, other rt.AsyncLocalStorage[string]
	var leave func()
	done := make(chan struct{})
	leave = als.Enter("main")
	rt.Go(func() {
		defer close(done)
		attempt("other goroutine", leave)
		out("there", store(&als))
	})
	<-done
	out("here", store(&als))
	leave()
	other.Run("o", func() { leave = als.Enter("in run") })
	out("after run", store(&als))
	als.EnterWith("x")
	leave()
	out("late", store(&als))
}

func enterWithLeaks() {
	var als rt.AsyncLocalStorage[string]
	await := func(fn func()) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			fn()
		}()
		<-done
	}
	await(func() { als.EnterWith("after await") })
	out("a", store(&als))
	await(func() { als.EnterWith("in then") })
	out("b", store(&als))
	func() { als.EnterWith("before await") }()
	out("c", store(&als))
}
