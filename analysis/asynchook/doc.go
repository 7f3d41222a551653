// Package asynchook defines an Analyzer that checks hooks and what their
// callbacks do.
//
// The examples below are compiled and checked by the package's tests.
//
// # Analyzer asynchook
//
// asynchook: check hooks, and what their callbacks do
//
// The callbacks of a hook run inside the operations that they observe: in the
// middle of a go statement, a send, a select, under locks of the program and of
// the standard library. They can be short, keep ids, and call rt.Debugf. What a
// callback does is followed through the functions of its package that it calls;
// each finding shows the calls.
//
// Every finding can be suppressed, with a reason, by a comment on its line, on
// the line before it, or in the doc comment of the function:
//
//	fmt.Println(id) //asynchooks:ignore hooklog a demo
//
// # hookdropped
//
// A hook is enabled by someone, and can be disabled by someone. A main or init
// function may enable one for good.
//
// Bad:
//
//	func observe() {
//		rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) { rt.Debugf("%d", id) }}).Enable()
//	}
//
// Good:
//
//	func observe() (stop func()) {
//		hook := rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) { rt.Debugf("%d", id) }}).Enable()
//		return func() { hook.Disable() }
//	}
//
// Fix: none; keep the hook.
//
// Suppress: //asynchooks:ignore hookdropped reason
//
// # hookempty
//
// A hook has a callback.
//
// Bad:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{})
//
// Good:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) { rt.Debugf("%d", id) }})
//
// Fix: none.
//
// Suppress: //asynchooks:ignore hookempty reason
//
// # hookleak
//
// A hook that only one function knows is disabled on every path on which the
// function returns.
//
// Bad:
//
//	func trace(fn func() error) error {
//		hook := rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) { rt.Debugf("%d", id) }})
//		hook.Enable()
//		if err := fn(); err != nil {
//			return err
//		}
//		hook.Disable()
//		return nil
//	}
//
// Good:
//
//	func trace(fn func() error) error {
//		hook := rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) { rt.Debugf("%d", id) }})
//		hook.Enable()
//		defer hook.Disable()
//		return fn()
//	}
//
// Fix: none; defer Disable.
//
// Suppress: //asynchooks:ignore hookleak reason
//
// # hookasync
//
// A callback starts no goroutine, uses no channel or timer, and does not wait or
// sleep: that fires hooks again, or waits for what waits for the hook.
//
// Bad:
//
//	var ids = make(chan rt.ID)
//
//	var hook = rt.CreateHook(rt.HookCallbacks{Before: record})
//
//	func record(id rt.ID) { ids <- id }
//
// Good:
//
//	var ids [1024]rt.ID
//	var next atomic.Uint64
//
//	var hook = rt.CreateHook(rt.HookCallbacks{Before: record})
//
//	func record(id rt.ID) { ids[next.Add(1)%1024] = id }
//
// Fix: none.
//
// Suppress: //asynchooks:ignore hookasync reason
//
// # hooklog
//
// A callback does not print or log: the writer's own work fires hooks.
//
// Bad:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Before: func(id rt.ID) { fmt.Printf("before %d\n", id) },
//	})
//
// Good:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Before: func(id rt.ID) { rt.Debugf("before %d\n", id) },
//	})
//
// Fix: rt.Debugf for fmt.Println, and for fmt.Printf with a format that ends the
// line, in the callback itself.
//
// Suppress: //asynchooks:ignore hooklog reason
//
// # hookpanic
//
// A callback does not panic: that ends the process, and no recover outside of
// the callback sees it. To assert the type of a resource's Object without ok
// counts, since the Object may be gone.
//
// Bad:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
//			rt.Debugf("%d %s", id, r.Object().(fmt.Stringer).String())
//		},
//	})
//
// Good:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
//			if s, ok := r.Object().(fmt.Stringer); ok {
//				rt.Debugf("%d %s", id, s.String())
//			}
//		},
//	})
//
// Fix: none.
//
// Suppress: //asynchooks:ignore hookpanic reason
//
// # hookreentrant
//
// A callback does not fire its own hook again on every path: that never ends.
//
// Bad:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
//			rt.NewAsyncResource("Shadow", nil)
//		},
//	})
//
// Good:
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
//			if typ != "Shadow" {
//				rt.NewAsyncResource("Shadow", nil)
//			}
//		},
//	})
//
// Fix: none; return early for the type that the callback makes.
//
// Suppress: //asynchooks:ignore hookreentrant reason
//
// # resourceretain
//
// Init does not keep the resource that it is given: it would never be collected,
// and Destroy never come.
//
// Bad:
//
//	var resources = make(map[rt.ID]*rt.AsyncResource)
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init:    func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) { resources[id] = r },
//		Destroy: func(id rt.ID) { delete(resources, id) },
//	})
//
// Good:
//
//	var resources = make(map[rt.ID]weak.Pointer[rt.AsyncResource])
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init:    func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) { resources[id] = weak.Make(r) },
//		Destroy: func(id rt.ID) { delete(resources, id) },
//	})
//
// Fix: none; keep the id, or a weak pointer.
//
// Suppress: //asynchooks:ignore resourceretain reason
//
// # initdestroypair
//
// A map that Init fills by id is deleted from: there is no end of ids.
//
// Bad:
//
//	var types = make(map[rt.ID]string)
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) { types[id] = typ },
//	})
//
// Good:
//
//	var types = make(map[rt.ID]string)
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Init:    func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) { types[id] = typ },
//		Destroy: func(id rt.ID) { delete(types, id) },
//	})
//
// Fix: none; delete in Destroy.
//
// Suppress: //asynchooks:ignore initdestroypair reason
//
// # hooklock
//
// A callback takes no lock that the code which fires the hook may hold. Which
// locks those are cannot be seen, so the rule is off by default: turn it on with
// -asynchook.hooklock.
//
// Bad:
//
//	var mu sync.Mutex
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Before: func(id rt.ID) {
//			mu.Lock()
//			defer mu.Unlock()
//		},
//	})
//
// Good:
//
//	var last atomic.Uint64
//
//	var hook = rt.CreateHook(rt.HookCallbacks{
//		Before: func(id rt.ID) { last.Store(uint64(id)) },
//	})
//
// Fix: none; atomics, or a lock that nothing else takes.
//
// Suppress: //asynchooks:ignore hooklock reason
package asynchook
