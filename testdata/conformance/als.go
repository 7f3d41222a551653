package main

import (
	"errors"
	"math"
	"reflect"

	"github.com/asynchooks/asynchooks/rt"
)

// storeID is a store with a field.
type storeID struct {
	ID int `json:"id"`
}

// catch calls fn and returns what it panicked with.
func catch(fn func()) (v any) {
	defer func() { v = recover() }()
	fn()
	return nil
}

// A Go function has no receiver; arguments are captured.
func runBasic() {
	var als rt.AsyncLocalStorage[string]
	out("before", store(&als))
	a, b := 6, 7
	product := rt.Run(&als, "s", func() int {
		out("in", store(&als), "args", a, b)
		return a * b
	})
	out("return", product, "after", store(&als))
}

func runPanics() {
	var als rt.AsyncLocalStorage[storeID]
	err := errors.New("x")
	v := catch(func() {
		als.Run(storeID{2}, func() {
			later(5, func() { out("timer", store(&als)) })
			panic(err)
		})
	})
	out("same", v == err, store(&als))
}

// Goexit restores the store like a panic.
func runGoexit() {
	var als rt.AsyncLocalStorage[string]
	als.Run("outer", func() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() { out("deferred", store(&als)) }()
			als.Run("inner", exitGoroutine)
		}()
		<-done
		out("starter", store(&als))
	})
}

func nestedRun() {
	var als rt.AsyncLocalStorage[string]
	als.Run("outer", func() {
		als.Run("inner", func() { out("1", store(&als)) })
		out("2", store(&als))
		catch(func() { als.Run("bad", func() { panic(errors.New("x")) }) })
		out("3", store(&als))
		als.Run("deep", func() {
			als.Run("deeper", func() {
				als.Run("deep", func() { out("4", store(&als)) })
			})
		})
	})
	out("5", store(&als))
}

// The second result of GetStore tells no store from any store, nil included:
// there is no second kind of nothing.
func storeKinds() {
	var als rt.AsyncLocalStorage[any]
	fn, symbol, list := func() int { return 1 }, new(int), []int{1}
	for _, c := range []struct {
		text string
		v    any
		same func(v any) bool
	}{
		{"0", 0, func(v any) bool { return v == 0 }},
		{"", "", func(v any) bool { return v == "" }},
		{"false", false, func(v any) bool { return v == false }},
		{"null", nil, func(v any) bool { return v == nil }},
		{"function", fn, func(v any) bool { return v.(func() int)() == 1 }},
		{"Symbol(s)", symbol, func(v any) bool { return v == symbol }},
		{"NaN", math.NaN(), func(v any) bool { return math.IsNaN(v.(float64)) }},
		{"[1]", list, func(v any) bool { return reflect.ValueOf(v).Pointer() == reflect.ValueOf(list).Pointer() }},
	} {
		als.Run(c.v, func() {
			v, ok := als.GetStore()
			out(c.text, ok && c.same(v))
		})
	}
}

func exit() {
	var als rt.AsyncLocalStorage[string]
	arg := "arg"
	als.Run("s", func() {
		r := rt.Exit(&als, func() string {
			out("in", store(&als), arg)
			soon(func() { out("async from exit", store(&als)) })
			als.Run("t", func() { out("run in exit", store(&als)) })
			out("still out", store(&als))
			return "r"
		})
		out("after", r, store(&als))
		v := catch(func() {
			als.Exit(func() {
				out("in2", store(&als))
				panic(errors.New("x"))
			})
		})
		out("caught", v, store(&als))
		soon(func() { out("async from run", store(&als)) })
	})
	n := 1
	als.Exit(func() { out("exit outside", store(&als), n) })
}

func enterWith() {
	var als rt.AsyncLocalStorage[storeID]
	soon(func() {
		later(5, func() { out("before", store(&als)) })
		als.EnterWith(storeID{1})
		out("sync", store(&als))
		later(10, func() { out("after", store(&als)) })
		als.EnterWith(storeID{2})
		out("replaced", store(&als))
		later(15, func() { out("after 2", store(&als)) })
	})
	later(20, func() { out("sibling", store(&als)) })
}

