// Package store has more forms of misuse of storages, and of right use.
package store

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

type user struct{ name string }

type app struct {
	users *rt.AsyncLocalStorage[*user]
	trace rt.AsyncLocalStorage[string]
	last  string
}

var users = rt.NewAsyncLocalStorage[*user](nil)

func badPerRequest(w http.ResponseWriter, req *http.Request) {
	ids := rt.NewAsyncLocalStorage[int](&rt.AsyncLocalStorageOptions[int]{Name: "ids"}) // want `made for one call`
	ids.Run(1, func() { fmt.Fprintln(w, "ok") })
}

func badPerUseGeneric[T any](v T, fn func()) {
	s := rt.NewAsyncLocalStorage[T](nil) // want `made for one call`
	s.Run(v, fn)
}

func badPerUseNew(fn func()) {
	s := new(rt.AsyncLocalStorage[string]) // want `made for one call`
	s.Run("x", fn)
}

func badPerUseRun(fn func() int) int {
	s := rt.NewAsyncLocalStorage[string](nil) // want `made for one call`
	return rt.Run(s, "x", fn)
}

func badEnter(a *app, next func() error) error {
	a.users.EnterWith(&user{"ann"}) // want `EnterWith lasts beyond`
	return next()
}

func (a *app) badMethod(name string) {
	a.trace.EnterWith(name) // want `EnterWith lasts beyond`
	a.work()
}

func (a *app) work() {}

func badEnterDeferred(a *app, fn func()) {
	a.trace.EnterWith("x") // want `EnterWith lasts beyond|Run does both`
	defer a.trace.EnterWith("")
	fn()
}

func badLoop(a *app, reqs []*http.Request) {
	for _, req := range reqs {
		a.trace.EnterWith(req.URL.Path) // want `EnterWith in a loop`
		a.work()
	}
}

func badLoopRange(a *app, n int) {
	for i := range n {
		func() {
			a.trace.EnterWith(fmt.Sprint(i)) // want `EnterWith`
			a.work()
		}()
	}
}

func (a *app) badCapture() {
	a.last, _ = a.trace.GetStore()
	name, _ := a.trace.GetStore() // want `serves other contexts`
	http.Handle("/x", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, name)
	}))
}

func badMiddleware(a *app, next http.Handler) http.Handler {
	u, ok := a.users.GetStore() // want `serves other contexts`
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if ok {
			fmt.Fprintln(w, u.name)
		}
		next.ServeHTTP(w, req)
	})
}

func badUnchecked(w http.ResponseWriter, req *http.Request) {
	u, _ := users.GetStore()
	fmt.Fprintln(w, u.name) // want `may be nil here`
}

func badUncheckedBefore() *string {
	u, ok := users.GetStore()
	name := &u.name // want `may be nil here`
	if !ok {
		return nil
	}
	return name
}

func badUncheckedCompared() int {
	u, _ := users.GetStore()
	if u == nil {
		fmt.Println("nobody")
	}
	return len(u.name) // want `may be nil here`
}

func goodUncheckedFlag() string {
	u, ok := users.GetStore()
	missing := false
	if !ok {
		missing = true
	}
	fmt.Println(missing)
	if missing {
		return ""
	}
	return u.name
}

func goodUncheckedFatal() string {
	u, ok := users.GetStore()
	if !ok {
		log.Fatal("nobody")
	}
	return u.name
}

func goodUncheckedLoop(n int) (s string) {
	for range n {
		u, ok := users.GetStore()
		if !ok {
			continue
		}
		s += u.name
	}
	return s
}

func goodUncheckedField(a *app) *string {
	u, _ := a.users.GetStore() // which may have a default
	return &u.name
}

func badUncheckedWrongBranch() string {
	u, ok := users.GetStore()
	if !ok {
		fmt.Println("nobody")
	}
	return u.name // want `may be nil here`
}

func badUnusedBind(mux *http.ServeMux, fn func()) {
	bound := rt.Bind(fn) // want `not used`
	_ = bound
	time.AfterFunc(time.Second, fn)
}

