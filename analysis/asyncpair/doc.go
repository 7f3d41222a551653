// Package asyncpair defines an Analyzer that checks that EmitBefore and
// EmitAfter nest.
//
// The examples below are compiled and checked by the package's tests.
//
// # Analyzer asyncpair
//
// asyncpair: check that EmitBefore and EmitAfter nest
//
// EmitBefore opens a scope of a resource, EmitAfter closes it. Scopes nest per
// goroutine, last in, first out; a mismatch ends the process with the text
// "async hook stack has become corrupted". This analyzer finds the mismatches
// that can be seen without running the program.
//
// It follows every path of every function that can reach one of the two, through
// branches, loops, deferred calls, closures, method values and helpers, in this
// package and in those that it imports. A helper needs no annotation: what it
// opens and closes is found out, and its callers are checked. Conditions that
// are tested twice, flags, and errors that tell whether a scope was opened are
// understood. Where it cannot tell, it says nothing.
//
// An exported function that opens a scope of its parameter and does not close it
// is reported, unless it looks like one half of a pair: it does nothing else,
// another function of the package does the opposite to the same type, it returns
// the resource or a function that closes the scope, or it says so:
//
//	//asynchooks:enters r
//	func Start(r *rt.AsyncResource, name string) { … }
//
// Every finding can be suppressed, with a reason, by a comment on its line, on
// the line before it, or in the doc comment of the function:
//
//	r.EmitBefore() //asynchooks:ignore pairleak the peer closes it
//
// # pairleak
//
// Every EmitBefore is closed by an EmitAfter on every path on which the function
// returns.
//
// Bad:
//
//	func query(r *rt.AsyncResource, fail bool) error {
//		r.EmitBefore()
//		if fail {
//			return errors.New("failed")
//		}
//		r.EmitAfter()
//		return nil
//	}
//
// Good:
//
//	func query(r *rt.AsyncResource, fail bool) error {
//		r.EmitBefore()
//		defer r.EmitAfter()
//		if fail {
//			return errors.New("failed")
//		}
//		return nil
//	}
//
// Fix: defer the EmitAfter, and delete the later calls; offered where those are
// the last thing that their paths do.
//
// Suppress: //asynchooks:ignore pairleak reason
//
// # unprotected
//
// Nothing that may panic is called between the two, unless the EmitAfter is
// deferred. What may panic is a function of this program with a panic statement
// or an unchecked type assertion in it, a Must function, and code that is known
// only when the program runs: a function value, a method of an interface. Tests
// are not checked.
//
// Bad:
//
//	func handle(r *rt.AsyncResource, callback func()) {
//		r.EmitBefore()
//		callback()
//		r.EmitAfter()
//	}
//
// Good:
//
//	func handle(r *rt.AsyncResource, callback func()) {
//		r.RunInAsyncScope(callback)
//	}
//
// Fix: RunInAsyncScope where the region is one list of statements, else a
// deferred EmitAfter.
//
// Suppress: //asynchooks:ignore unprotected reason
//
// # pairpanic
//
// No panic statement skips the EmitAfter.
//
// Bad:
//
//	func parse(r *rt.AsyncResource, n int) {
//		r.EmitBefore()
//		if n < 0 {
//			panic("negative")
//		}
//		r.EmitAfter()
//	}
//
// Good:
//
//	func parse(r *rt.AsyncResource, n int) {
//		r.EmitBefore()
//		defer r.EmitAfter()
//		if n < 0 {
//			panic("negative")
//		}
//	}
//
// Fix: as for unprotected.
//
// Suppress: //asynchooks:ignore pairpanic reason
//
// # pairorder
//
// The innermost scope closes first. Deferred calls count in the order in which
// they run: the last first.
//
// Bad:
//
//	func nested(a, b *rt.AsyncResource) {
//		a.EmitBefore()
//		b.EmitBefore()
//		a.EmitAfter()
//		b.EmitAfter()
//	}
//
// Good:
//
//	func nested(a, b *rt.AsyncResource) {
//		a.EmitBefore()
//		b.EmitBefore()
//		b.EmitAfter()
//		a.EmitAfter()
//	}
//
// Fix: the two calls change places, if they are neighbours.
//
// Suppress: //asynchooks:ignore pairorder reason
//
// # pairextra
//
// An EmitAfter needs an open EmitBefore on its goroutine.
//
// Bad:
//
//	func twice(r *rt.AsyncResource, last bool) {
//		r.EmitBefore()
//		defer r.EmitAfter()
//		if last {
//			r.EmitAfter()
//		}
//	}
//
// Good:
//
//	func twice(r *rt.AsyncResource, last bool) {
//		r.EmitBefore()
//		defer r.EmitAfter()
//	}
//
// Fix: the call is deleted, if it closes nothing on any path.
//
// Suppress: //asynchooks:ignore pairextra reason
//
// # pairmismatch
//
// EmitAfter is called on the resource whose scope is open, not on another one
// that the variable has come to hold.
//
// Bad:
//
//	func replace(r, next *rt.AsyncResource) {
//		r.EmitBefore()
//		r = next
//		r.EmitAfter()
//	}
//
// Good:
//
//	func replace(r, next *rt.AsyncResource) {
//		r.EmitBefore()
//		r.EmitAfter()
//		r = next
//	}
//
// Fix: none; the finding points to both calls.
//
// Suppress: //asynchooks:ignore pairmismatch reason
//
// # pairloop
//
// An iteration of a loop leaves the stack of scopes as it was. A deferred
// EmitAfter in a loop runs when the function ends, which is too late.
//
// Bad:
//
//	func all(rs []*rt.AsyncResource) {
//		for _, r := range rs {
//			r.EmitBefore()
//			defer r.EmitAfter()
//			fmt.Println(r.Type())
//		}
//	}
//
// Good:
//
//	func all(rs []*rt.AsyncResource) {
//		for _, r := range rs {
//			r.RunInAsyncScope(func() {
//				fmt.Println(r.Type())
//			})
//		}
//	}
//
// Fix: the rest of the loop's body in RunInAsyncScope, if it begins with the two
// calls.
//
// Suppress: //asynchooks:ignore pairloop reason
//
// # pairgoroutine
//
// Both halves are on one goroutine.
//
// Bad:
//
//	func async(r *rt.AsyncResource) {
//		r.EmitBefore()
//		go func() {
//			fmt.Println(r.Type())
//			r.EmitAfter()
//		}()
//	}
//
// Good:
//
//	func async(r *rt.AsyncResource) {
//		go r.Bind(func() {
//			fmt.Println(r.Type())
//		})()
//	}
//
// Fix: none; Bind runs a function in a scope of the resource, wherever it is
// called.
//
// Suppress: //asynchooks:ignore pairgoroutine reason
//
// # pairclosure
//
// A function that closes a scope is called. This includes the function that
// AsyncLocalStorage.Enter returns.
//
// Bad:
//
//	func enter(r *rt.AsyncResource) func() {
//		r.EmitBefore()
//		return func() { r.EmitAfter() }
//	}
//
//	func serve(r *rt.AsyncResource) {
//		defer enter(r)
//	}
//
// Good:
//
//	func enter(r *rt.AsyncResource) func() {
//		r.EmitBefore()
//		return func() { r.EmitAfter() }
//	}
//
//	func serve(r *rt.AsyncResource) {
//		defer enter(r)()
//	}
//
// Fix: the missing parentheses.
//
// Suppress: //asynchooks:ignore pairclosure reason
//
// # pairyield
//
// An iterator does not call yield between the two: the body of the loop would
// run in the scope, and may leave it open.
//
// Bad:
//
//	func rows(r *rt.AsyncResource, n int) func(func(int) bool) {
//		return func(yield func(int) bool) {
//			r.EmitBefore()
//			defer r.EmitAfter()
//			for i := range n {
//				if !yield(i) {
//					return
//				}
//			}
//		}
//	}
//
// Good:
//
//	func rows(r *rt.AsyncResource, n int) func(func(int) bool) {
//		return func(yield func(int) bool) {
//			for i := range n {
//				r.EmitBefore()
//				row := i * i
//				r.EmitAfter()
//				if !yield(row) {
//					return
//				}
//			}
//		}
//	}
//
// Fix: none; move the call of yield.
//
// Suppress: //asynchooks:ignore pairyield reason
//
// # pairdirective
//
// A directive //asynchooks:enters p or //asynchooks:exits p names a parameter,
// or the receiver, of its function, and is true: every path on which the
// function returns, except with an error or false, opens or closes a scope of p.
//
// Bad:
//
//	//asynchooks:enters q
//	func Start(r *rt.AsyncResource) {
//		r.EmitBefore()
//	}
//
// Good:
//
//	//asynchooks:enters r
//	func Start(r *rt.AsyncResource) {
//		r.EmitBefore()
//	}
//
// Fix: none; rewrite the directive.
//
// Suppress: //asynchooks:ignore pairdirective reason
package asyncpair
