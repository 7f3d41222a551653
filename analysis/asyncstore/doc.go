// Package asyncstore defines an Analyzer that checks uses of AsyncLocalStorage.
//
// The examples below are compiled and checked by the package's tests.
//
// # Analyzer asyncstore
//
// asyncstore: check uses of AsyncLocalStorage
//
// A storage is made once and lives as long as the program or what it belongs
// to. Run gives it a store for the time of a call, and GetStore finds that store
// wherever the call leads: goroutines, timers, messages.
//
// Every finding can be suppressed, with a reason, by a comment on its line, on
// the line before it, or in the doc comment of the function:
//
//	requests.EnterWith(req) //asynchooks:ignore enterwith the framework has no hook for Run
//
// # storeperuse
//
// A storage is not made for one call of a function: no one else can read it.
// Tests and main functions may.
//
// Bad:
//
//	func handle(fn func()) {
//		users := rt.NewAsyncLocalStorage[string](nil)
//		users.Run("ann", fn)
//	}
//
// Good:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func handle(fn func()) {
//		users.Run("ann", fn)
//	}
//
// Fix: none; make it a package variable or a field.
//
// Suppress: //asynchooks:ignore storeperuse reason
//
// # enterwith
//
// EnterWith is not used where Run would scope the store: in a function that goes
// on to do its work, and whose caller would keep the store. A goroutine, an HTTP
// handler, a callback and a handled message have a scope of their own; there
// EnterWith is right. Tests are not checked.
//
// Bad:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func as(user string, fn func()) {
//		users.EnterWith(user)
//		fn()
//	}
//
// Good:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func as(user string, fn func()) {
//		users.Run(user, fn)
//	}
//
// Fix: none, since Run restores what was there and EnterWith does not.
//
// Suppress: //asynchooks:ignore enterwith reason
//
// # enterwithloop
//
// EnterWith is not used in a loop, unless the loop receives messages: the next
// iteration and what follows see the store.
//
// Bad:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func all(names []string, fn func()) {
//		for _, name := range names {
//			users.EnterWith(name)
//			fn()
//		}
//	}
//
// Good:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func all(names []string, fn func()) {
//		for _, name := range names {
//			users.Run(name, fn)
//		}
//	}
//
// Fix: none; use Run.
//
// Suppress: //asynchooks:ignore enterwithloop reason
//
// # storecapture
//
// A store is not kept for contexts that have their own: in a package variable,
// in an HTTP handler or a hook's callback that is made where it was read. What
// runs in the same context, such as a goroutine, may capture it.
//
// Bad:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func register(mux *http.ServeMux) {
//		user, _ := users.GetStore()
//		mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
//			fmt.Fprintln(w, user)
//		})
//	}
//
// Good:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func register(mux *http.ServeMux) {
//		mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
//			user, _ := users.GetStore()
//			fmt.Fprintln(w, user)
//		})
//	}
//
// Fix: none; call GetStore in the function.
//
// Suppress: //asynchooks:ignore storecapture reason
//
// # storeunchecked
//
// A store that may be nil is not dereferenced before a look at it, or at
// GetStore's second result. Storages with a default value, and functions that
// Run of the storage calls, need not look.
//
// Bad:
//
//	type request struct{ id int }
//
//	var requests = rt.NewAsyncLocalStorage[*request](nil)
//
//	func id() int {
//		req, _ := requests.GetStore()
//		return req.id
//	}
//
// Good:
//
//	type request struct{ id int }
//
//	var requests = rt.NewAsyncLocalStorage[*request](nil)
//
//	func id() int {
//		req, ok := requests.GetStore()
//		if !ok {
//			return 0
//		}
//		return req.id
//	}
//
// Fix: none.
//
// Suppress: //asynchooks:ignore storeunchecked reason
//
// # bindunused
//
// The function that Bind, BindTo, BindAsync or Snapshot returns is used: it is
// that which runs in the context, not the one that was given.
//
// Bad:
//
//	func later(fn func()) func() {
//		rt.Bind(fn)
//		return fn
//	}
//
// Good:
//
//	func later(fn func()) func() {
//		return rt.Bind(fn)
//	}
//
// Fix: none.
//
// Suppress: //asynchooks:ignore bindunused reason
//
// # bindimmediate
//
// A function is not bound to be called at once.
//
// Bad:
//
//	func now(r *rt.AsyncResource, fn func()) {
//		r.Bind(fn)()
//	}
//
// Good:
//
//	func now(r *rt.AsyncResource, fn func()) {
//		r.RunInAsyncScope(fn)
//	}
//
// Fix: RunInAsyncScope for a resource's Bind.
//
// Suppress: //asynchooks:ignore bindimmediate reason
//
// # disablemissing
//
// A storage that only one function knows, and that EnterWith sets, is disabled
// on every path on which the function returns: the goroutine would keep the
// store as long as it runs.
//
// Bad:
//
//	func measure(fn func() error) error {
//		depth := rt.NewAsyncLocalStorage[int](nil)
//		depth.EnterWith(1)
//		if err := fn(); err != nil {
//			return err
//		}
//		depth.Disable()
//		return nil
//	}
//
// Good:
//
//	var depth = rt.NewAsyncLocalStorage[int](nil)
//
//	func measure(fn func() error) error {
//		return rt.Run(depth, 1, fn)
//	}
//
// Fix: none; defer Disable, or use Run.
//
// Suppress: //asynchooks:ignore disablemissing reason
//
// # exitinscope
//
// The function that Exit calls does not ask the same storage for its store:
// there is none.
//
// Bad:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func log(fn func(string)) {
//		users.Exit(func() {
//			user, _ := users.GetStore()
//			fn(user)
//		})
//	}
//
// Good:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func log(fn func(string)) {
//		user, _ := users.GetStore()
//		users.Exit(func() {
//			fn(user)
//		})
//	}
//
// Fix: none; read the store before.
//
// Suppress: //asynchooks:ignore exitinscope reason
//
// # storeneverset
//
// A storage that is read is set somewhere. Off by default, since another package
// may set it through a pointer, and tests may: turn it on with
// -asyncstore.storeneverset. Only unexported package variables are looked at.
//
// Bad:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func user() string {
//		name, _ := users.GetStore()
//		return name
//	}
//
// Good:
//
//	var users = rt.NewAsyncLocalStorage[string](nil)
//
//	func as(name string, fn func()) { users.Run(name, fn) }
//
//	func user() string {
//		name, _ := users.GetStore()
//		return name
//	}
//
// Fix: none.
//
// Suppress: //asynchooks:ignore storeneverset reason
package asyncstore