func badImmediate(r *rt.AsyncResource, ctx context.Context, do func(context.Context) error) error {
	return rt.BindTo(r, do)(ctx) // want `called at once`
}

func badDisable(work func() error) (err error) {
	s := rt.NewAsyncLocalStorage[int](nil) // want `made for one call`
	s.EnterWith(1)                         // want `no Disable` `EnterWith lasts beyond`
	if err = work(); err == nil {
		s.Disable()
	}
	return err
}

func badExit(a *app) {
	a.trace.Exit(func() {
		if v, ok := a.trace.GetStore(); ok { // want `finds no store`
			fmt.Println(v)
		}
	})
}

func badExitDeep(a *app) {
	a.trace.Exit(func() {
		for range 3 {
			v, _ := a.trace.GetStore() // want `finds no store`
			fmt.Println(v)
		}
	})
}

func goodPackage(w http.ResponseWriter, req *http.Request) {
	users.Run(&user{"ann"}, func() { fmt.Fprintln(w, "ok") })
}

var once sync.Once
var lazy *rt.AsyncLocalStorage[string]

func goodLazy() *rt.AsyncLocalStorage[string] {
	once.Do(func() { lazy = rt.NewAsyncLocalStorage[string](nil) })
	return lazy
}

func goodConstructed() *app { return &app{users: rt.NewAsyncLocalStorage[*user](nil)} }

func goodHandler(a *app) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		a.trace.EnterWith(req.URL.Path)
		a.work()
	}
}

func goodGo(a *app, jobs []string) {
	for _, j := range jobs {
		go func() {
			a.trace.EnterWith(j)
			a.work()
		}()
	}
}

func goodServe(a *app, in <-chan string) {
	for name := range in {
		a.trace.EnterWith(name)
		a.work()
	}
}

func goodSelect(ctx context.Context, a *app, in <-chan string) {
	for {
		select {
		case <-ctx.Done():
			return
		case name := <-in:
			a.trace.EnterWith(name)
			a.work()
		}
	}
}

func goodTimer(a *app) {
	time.AfterFunc(time.Second, func() {
		a.trace.EnterWith("timer")
		a.work()
	})
}

func goodSwitchChecked(a *app) string {
	u, ok := a.users.GetStore()
	switch {
	case !ok:
		return "nobody"
	case u.name == "":
		return "anonymous"
	}
	return u.name
}

func goodAnd(a *app) bool {
	u, _ := a.users.GetStore()
	return u != nil && u.name == "ann"
}

func goodEarly() string {
	u, ok := users.GetStore()
	if !ok || u == nil {
		return ""
	}
	return u.name
}

func goodReplacedNil() string {
	u, _ := users.GetStore()
	if u == nil {
		u = &user{"nobody"}
	}
	return u.name
}

func goodMethodOnNil() string {
	u, _ := users.GetStore()
	return u.String()
}

func (u *user) String() string {
	if u == nil {
		return "nobody"
	}
	return u.name
}

func goodBound(mux *http.ServeMux, fn func()) {
	bound := rt.Bind(fn)
	time.AfterFunc(time.Second, bound)
	events = append(events, rt.Bind(fn))
}

var events []func()

func goodSnapshot(fn func()) {
	run := rt.Snapshot()
	users.Run(&user{"ann"}, func() { run(fn) })
}

func goodExit(a *app) {
	name, _ := a.trace.GetStore()
	a.trace.Exit(func() { fmt.Println(name) })
	v, _ := a.trace.GetStore()
	fmt.Println(v)
}

func goodExitOther(a, b *app) {
	a.trace.Exit(func() {
		v, _ := b.trace.GetStore()
		fmt.Println(v)
	})
}

func goodExitLater(a *app) {
	a.trace.Exit(func() {
		a.trace.EnterWith("x")
		v, _ := a.trace.GetStore()
		fmt.Println(v)
	})
}
