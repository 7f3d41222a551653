// Package store uses storages in ways that are wrong, and in ways that are not.
package store

import (
	"fmt"
	"net/http"

	"github.com/asynchooks/asynchooks/rt"
)

type request struct {
	id   int
	user string
}

var (
	names    = rt.NewAsyncLocalStorage[string](nil)
	requests = rt.NewAsyncLocalStorage[*request](nil)
	defaults = rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[*request]{DefaultValue: func() *request { return new(request) }})
	zero     rt.AsyncLocalStorage[*request]
)

// storeperuse

func badPerUse(fn func()) {
	s := rt.NewAsyncLocalStorage[int](nil) // want `made for one call`
	s.Run(1, fn)
}

func badPerUseZero(fn func()) {
	var s rt.AsyncLocalStorage[int] // want `made for one call`
	s.Run(1, fn)
}

func badPerUseLoop(fn func()) {
	for range 3 {
		rt.NewAsyncLocalStorage[int](nil).Run(1, fn) // want `made for one call`
	}
}

func badPerUseCaptured(fn func(int)) {
	s := rt.NewAsyncLocalStorage[int](nil) // want `made for one call`
	s.Run(1, func() {
		v, _ := s.GetStore()
		fn(v)
	})
}

func goodConstructor() *rt.AsyncLocalStorage[int] { return rt.NewAsyncLocalStorage[int](nil) }

type server struct{ s *rt.AsyncLocalStorage[int] }

func goodField() *server { return &server{s: rt.NewAsyncLocalStorage[int](nil)} }

func goodPassed(keep func(*rt.AsyncLocalStorage[int])) {
	s := rt.NewAsyncLocalStorage[int](nil)
	keep(s)
	s.Run(1, func() {})
}

// enterwith, enterwithloop

func badEnterWith(fn func()) {
	names.EnterWith("ann") // want `EnterWith lasts beyond this function`
	fn()
}

func badRestore(fn func()) {
	old, _ := names.GetStore()
	names.EnterWith("ann") // want `Run does both`
	fn()
	names.EnterWith(old)
}

func badEnterWithLoop(list []string, fn func()) {
	for _, n := range list {
		names.EnterWith(n) // want `EnterWith in a loop`
		fn()
	}
}

func badEnterWithFor(fn func()) {
	for i := 0; i < 3; i++ {
		if i > 1 {
			names.EnterWith("x") // want `EnterWith in a loop`
		}
		fn()
	}
}

func goodEnterWithLast(name string) { names.EnterWith(name) }

func goodEnterWithGo(fn func()) {
	go func() {
		names.EnterWith("ann")
		fn()
	}()
}

func serve(fn func()) {
	names.EnterWith("ann")
	fn()
}

func goodEnterWithStarted(fn func()) { go serve(fn) }

func goodHandler(w http.ResponseWriter, req *http.Request) {
	names.EnterWith(req.URL.Path)
	fmt.Fprintln(w)
}

func goodMessages(ch chan string, fn func()) {
	for n := range ch {
		names.EnterWith(n)
		fn()
	}
	for {
		select {
		case n := <-ch:
			names.EnterWith(n)
			fn()
		}
	}
}

func goodReceive(ch chan string, fn func()) {
	for {
		names.EnterWith(<-ch)
		fn()
	}
}

// storecapture

var first, _ = names.GetStore() // want `kept in package variable first`

func badCapture() {
	name, _ := names.GetStore() // want `serves other contexts`
	http.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) { fmt.Fprintln(w, name) })
}

func badCaptureHandler() http.Handler {
	name, _ := names.GetStore() // want `serves other contexts`
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { fmt.Fprintln(w, name) })
}

func badCaptureHook() *rt.AsyncHook {
	name, _ := names.GetStore() // want `serves other contexts`
	return rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) { rt.Debugf("%s", name) }})
}

func goodCapture() {
	name, _ := names.GetStore()
	go func() { fmt.Println(name) }()
	defer func() { fmt.Println(name) }()
}

