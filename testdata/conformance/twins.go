package main

// A twin is the counterpart of a scenario.
type twin struct {
	Name string // the scenario's; with a dot: a rule next to that scenario's
	run  func()

	Types   string   // Node's types of resource and ours, as "Immediate=Goroutine"
	Differs string   // the rule that makes the lines in decided/ ours
	NoPlain string   // why there is nothing to compare in a plain build
	Open    string   // why the lines are not right yet
	Env     []string // of the process
}

// The reasons why a twin has no plain run.
const (
	noTimers   = "a plain build fires no events for timers"
	noMessages = "a plain build knows no messages"
	noServers  = "a plain build fires no events for listeners"
)

// The rules that more than one twin names.
const (
	ruleCompiler = "what types can refuse, the compiler does (see static)"
	ruleMessage  = "a message is one resource, for the promise and for what handles it"
	ruleFound    = "a mismatch is found before any After fires"
	ruleOnExit   = "OnExit functions run after a hook error alone"
	ruleNoThis   = "a Go function has no receiver to pass"
	ruleEmpty    = "an empty type is a panic at the call, before an id is taken"
	ruleEnded    = "a resource is not used after EmitDestroy"
	nextTo       = "a rule next to the scenario's"
)

var twins = []twin{
	// ids.go
	{Name: "01-root-context", run: rootContext},
	{Name: "01-root-context.init", run: rootContextInit, Differs: nextTo},
	{Name: "02-id-allocation", run: idAllocation},
	{Name: "02-id-allocation.grow", run: idsGrow, Differs: nextTo},
	{Name: "03-context-inside-callbacks", run: contextInsideCallbacks},
	{Name: "04-run-in-async-scope", run: runInAsyncScope},
	{Name: "04-run-in-async-scope.panic", run: scopeLeftByPanic, Differs: nextTo},
	{Name: "05-default-trigger", run: defaultTrigger},
	{Name: "06-trigger-override", run: triggerOverride, Differs: "an explicit TriggerAsyncID of 0 cannot be asked for; -1 is no ID"},
	{Name: "08-scope-args-this-return", run: scopeReturn, Differs: ruleNoThis + "; a nil function is a panic at the call"},
	{Name: "10-trigger-chain", run: triggerChain},
	{Name: "10-trigger-chain.goroutines", run: triggerChainGoroutines, Differs: nextTo},
	{Name: "33-init-arguments", run: initArguments},
	{Name: "170-v8-current-and-trigger-id", run: currentAndTriggerID},
	{Name: "171-v8-emit-before-after-nested", run: emitNested},

	// hooks.go
	{Name: "12-lifecycle-order", run: lifecycleOrder},
	{Name: "13-enable-disable-idempotent", run: enableDisableIdempotent},
	{Name: "19-multiple-hooks-order", run: hookOrder},
	{Name: "19-multiple-hooks-order.again", run: hookOrderAgain, Differs: nextTo},
	{Name: "21-enable-other-in-init", run: enableOtherInInit},
	{Name: "22-enable-other-in-before", run: enableOtherInBefore},
	{Name: "22-enable-other-in-before.destroy", run: enableOtherInDestroy, Differs: nextTo},
	{Name: "24-disable-self-in-each", run: disableSelfInEach},
	{Name: "25-disable-later-hook", run: disableLaterHook},
	{Name: "25-disable-later-hook.move", run: moveInCallback, Differs: nextTo},
	{Name: "27-enable-in-nested-init", run: enableInNestedInit},
	{Name: "29-resource-inside-init", run: resourceInsideInit},
	{Name: "29-resource-inside-init.scope", run: scopeInsideInit, Differs: nextTo},
	{Name: "30-late-hook-misses-init", run: lateHook},
	{Name: "30-late-hook-misses-init.builtin", run: lateBuiltins, Differs: nextTo, NoPlain: noTimers},
	{Name: "30-late-hook-misses-init.ticker", run: lateTicker, Differs: nextTo, NoPlain: noTimers},
	{Name: "31-enable-inside-scope", run: enableInsideScope},
	{Name: "98-two-hooks-same-callbacks", run: sameCallbacks},

	// validation.go
	{Name: "16-callback-validation", run: callbackValidation, Differs: ruleCompiler},
	{Name: "17-validation-order", run: func() {}, Differs: ruleCompiler},
	{Name: "56-type-validation", run: typeValidation, Differs: ruleEmpty + "; " + ruleCompiler},
	{Name: "57-trigger-validation", run: triggerValidation, Differs: ruleCompiler},
	{Name: "58-bind-validation", run: bindValidation, Differs: "nil and what is no function are panics at the call; " + ruleCompiler},
	{Name: "174-v8-validation", run: validationV8, Differs: ruleEmpty + "; " + ruleCompiler},

	// destroy.go
	{Name: "36-destroy-async-order", run: destroyOrder},
	{Name: "36-destroy-async-order.scope", run: destroyInsideScope, Differs: nextTo},
	{Name: "36-destroy-async-order.flush", run: flushInDestroy, Differs: nextTo},
	{Name: "37-destroy-twice", run: destroyTwice, Differs: "EmitDestroy more than once is an error"},
	{Name: "38-run-after-destroy", run: runAfterDestroy, Differs: ruleEnded},
	{Name: "41-destroy-needs-hook-when-queued", run: destroyNeedsHook},
	{Name: "42-destroy-not-delivered-on-exit", run: destroyAndExit, Differs: ruleOnExit},
	{Name: "43-destroy-on-natural-exit", run: destroyAtEnd, Differs: ruleOnExit},
	{Name: "44-gc-destroy", run: gcDestroy},
	{Name: "45-gc-require-manual-destroy", run: gcManualDestroy},
	{Name: "47-gc-hook-late", run: gcHookLate},

	// fatal.go
	{Name: "49-hook-throws-in-init", run: panicInInit},
	{Name: "50-hook-throws-in-before", run: panicInBefore},
	{Name: "50-hook-throws-in-before.after", run: panicInAfter, Differs: nextTo},
	{Name: "52-hook-throws-in-destroy", run: panicInDestroy},
	{Name: "54-hook-throws-non-error", run: panicWithNil, Differs: "the text of a panic with nil is Go's"},
	{Name: "54-hook-throws-non-error.string", run: panicWithString, Differs: nextTo},
	{Name: "54-hook-throws-non-error.number", run: panicWithNumber, Differs: nextTo},
	{Name: "55-hook-throws-abort-flag", run: panicAborts, Env: []string{"GOTRACEBACK=crash"}},
	{Name: "59-stack-mismatch-after-without-before", run: stackMismatch, Differs: ruleFound},
	{Name: "59-stack-mismatch-after-without-before.hooks", run: stackMismatchNoHook, Differs: nextTo},
	{Name: "59-stack-mismatch-after-without-before.abort", run: stackMismatch, Differs: nextTo, Env: []string{"GOTRACEBACK=crash"}},
	{Name: "59-stack-mismatch-after-without-before.open", run: stackLeftOpen, Differs: nextTo},
	{Name: "59-stack-mismatch-after-without-before.crossed", run: stackCrossed, Differs: nextTo},
	{Name: "61-after-on-empty-stack", run: afterOnEmptyStack, Differs: ruleFound},
	{Name: "173-v8-after-without-before", run: afterWithoutBefore, Differs: ruleFound},
	{Name: "173-v8-after-without-before.elsewhere", run: afterElsewhere, Differs: nextTo},

	// uncaught.go
	{Name: "63-uncaught-in-immediate", run: uncaughtInGoroutine, Types: "Immediate=Goroutine"},
	{Name: "63-uncaught-in-immediate.goexit", run: goexitInGoroutine, Differs: nextTo},
	{Name: "64-uncaught-in-scope", run: uncaughtInScope, Types: "Immediate=Goroutine"},
	{Name: "65-uncaught-no-handler", run: uncaughtNoHandler, Differs: "the process ends as it would have; " + ruleOnExit},
	{Name: "67-uncaught-interval", run: uncaughtInTicks, Types: "Timeout=Ticker", NoPlain: noTimers},
	{Name: "135-als-uncaught", run: uncaughtStore},
	{Name: "157-randombytes-uncaught", run: uncaughtInBlockingCall, Types: "RANDOMBYTESREQUEST=Goroutine"},

	// timers.go
	{Name: "35-indent-tree", run: indentTree, Types: "Timeout=AfterFunc", NoPlain: noTimers},
	{Name: "69-immediate-lifecycle", run: goroutineLifecycle, Types: "Immediate=Goroutine"},
	{Name: "69-immediate-lifecycle.arguments", run: goroutineArguments, Differs: nextTo, NoPlain: "it is about go statements"},
	{Name: "70-timeout-chain", run: timeoutChain, Types: "Timeout=AfterFunc", NoPlain: noTimers},
	{Name: "72-interval", run: interval, Types: "Timeout=Ticker", NoPlain: noTimers},
	{Name: "72-interval.reset", run: intervalByReset, Differs: nextTo, NoPlain: noTimers},
	{Name: "72-interval.again", run: resetAfterEnd, Differs: nextTo, NoPlain: noTimers},
	{Name: "73-timer-cleared-in-own-callback", run: timerClearedInOwnCallback, Types: "Timeout=AfterFunc", NoPlain: noTimers},
	{Name: "73-timer-cleared-in-own-callback.tick", run: timerTick, Differs: nextTo, NoPlain: noTimers},
	{Name: "148-builtin-inside-scope", run: builtinInsideScope, Types: "Immediate=Goroutine Timeout=AfterFunc", NoPlain: noTimers},
	{Name: "152-close-before-use.timer", run: timerStopped, Differs: nextTo, NoPlain: noTimers},
	{Name: "152-close-before-use.reset", run: timerReset, Differs: nextTo, NoPlain: noTimers},

	// promises.go
	{Name: "77-promise-then", run: promiseThen, Differs: ruleMessage, NoPlain: noMessages},
	{Name: "78-promise-resolve-order", run: promiseResolveOrder, Differs: ruleMessage, NoPlain: noMessages},
	{Name: "79-promise-never-resolved", run: promiseNeverResolved, Differs: "main would not go on after a send that nobody receives: it is a goroutine's", NoPlain: noMessages},
	{Name: "80-async-await-chain", run: awaitChain, Differs: "a goroutine that awaits keeps its own scope"},
	{Name: "81-promise-hook-late", run: promiseHookLate, NoPlain: noMessages},
	{Name: "82-disable-during-promise", run: disableInPromise, Differs: ruleMessage, NoPlain: noMessages},
	{Name: "83-enable-during-promise", run: enableInPromise, NoPlain: noMessages},
	{Name: "84-mixed-graph", run: mixedGraph, Differs: ruleMessage, NoPlain: noMessages},
	{Name: "97-promise-ids-without-hooks", run: idsWithoutHooks, Differs: "ids are owed from the first question on", NoPlain: noMessages},
	{Name: "131-als-promise-registration", run: promiseRegistration},
	{Name: "132-als-await-in-run", run: awaitInRun},

	// messages.go
	{Name: "77-promise-then.destroy", run: messageDestroy, Differs: nextTo, NoPlain: noMessages},
	{Name: "77-promise-then.awaited", run: messageAwaited, Differs: nextTo, NoPlain: noMessages},
	{Name: "77-promise-then.left", run: messageScopeLeft, Differs: nextTo, NoPlain: noMessages},
	{Name: "81-promise-hook-late.owed", run: messageHookLate, Differs: nextTo, NoPlain: noMessages},
	{Name: "116-als-propagation-kinds.message", run: propagationByMessage, Differs: nextTo, NoPlain: noMessages},
	{Name: "119-als-interval-and-clear.keeps", run: messageKeepsStores, Differs: nextTo, NoPlain: noMessages},
	{Name: "119-als-interval-and-clear.received", run: messageReceived, Differs: nextTo, NoPlain: noMessages},
	{Name: "77-promise-then.forms", run: messageForms, Differs: nextTo, NoPlain: noMessages},
	{Name: "77-promise-then.select", run: messageSelect, Differs: nextTo, NoPlain: noMessages},
	{Name: "77-promise-then.work", run: messageWork, Differs: nextTo, NoPlain: noMessages},
	{Name: "118-als-timers-isolated.service", run: messageService, Differs: nextTo, NoPlain: noMessages},
	{Name: "118-als-timers-isolated.sent", run: sentFunction, Differs: nextTo, NoPlain: noMessages},

	// resources.go
	{Name: "86-execution-resource-cls", run: resourceStorage},
	{Name: "87-execution-resource-map", run: resourceMap, NoPlain: noTimers},
	{Name: "156-active-resources.goroutines", run: activeGoroutines, Differs: nextTo, NoPlain: noTimers},
	{Name: "156-active-resources", run: activeResources, Differs: "nothing in Go is unref'd; a timer whose callback runs is active", NoPlain: noTimers},

	// als.go
	{Name: "100-als-run-basic", run: runBasic, Differs: ruleNoThis},
	{Name: "101-als-run-throw", run: runPanics},
	{Name: "101-als-run-throw.goexit", run: runGoexit, Differs: nextTo},
	{Name: "102-als-nested-run", run: nestedRun},
	{Name: "104-als-store-kinds", run: storeKinds, Differs: "GetStore tells no store from a nil one"},
	{Name: "105-als-exit", run: exit},
	{Name: "107-als-enterwith", run: enterWith},
	{Name: "107-als-enterwith.run", run: enterWithInRun, Differs: nextTo},
	{Name: "109-als-enterwith-in-resource", run: enterWithInResource},
	{Name: "111-als-disable", run: disable},
	{Name: "111-als-disable.good", run: disableForGood, Differs: nextTo},
	{Name: "113-als-disable-independent", run: disableIndependent},
	{Name: "115-als-independent", run: independent},
	{Name: "115-als-independent.many", run: independentMany, Differs: nextTo},

	// als_options.go
	{Name: "128-als-default-value", run: defaultValue, Differs: "a default value comes in Exit too"},
	{Name: "128-als-default-value.ok", run: defaultValueOK, Differs: nextTo},
	{Name: "129-als-name", run: name, Differs: ruleCompiler},
	{Name: "130-als-with-scope", run: enterLeave, Differs: "leave called twice panics; leave called late changes nothing"},
	{Name: "130-als-with-scope.elsewhere", run: enterLeaveElsewhere, Differs: nextTo},
	{Name: "133-als-enterwith-async-fn", run: enterWithLeaks},

	// als_hooks.go
	{Name: "137-als-in-hooks", run: storesInHooks},
	{Name: "137-als-in-hooks.enterwith", run: enterWithInHooks, Differs: nextTo},
	{Name: "139-als-hooks-independent", run: hooksIndependent},
	{Name: "139-als-hooks-independent.events", run: noEvents, Differs: nextTo},

	// als_async.go
	{Name: "116-als-propagation-kinds", run: propagation, Differs: "the kinds of continuation are Go's"},
	{Name: "116-als-propagation-kinds.context", run: propagationByContext, Differs: nextTo, NoPlain: "it is about what the tool binds"},
	{Name: "118-als-timers-isolated", run: isolated},
	{Name: "119-als-interval-and-clear", run: ticks, NoPlain: "a plain build's ticks carry no stores"},
	{Name: "141-als-gc-store", run: collectedStores},
	{Name: "141-als-gc-store.storage", run: collectedStorage, Differs: nextTo},

	// snapshot.go
	{Name: "90-bind-static", run: bindStatic},
	{Name: "90-bind-static.signatures", run: bindSignatures, Differs: nextTo},
	{Name: "120-als-snapshot", run: snapshot},
	{Name: "120-als-snapshot.ids", run: snapshotIDs, Differs: nextTo},
	{Name: "122-als-snapshot-async", run: snapshotAsync},
	{Name: "124-als-snapshot-is-a-resource", run: snapshotNoResource, Differs: "Snapshot and Bind make no resource and fire no event"},
	{Name: "125-als-asyncresource-captures", run: resourceCaptures},

	// callbacks.go
	{Name: "150-net-when-and-why.request", run: httpRequest, Differs: nextTo, NoPlain: noServers},
	{Name: "116-als-propagation-kinds.stopped", run: contextCallback, Differs: nextTo, NoPlain: "it is about what the tool binds"},
	{Name: "116-als-propagation-kinds.cleanup", run: cleanupCallback, Differs: nextTo, NoPlain: "it is about what the tool binds"},
	{Name: "116-als-propagation-kinds.signal", run: signalNotified, Differs: nextTo, NoPlain: "it is about what the tool binds"},

	// net.go
	{Name: "127-als-http-logger", run: requestLogger},
	{Name: "150-net-when-and-why", run: whenAndWhy, Differs: "a connection's scope is the accepting goroutine's; its handling is the connection's; listening is synchronous", NoPlain: noServers},
	{Name: "152-close-before-use", run: closeBeforeUse, Differs: "the recorded program failed", NoPlain: noServers},
	{Name: "154-http-agent-als", run: pooledConnection},
	{Name: "178-v8-listen-tree", run: listenTree, Differs: "listening is synchronous; there is no second timer below a timer", NoPlain: noServers},
}
