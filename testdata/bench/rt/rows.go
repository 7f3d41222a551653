package main

import (
	"context"
	"runtime"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/jtolds/gls"
	"github.com/petermattis/goid"
	"github.com/timandy/routine"
)

type contextKey struct{}

var (
	sink   int
	sinkID rt.ID
	depth1 = context.WithValue(context.Background(), contextKey{}, 1)
)

// contextValue is what the limits are ratios to.
func contextValue(n int) {
	ctx, sum := depth1, 0
	for range n {
		if v, ok := ctx.Value(contextKey{}).(int); ok {
			sum += v
		}
	}
	sink += sum
}

func rows() []row {
	const any = -1
	getStore, execution := 0.25, 0.25
	limit := func(l float64) float64 { return l }
	if rt.Mode() != "runtime" {
		getStore, execution = 2, 0
		limit = func(float64) float64 { return 0 } // the others are for instrumented builds
	}
	allocs := func(n float64) float64 {
		if rt.Mode() != "runtime" {
			return any
		}
		return n
	}
	return []row{
		{"GetStore, 1 storage set", getStoreOf(1), contextValue, getStore, 0},
		{"GetStore, 8 storages set", getStoreOf(8), contextValue, getStore, 0},
		{"GetStore, 64 storages set", getStoreOf(64), contextValue, 0, 0},
		{"GetStore, 4096 storages set", getStoreOf(4096), contextValue, 0, 0},
		{"GetStore, 1 of 10000 that exist", getStoreAmong(10000), contextValue, getStore, 0},
		{"GetStore, none set", getStoreNone, contextValue, getStore, 0},
		{"ExecutionAsyncID", executionAsyncID, contextValue, execution, 0},
		{"ExecutionAsyncID in a scope", inScope(executionAsyncID), contextValue, execution, 0},
		{"Run", run, contextValue, limit(8), allocs(1)},
		{"Run of a struct", runStruct, contextValue, limit(8), allocs(1)},
		{"Run, 3 other storages set", among3(run), contextValue, 0, allocs(1)},
		{"Run, captured each time", runCaptured, contextValue, 0, allocs(1)},
		{"Enter and leave", enter, contextValue, limit(8), allocs(1)},
		{"RunInAsyncScope, no hook", runInAsyncScope(), contextValue, limit(3), allocs(0)},
		{"an event, one no-op hook", events(), contextValue, limit(6), allocs(0)},
		{"NewAsyncResource with Init, against without", hooked(noInit, newResources), newResources, 0, any},
		{"ids from all cores, against one core", parallelResources, newResources, limit(2), any},
		{"petermattis/goid.Get", func(n int) {
			sum := int64(0)
			for range n {
				sum += goid.Get()
			}
			sink += int(sum)
		}, contextValue, 0, any},
		{"timandy/routine ThreadLocal.Get", routineGet(), contextValue, 0, any},
		{"jtolds/gls GetValue", glsGet, contextValue, 0, any},
	}
}

// getStoreOf reads one of several storages that are set.
func getStoreOf(set int) func(n int) {
	storages := make([]rt.AsyncLocalStorage[int], set)
	var run func(fn func())
	var nest func(i int)
	nest = func(i int) {
		if i == set {
			run = rt.Snapshot()
			return
		}
		storages[i].Run(i, func() { nest(i + 1) })
	}
	nest(0)
	return func(n int) { run(func() { readStore(&storages[set/2], n) }) }
}

// getStoreAmong reads one that is set, of many that are not.
func getStoreAmong(exist int) func(n int) {
	storages := make([]rt.AsyncLocalStorage[int], exist)
	for i := range storages {
		storages[i].Run(i, func() {})
	}
	s := &storages[exist/2]
	var run func(fn func())
	s.Run(1, func() { run = rt.Snapshot() })
	return func(n int) { run(func() { readStore(s, n) }) }
}

func readStore(s *rt.AsyncLocalStorage[int], n int) {
	sum := 0
	for range n {
		v, _ := s.GetStore()
		sum += v
	}
	sink += sum
}

var unset rt.AsyncLocalStorage[int]

func getStoreNone(n int) { readStore(&unset, n) }

func executionAsyncID(n int) {
	sum := rt.ID(0)
	for range n {
		sum += rt.ExecutionAsyncID()
	}
	sinkID += sum
}

func inScope(fn func(n int)) func(n int) {
	r := rt.NewAsyncResource("Bench", nil)
	return func(n int) { r.RunInAsyncScope(func() { fn(n) }) }
}

var store rt.AsyncLocalStorage[int]

func run(n int) {
	for i := range n {
		store.Run(i, func() {})
	}
}

func enter(n int) {
	for i := range n {
		leave := store.Enter(i)
		leave()
	}
}

// among3 runs fn with the stores of three other storages set.
func among3(fn func(n int)) func(n int) {
	storages := make([]rt.AsyncLocalStorage[int], 3)
	for i := range storages {
		defer storages[i].Enter(i)()
	}
	run := rt.Snapshot()
	return func(n int) { run(func() { fn(n) }) }
}

// runCaptured sends a message in each Run, which has its frame from then on.
func runCaptured(n int) {
	ch := make(chan bool, 1)
	for i := range n {
		store.Run(i, func() { ch <- true })
		<-ch
	}
}

type request struct{ id, user, trace string }

var requests rt.AsyncLocalStorage[request]

func runStruct(n int) {
	for range n {
		requests.Run(request{"1", "ann", "x"}, func() {})
	}
}

func runInAsyncScope() func(n int) {
	r := rt.NewAsyncResource("Bench", nil)
	return func(n int) {
		for range n {
			r.RunInAsyncScope(func() {})
		}
	}
}

// events fires n events: n/2 times Before and After.
func events() func(n int) {
	r := rt.NewAsyncResource("Bench", nil)
	return hooked(rt.HookCallbacks{Before: func(rt.ID) {}, After: func(rt.ID) {}}, func(n int) {
		for range (n + 1) / 2 {
			r.RunInAsyncScope(func() {})
		}
	})
}

func newResources(n int) {
	for range n {
		rt.NewAsyncResource("Bench", nil)
	}
}

// hooked enables a hook around fn.
func hooked(callbacks rt.HookCallbacks, fn func(n int)) func(n int) {
	hook := rt.CreateHook(callbacks)
	return func(n int) {
		hook.Enable()
		defer hook.Disable()
		fn(n)
	}
}

var noInit = rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}}

// parallelResources makes n resources on each core.
func parallelResources(n int) {
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() { newResources(n) })
	}
	wg.Wait()
}

func routineGet() func(n int) {
	local := routine.NewThreadLocal[int]()
	return func(n int) {
		local.Set(1)
		sum := 0
		for range n {
			sum += local.Get()
		}
		sink += sum
	}
}

var glsManager = gls.NewContextManager()

func glsGet(n int) {
	glsManager.SetValues(gls.Values{"key": 1}, func() {
		for range n {
			v, _ := glsManager.GetValue("key")
			sink += v.(int)
		}
	})
}
