package rt_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// The limits of these figures are ratios to BenchmarkContextValue in the same
// run; make bench-table compares them and other packages pair by pair.

type contextKey struct{}

var (
	sinkInt int
	sinkID  rt.ID
)

func BenchmarkContextValue(b *testing.B) {
	ctx := context.WithValue(context.Background(), contextKey{}, 1)
	b.ReportAllocs()
	for range b.N {
		if v, ok := ctx.Value(contextKey{}).(int); ok {
			sinkInt += v
		}
	}
}

func BenchmarkGetStore(b *testing.B) {
	for _, n := range []int{1, 8, 64, 1024} {
		b.Run(fmt.Sprint(n, "set"), func(b *testing.B) {
			storages := make([]rt.AsyncLocalStorage[int], n)
			var nest func(i int)
			nest = func(i int) {
				if i < n {
					storages[i].Run(i, func() { nest(i + 1) })
					return
				}
				s := &storages[0]
				b.ReportAllocs()
				for range b.N {
					v, _ := s.GetStore()
					sinkInt += v
				}
			}
			nest(0)
		})
	}
}

func BenchmarkGetStoreAmong10000(b *testing.B) {
	storages := make([]rt.AsyncLocalStorage[int], 10_000)
	for i := range storages {
		storages[i].Run(i, func() {})
	}
	s := &storages[5000]
	s.Run(1, func() {
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			v, _ := s.GetStore()
			sinkInt += v
		}
	})
}

func BenchmarkGetStoreNone(b *testing.B) {
	var s rt.AsyncLocalStorage[int]
	s.Run(1, func() {})
	b.ReportAllocs()
	for range b.N {
		v, _ := s.GetStore()
		sinkInt += v
	}
}

func BenchmarkExecutionAsyncID(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		sinkID += rt.ExecutionAsyncID()
	}
}

func BenchmarkExecutionAsyncIDInScope(b *testing.B) {
	rt.NewAsyncResource("Bench", nil).RunInAsyncScope(func() {
		b.ReportAllocs()
		for range b.N {
			sinkID += rt.ExecutionAsyncID()
		}
	})
}

func BenchmarkRun(b *testing.B) {
	var s rt.AsyncLocalStorage[int]
	b.ReportAllocs()
	for i := range b.N {
		s.Run(i, func() {})
	}
}

func BenchmarkRunOf8(b *testing.B) {
	storages := make([]rt.AsyncLocalStorage[int], 8)
	for i := range storages {
		defer storages[i].Enter(i)()
	}
	b.ReportAllocs()
	for i := range b.N {
		storages[3].Run(i, func() {})
	}
}

func BenchmarkRunStruct(b *testing.B) {
	var s rt.AsyncLocalStorage[struct{ a, b, c string }]
	b.ReportAllocs()
	for range b.N {
		s.Run(struct{ a, b, c string }{}, func() {})
	}
}

func BenchmarkEnter(b *testing.B) {
	var s rt.AsyncLocalStorage[int]
	b.ReportAllocs()
	for i := range b.N {
		leave := s.Enter(i)
		leave()
	}
}

func BenchmarkRunInAsyncScope(b *testing.B) {
	r := rt.NewAsyncResource("Bench", nil)
	b.ReportAllocs()
	for range b.N {
		r.RunInAsyncScope(func() {})
	}
}

// BenchmarkEvents is two events an iteration.
func BenchmarkEvents(b *testing.B) {
	h := rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}, After: func(rt.ID) {}}).Enable()
	defer h.Disable()
	r := rt.NewAsyncResource("Bench", nil)
	b.ReportAllocs()
	for range b.N {
		r.RunInAsyncScope(func() {})
	}
}

func BenchmarkInitEvent(b *testing.B) {
	h := rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}}).Enable()
	defer h.Disable()
	b.ReportAllocs()
	for range b.N {
		rt.NewAsyncResource("Bench", nil)
	}
}

func BenchmarkNewAsyncResource(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		rt.NewAsyncResource("Bench", nil)
	}
}

func BenchmarkNewAsyncResourceParallel(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			rt.NewAsyncResource("Bench", nil)
		}
	})
}
