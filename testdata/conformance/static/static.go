//go:build refused

// Package static holds what Node.js refuses when it runs and Go when it
// compiles. No line that ends in a comment compiles; the comment says which
// line of which scenario it stands for.
package static

import (
	"math"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

type (
	callbacks = rt.HookCallbacks
	options   = rt.AsyncResourceOptions
)

var res *rt.AsyncResource

func scenarios() {
	rt.NewAsyncResource("T", &options{TriggerAsyncID: -1}) // 06-trigger-override: minus one
	res.RunInAsyncScope("nope")                            // 08-scope-args-this-return: not a function: 'nope'

	rt.CreateHook(callbacks{Init: 1})                    // 16-callback-validation: init=1
	rt.CreateHook(callbacks{Init: struct{}{}})           // 16-callback-validation: init={}
	rt.CreateHook(callbacks{Before: 1})                  // 16-callback-validation: before=1
	rt.CreateHook(callbacks{Before: struct{}{}})         // 16-callback-validation: before={}
	rt.CreateHook(callbacks{After: 1})                   // 16-callback-validation: after=1
	rt.CreateHook(callbacks{After: struct{}{}})          // 16-callback-validation: after={}
	rt.CreateHook(callbacks{Destroy: 1})                 // 16-callback-validation: destroy=1
	rt.CreateHook(callbacks{Destroy: struct{}{}})        // 16-callback-validation: destroy={}
	rt.CreateHook(callbacks{PromiseResolve: 1})          // 16-callback-validation: promiseResolve=1
	rt.CreateHook(callbacks{PromiseResolve: struct{}{}}) // 16-callback-validation: promiseResolve={}

	rt.CreateHook(callbacks{PromiseResolve: 1, Destroy: 1, After: 1, Before: 1, Init: 1}) // 17-validation-order: all bad
	rt.CreateHook(callbacks{PromiseResolve: 1, Destroy: 1})                               // 17-validation-order: last two bad

	rt.NewAsyncResource()                // 56-type-validation: type undefined
	rt.NewAsyncResource(nil, nil)        // 56-type-validation: type null
	rt.NewAsyncResource(1, nil)          // 56-type-validation: type 1
	rt.NewAsyncResource(struct{}{}, nil) // 56-type-validation: type {}
	rt.NewAsyncResource(time.Now, nil)   // 56-type-validation: type fn

	rt.NewAsyncResource("A", &options{TriggerAsyncID: -2})          // 57-trigger-validation: num -2
	rt.NewAsyncResource("A", &options{TriggerAsyncID: -4})          // 57-trigger-validation: num -4
	rt.NewAsyncResource("A", &options{TriggerAsyncID: 1.5})         // 57-trigger-validation: num 1.5
	rt.NewAsyncResource("A", &options{TriggerAsyncID: math.NaN()})  // 57-trigger-validation: num NaN
	rt.NewAsyncResource("A", &options{TriggerAsyncID: math.Inf(1)}) // 57-trigger-validation: num Infinity
	rt.NewAsyncResource("A", &options{TriggerAsyncID: 1 << 64})     // 57-trigger-validation: num 2^64
	rt.NewAsyncResource("A", &options{TriggerAsyncID: nil})         // 57-trigger-validation: opt null
	rt.NewAsyncResource("A", &options{TriggerAsyncID: "x"})         // 57-trigger-validation: opt "x"
	rt.NewAsyncResource("A", &options{TriggerAsyncID: struct{}{}})  // 57-trigger-validation: opt {}
	rt.NewAsyncResource("A", -2)                                    // 57-trigger-validation: opt -2

	res.Bind(1)          // 58-bind-validation: instance 1
	res.Bind("")         // 58-bind-validation: instance ""
	res.Bind(struct{}{}) // 58-bind-validation: instance {}

	rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[int]{Name: 12}) // 129-als-name: "12"
	rt.NewAsyncLocalStorage[int](1)                                      // 129-als-name: options 1
	rt.NewAsyncLocalStorage[int]("x")                                    // 129-als-name: options "x"

	rt.CreateHook(callbacks{Init: 1})                       // 174-v8-validation: init
	rt.CreateHook(callbacks{Before: 1})                     // 174-v8-validation: before
	rt.CreateHook(callbacks{After: 1})                      // 174-v8-validation: after
	rt.CreateHook(callbacks{Destroy: 1})                    // 174-v8-validation: destroy
	rt.NewAsyncResource(5, nil)                             // 174-v8-validation: type 5
	rt.NewAsyncResource(nil, nil)                           // 174-v8-validation: type null
	rt.NewAsyncResource()                                   // 174-v8-validation: type undefined
	rt.NewAsyncResource("A", &options{TriggerAsyncID: -1})  // 174-v8-validation: trigger -1
	rt.NewAsyncResource("A", &options{TriggerAsyncID: 1.5}) // 174-v8-validation: trigger 1.5
	rt.NewAsyncResource("A", &options{TriggerAsyncID: nil}) // 174-v8-validation: trigger null
	rt.NewAsyncResource("A", &options{TriggerAsyncID: "x"}) // 174-v8-validation: trigger "x"
}