// EnterWith lasts to the end of its storage's enclosing Run, and no longer; a
// Run of another storage does not end it.
func enterWithInRun() {
	var als, other rt.AsyncLocalStorage[string]
	other.Run("o", func() {
		als.EnterWith("entered")
		als.Run("run", func() {
			als.EnterWith("inner")
			out("in", store(&als))
		})
		out("back", store(&als), store(&other))
	})
	out("out", store(&als), store(&other))
}

func enterWithInResource() {
	var als rt.AsyncLocalStorage[string]
	r := rt.Run(&als, "created", func() *rt.AsyncResource { return rt.NewAsyncResource("A", nil) })
	r.RunInAsyncScope(func() {
		out("inside before", store(&als))
		als.EnterWith("entered")
		out("inside", store(&als))
	})
	out("outside", store(&als))
	r.RunInAsyncScope(func() { out("re-entry", store(&als)) })
}

func disable() {
	var als rt.AsyncLocalStorage[string]
	als.Run("s", func() {
		als.Disable()
		out("rest", store(&als))
		later(5, func() { out("new timer", store(&als)) })
		als.Run("t", func() { out("again", store(&als)) })
		out("after again", store(&als))
	})
}

// Disable takes the store from every goroutine, and stores from before do not
// come back when the storage is used again.
func disableForGood() {
	var als rt.AsyncLocalStorage[string]
	run, disabled := make(chan struct{}), make(chan struct{})
	var snap func(func())
	als.Run("s", func() {
		snap = rt.Snapshot()
		go func() {
			out("other goroutine", store(&als))
			close(run)
			<-disabled
			out("other goroutine", store(&als))
			als.Run("t", func() { out("run again", store(&als)) })
			out("other goroutine", store(&als))
			snap(func() { out("snapshot", store(&als)) })
			disabled <- struct{}{}
		}()
	})
	<-run
	als.Disable()
	disabled <- struct{}{}
	<-disabled
	als.EnterWith("u")
	snap(func() { out("snapshot", store(&als)) })
	out("entered", store(&als))
}

func disableIndependent() {
	var a, b rt.AsyncLocalStorage[int]
	a.Disable()
	a.Disable()
	a.Run(1, func() {
		b.Run(2, func() {
			a.Disable()
			out(store(&a), store(&b))
			soon(func() { out("later", store(&a), store(&b)) })
		})
	})
}

func independent() {
	var a, b, c rt.AsyncLocalStorage[string]
	show := func(what string) { out(what, store(&a), store(&b), store(&c)) }
	a.Run("A", func() {
		b.Run("B", func() {
			c.EnterWith("C")
			show("all")
			a.Exit(func() { show("exit a") })
			later(5, func() { show("timer") })
			b.Run("B2", func() { later(10, func() { show("timer B2") }) })
		})
	})
	show("out")
}

// Thousands of storages at once, each independent.
func independentMany() {
	const n = 3000
	storages := make([]*rt.AsyncLocalStorage[int], n)
	for i := range storages {
		storages[i] = rt.NewAsyncLocalStorage[int](nil)
	}
	check := func() (right int) {
		for i, s := range storages {
			v, ok := s.GetStore()
			switch {
			case i%3 == 0 && ok && v == i, i%3 != 0 && !ok:
				right++
			}
		}
		return right
	}
	var set func(i int)
	set = func(i int) {
		if i < n {
			storages[i].Run(i, func() {
				if i%2 == 0 {
					storages[i+1].Run(-1, func() {})
				}
				set(i + 3)
			})
			return
		}
		for i := 1; i < n; i += 3 {
			storages[i].EnterWith(i)
			storages[i].Disable()
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			out("set", check())
		}()
		<-done
	}
	set(0)
	none := 0
	for _, s := range storages {
		if _, ok := s.GetStore(); !ok {
			none++
		}
	}
	out("none", none)
}
