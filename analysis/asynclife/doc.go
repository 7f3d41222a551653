// Package asynclife defines an Analyzer that checks the lives of resources.
//
// The examples below are compiled and checked by the package's tests.
//
// # Analyzer asynclife
//
// asynclife: check that resources are ended once, and not used afterwards
//
// A resource ends when EmitDestroy is called on it or, unless it was made with
// RequireManualDestroy, when it is collected. To end it twice, or to enter it
// after its end, panics. Paths are followed as by asyncpair, through helpers in
// this and in other packages.
//
// Every finding can be suppressed, with a reason, by a comment on its line, on
// the line before it, or in the doc comment of the function:
//
//	r.EmitDestroy() //asynchooks:ignore doubledestroy the test wants the panic
//
// # doubledestroy
//
// EmitDestroy is called once.
//
// Bad:
//
//	func finish(r *rt.AsyncResource, failed bool) {
//		if failed {
//			r.EmitDestroy()
//		}
//		r.EmitDestroy()
//	}
//
// Good:
//
//	func finish(r *rt.AsyncResource, failed bool) {
//		if failed {
//			fmt.Println("failed")
//		}
//		r.EmitDestroy()
//	}
//
// Fix: none; which of the two is right cannot be known.
//
// Suppress: //asynchooks:ignore doubledestroy reason
//
// # useafterdestroy
//
// Nothing enters or binds a resource after EmitDestroy. EmitDestroy within a
// scope of the resource, before its EmitAfter, is right.
//
// Bad:
//
//	func reuse(r *rt.AsyncResource) {
//		r.EmitDestroy()
//		r.RunInAsyncScope(func() { fmt.Println("in scope") })
//	}
//
// Good:
//
//	func reuse(r *rt.AsyncResource) {
//		r.EmitBefore()
//		r.EmitDestroy()
//		r.EmitAfter()
//	}
//
// Fix: none; move the EmitDestroy.
//
// Suppress: //asynchooks:ignore useafterdestroy reason
//
// # manualleak
//
// A resource with RequireManualDestroy that does not leave its function is ended
// there, on every path on which it returns: nobody else can do it.
//
// Bad:
//
//	func query() {
//		r := rt.NewAsyncResource("Query", &rt.AsyncResourceOptions{RequireManualDestroy: true})
//		r.RunInAsyncScope(func() { fmt.Println("in scope") })
//	}
//
// Good:
//
//	func query() {
//		r := rt.NewAsyncResource("Query", &rt.AsyncResourceOptions{RequireManualDestroy: true})
//		defer r.EmitDestroy()
//		r.RunInAsyncScope(func() { fmt.Println("in scope") })
//	}
//
// Fix: none; defer EmitDestroy, or leave the end to the garbage collector.
//
// Suppress: //asynchooks:ignore manualleak reason
//
// # destroyincallback
//
// The callbacks of a hook do not call EmitDestroy, nor does what they call: the
// resource would end while its events are being delivered.
//
// Bad:
//
//	var pending = make(map[rt.ID]*rt.AsyncResource)
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		After: func(id rt.ID) { pending[id].EmitDestroy() },
//	})
//
// Good:
//
//	var pending = make(map[rt.ID]bool)
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		After: func(id rt.ID) { delete(pending, id) },
//	})
//
// Fix: none.
//
// Suppress: //asynchooks:ignore destroyincallback reason
//
// # emptytype
//
// A resource has a type: NewAsyncResource and BindAsync panic for "".
//
// Bad:
//
//	func resource() *rt.AsyncResource {
//		return rt.NewAsyncResource("", nil)
//	}
//
// Good:
//
//	func resource() *rt.AsyncResource {
//		return rt.NewAsyncResource("Query", nil)
//	}
//
// Fix: none; give it a name that tells it apart in a report.
//
// Suppress: //asynchooks:ignore emptytype reason
//
// # sharedresource
//
// A resource is entered by one goroutine at a time. Off by default, since
// goroutines that take turns look the same: turn it on with
// -asynclife.sharedresource.
//
// Bad:
//
//	func parallel(r *rt.AsyncResource, n int) {
//		for range n {
//			go func() {
//				r.RunInAsyncScope(func() { fmt.Println("in scope") })
//			}()
//		}
//	}
//
// Good:
//
//	func parallel(n int) {
//		for range n {
//			r := rt.NewAsyncResource("Worker", nil)
//			go func() {
//				r.RunInAsyncScope(func() { fmt.Println("in scope") })
//			}()
//		}
//	}
//
// Fix: none; make a resource for each goroutine.
//
// Suppress: //asynchooks:ignore sharedresource reason
package asynclife