func goodCaptureInside() {
	http.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		name, _ := names.GetStore()
		func() { fmt.Fprintln(w, name) }()
	})
}

// storeunchecked

func badUnchecked() int {
	req, _ := requests.GetStore()
	return req.id // want `the store may be nil here`
}

func badUncheckedZero() string {
	req, _ := zero.GetStore()
	return req.user // want `the store may be nil here`
}

func goodUnchecked() int {
	if req, ok := requests.GetStore(); ok {
		return req.id
	}
	req, _ := requests.GetStore()
	if req != nil {
		return req.id
	}
	return 0
}

func goodDefault() int {
	req, _ := defaults.GetStore()
	return req.id
}

func goodRun() {
	requests.Run(&request{}, func() {
		req, _ := requests.GetStore()
		fmt.Println(req.id)
	})
}

func goodPassedOn() {
	req, _ := requests.GetStore()
	show(req)
	req2, _ := requests.GetStore()
	fmt.Println(req2)
}

func show(*request) {}

func goodParam(s *rt.AsyncLocalStorage[*request]) int {
	req, _ := s.GetStore()
	return req.id
}

func goodValue() int {
	name, _ := names.GetStore()
	return len(name)
}

// bindunused, bindimmediate

func badBind(r *rt.AsyncResource, fn func(), add func(int) int) {
	rt.Bind(fn)           // want `Bind returns is not used`
	r.Bind(fn)            // want `Bind returns is not used`
	rt.BindTo(r, add)     // want `BindTo returns is not used`
	rt.BindAsync("x", fn) // want `BindAsync returns is not used`
	rt.Snapshot()         // want `Snapshot returns is not used`
	_ = rt.Bind(fn)       // want `Bind returns is not used`
	defer rt.Bind(fn)     // want `Bind returns is dropped`
	go r.Bind(fn)         // want `Bind returns is dropped`
	rt.Bind(fn)()         // want `called at once: Bind does nothing`
	r.Bind(fn)()          // want `called at once: use RunInAsyncScope`
	rt.BindTo(r, add)(1)  // want `called at once: use RunInAsyncScope`
	f := rt.Bind(fn)      // want `called at once: Bind does nothing`
	f()
}

func goodBind(r *rt.AsyncResource, fn func()) func() {
	go rt.Bind(fn)()
	go r.Bind(fn)()
	defer rt.Bind(fn)()
	f := rt.Bind(fn)
	names.Run("ann", func() {})
	f()
	rt.Snapshot()(fn)
	g := rt.Bind(fn)
	g()
	g()
	return r.Bind(fn)
}

// disablemissing

func badDisable(fail bool) {
	s := rt.NewAsyncLocalStorage[int](nil) // want `made for one call`
	s.EnterWith(1)                         // want `no Disable on a path`
	if fail {
		return
	}
	s.Disable()
}

func goodDisable() {
	s := rt.NewAsyncLocalStorage[int](nil) // want `made for one call`
	s.EnterWith(1)
	defer s.Disable()
}

func goodScoped(r *rt.AsyncResource) {
	var s rt.AsyncLocalStorage[int] // want `made for one call`
	r.RunInAsyncScope(func() { s.EnterWith(1) })
	go func() { s.EnterWith(2) }()
}

func goodEntered() *rt.AsyncLocalStorage[int] {
	s := rt.NewAsyncLocalStorage[int](nil)
	s.EnterWith(1)
	return s
}

// exitinscope

func badExit() {
	names.Exit(func() {
		name, _ := names.GetStore() // want `finds no store`
		fmt.Println(name)
	})
}

func badExitGeneric(s *rt.AsyncLocalStorage[int]) int {
	return rt.Exit(s, func() int {
		v, _ := s.GetStore() // want `finds no store`
		return v
	})
}

func goodExit() {
	names.Exit(func() {
		req, ok := requests.GetStore()
		fmt.Println(req, ok)
		names.Run("ann", func() {
			name, _ := names.GetStore()
			fmt.Println(name)
		})
	})
}
