// Package rt is async_hooks and AsyncLocalStorage for Go: it tells what runs
// because of what, and carries values along.
//
// # Resources and ids
//
// Whatever has work to do later is an async resource: a goroutine, a message on
// its way through a channel, a timer, a callback that was registered, a
// connection. A resource has an [ID], a type, a site in the source, and a
// trigger: the resource that caused it. The root, ID 1, is package
// initialisation and main. Following triggers from any resource leads to the
// root: that is why it is there.
//
// A [AsyncHook] is told of the lives of resources. Init: one was made. Before
// and After: what it is for begins and ends to run, never, once or many times.
// Destroy: it ended. PromiseResolve: a send completed. Libraries that hand out
// work of their own make resources of their own with [NewAsyncResource].
//
// # Scopes
//
// While a resource's function runs, its scope is open on the goroutine:
// [ExecutionAsyncID], [TriggerAsyncID] and [ExecutionAsyncResource] tell of it.
// Scopes nest per goroutine, last in, first out. [AsyncResource.RunInAsyncScope]
// opens one around a function; [AsyncResource.EmitBefore] and
// [AsyncResource.EmitAfter] do so where there is no function. A goroutine's own
// scope is below them all.
//
// All of this package may be used on any goroutine, and on several at once; what
// acts on a scope or a store acts on those of the calling goroutine.
//
// # Stores
//
// An [AsyncLocalStorage] has one store per context. [AsyncLocalStorage.Run] sets
// it for a function and for all that this function starts, for as long as that
// lasts, wherever it runs. What a goroutine carries of all storages is a frame,
// which never changes: setting a store makes another frame, and starting work
// captures the present one. Leaving a scope brings back the frame from before, and
// leaving a Run the storage's store. So a store cannot leak to a neighbour, and
// what nobody can reach any more is collected.
//
// # What carries what
//
//	made by                        type                Before and After      Destroy
//	go statement, Go               Goroutine           around the function   after After
//	ch <- v, select with sends     ChanSend            around its handling   after After
//	time.AfterFunc                 AfterFunc           around each call      fired for good, Stop
//	time.NewTimer, NewTicker       Timer, Ticker       around its handling   Stop, collected
//	context.AfterFunc              ContextAfterFunc    around the call       after After, stop
//	runtime.AddCleanup             Cleanup             around the call       after After
//	runtime.SetFinalizer           Finalizer           around the call       after After
//	signal.Notify                  Signal              around its handling   signal.Stop
//	net.Listen                     TCPServer           none                  closed, collected
//	Accept                         TCPConn             around its handling   closed, collected
//	a lookup by net.Resolver       DNSLookup           none                  when it is done
//	a request to net/http          HTTPRequest         around the handler    after After
//	a registered callback          as registered       around each call      called once, collected
//	NewAsyncResource, BindAsync    the caller's        RunInAsyncScope       EmitDestroy, collected
//
// Each captures the frame from where it is made: a message at the send, a timer at
// the call, a request on its connection's goroutine, which has no stores.
//
// The registering side is the cause, not the firing side: a callback runs with
// the stores from where it was registered, whoever calls it. [Bind], [BindTo]
// and [Snapshot] do the same by hand, for code that keeps functions.
//
// How a message is received decides what it does. A loop that receives (range
// over a channel, select in a for, a receive statement directly in a for
// without condition) handles messages: the rest of the iteration runs in the
// message's scope, and storages that have no store there show the sender's. A
// storage that has one keeps it; no message ever replaces a store. Any other
// receive leaves the goroutine as it is; [Received] gives what it carried.
// [Conflicts] lists where a message's store lost.
//
// # Builds
//
// All of this works in a program that is built with the asynchooks tool:
// everywhere, in dependencies and the standard library too. In a plain build
// ([Mode] "none") the same program compiles and runs, with what explicit calls
// of this package make, [Go] for goroutines, and stores that are inherited by
// plain go statements through the profiler's label slot, for as long as nothing
// else uses that. ASYNCHOOKS=off in the environment makes an instrumented
// program behave like a plain one.
//
// Files that "asynchooks generate -tags" writes call the functions of this package
// whose comments speak of twins. Programs have no use for those.
//
// # Causes
//
// [Causes] gives the chain from what is executing to the root. For goroutines it
// is known in any instrumented program up to six hops, by site; [KeepCauses], or
// ASYNCHOOKS=causes in the environment, keeps chains through messages, timers and
// callbacks too, up to 32 hops, and crashes print them ([PrintCauses]).
// [ActiveResources] lists what is alive, and [FindLeaks] what will stay so for
// good, each with its chain. Packages below this one make reports, checks of
// tests, errors, logs and profiles of it.
//
// # Hooks with care
//
// Callbacks run where the event is, in the middle of things. One that panics
// ends the process, with its panic and stack on standard error and exit code 1,
// after the functions given to [OnExit]: no recover can see it. A callback that
// starts async work causes events itself; [Debugf] does not. Work that is
// started in a callback counts how deep it nests; past 100 the process ends.
// Closing scopes in a wrong order ends the process too, with the text "async
// hook stack has become corrupted": no id could be trusted any more. Other
// mistakes panic with a [*UsageError], where they are made.
//
// The order of hooks is the order of Enable, for all events. A change that is
// made in a callback takes effect when the outermost event in progress on that
// goroutine has gone to every hook.
//
// The rules come from the documentation of Node.js (spec/ in the comments
// below, for version 8.1.2 and the present one), and from Go's own where that
// says nothing: panics, Goexit, goroutines that run at once.
package rt
