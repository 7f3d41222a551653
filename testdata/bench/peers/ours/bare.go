package main

import (
	"runtime"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// bare returns the operations that are this package's own.
func bare() map[string]func(n int) {
	return map[string]func(n int){
		"read, 8 set":              readOf(8),
		"read, 64 set":             readOf(64),
		"read, 4,096 set":          readOf(4096),
		"read, of 10,000":          readAmong(10_000),
		"id":                       id,
		"id in a scope":            inScope(id),
		"set":                      set,
		"set a struct":             setStruct,
		"set, 3 others set":        among3(set),
		"set and captured":         setCaptured,
		"enter":                    enter,
		"scope":                    scope,
		"event":                    events,
		"new resource":             newResources,
		"new resource, Init":       hooked(noInit, newResources),
		"new resource, processors": parallelResources,
	}
}

// prepared puts off what an operation needs until it is first done: a process
// does one of them.
func prepared(prepare func() func(n int)) func(n int) {
	do := sync.OnceValue(prepare)
	return func(n int) { do()(n) }
}

// readOf reads one of several storages that are set.
func readOf(set int) func(n int) {
	return prepared(func() func(n int) {
		storages := make([]rt.AsyncLocalStorage[int], set)
		var in func(fn func())
		within(storages, func() { in = rt.Snapshot() })
		return func(n int) { in(func() { read(&storages[set/2], n) }) }
	})
}

// readAmong reads one that is set, of many that are not.
func readAmong(exist int) func(n int) {
	return prepared(func() func(n int) {
		storages := make([]rt.AsyncLocalStorage[int], exist)
		for i := range storages {
			storages[i].Run(i, func() {})
		}
		s := &storages[exist/2]
		return func(n int) { s.Run(1, func() { read(s, n) }) }
	})
}

var sinkID rt.ID

func id(n int) {
	sum := rt.ID(0)
	for range n {
		sum += rt.ExecutionAsyncID()
	}
	sinkID += sum
}

func inScope(do func(n int)) func(n int) {
	return func(n int) { rt.NewAsyncResource("Bench", nil).RunInAsyncScope(func() { do(n) }) }
}

func set(n int) {
	for i := range n {
		storage.Run(i, func() {})
	}
}

func enter(n int) {
	for i := range n {
		leave := storage.Enter(i)
		leave()
	}
}

// among3 does it with the stores of three other storages set.
func among3(do func(n int)) func(n int) {
	return func(n int) { within(ten[:3], func() { do(n) }) }
}

// setCaptured sends a message in each Run, which has its frame from then on.
func setCaptured(n int) {
	ch := make(chan bool, 1)
	for i := range n {
		storage.Run(i, func() { ch <- true })
		<-ch
	}
}

type request struct{ id, user, trace string }

var requests rt.AsyncLocalStorage[request]

func setStruct(n int) {
	for range n {
		requests.Run(request{"1", "ann", "x"}, func() {})
	}
}

func scope(n int) {
	r := rt.NewAsyncResource("Bench", nil)
	for range n {
		r.RunInAsyncScope(func() {})
	}
}

// events fires n events: n/2 times Before and After.
func events(n int) {
	hooked(rt.HookCallbacks{Before: func(rt.ID) {}, After: func(rt.ID) {}}, func(n int) { scope((n + 1) / 2) })(n)
}

func newResources(n int) {
	for range n {
		rt.NewAsyncResource("Bench", nil)
	}
}

// hooked enables a hook around an operation.
func hooked(callbacks rt.HookCallbacks, do func(n int)) func(n int) {
	return func(n int) {
		hook := rt.CreateHook(callbacks).Enable()
		defer hook.Disable()
		do(n)
	}
}

// parallelResources makes n resources, on all processors at once.
func parallelResources(n int) {
	procs := runtime.NumCPU()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	var wg sync.WaitGroup
	for i := range procs {
		wg.Go(func() { newResources((n + i) / procs) })
	}
	wg.Wait()
}
