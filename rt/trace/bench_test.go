package trace

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// What an event costs is to be compared with what context.Value does, in the
// same run.
func BenchmarkContextValue(b *testing.B) {
	type key struct{}
	ctx := context.WithValue(b.Context(), key{}, 1)
	for b.Loop() {
		ctx.Value(key{})
	}
}

// benchmark runs op against a recorder, for which there is always room.
func benchmark(b *testing.B, op func(r *Recorder, n uint64)) {
	s, err := openFile(filepath.Join(b.TempDir(), "trace"), 1<<40)
	if err != nil {
		b.Fatal(err)
	}
	r := newRecorder(s)
	n := uint64(1)
	b.ReportAllocs()
	for b.Loop() {
		op(r, n)
		n++
	}
	b.StopTimer()
	r.hook = rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}}) // for Stop to disable
	if err := r.Stop(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkBefore(b *testing.B) {
	benchmark(b, func(r *Recorder, n uint64) { r.note(rt.EventBefore, rt.ID(n), rt.Made{}) })
}

func BenchmarkAfterDestroy(b *testing.B) {
	benchmark(b, func(r *Recorder, n uint64) { r.note(rt.EventAfter|rt.EventDestroy, rt.ID(n), rt.Made{}) })
}

func BenchmarkInit(b *testing.B) {
	pc, _, _, _ := runtime.Caller(0)
	benchmark(b, func(r *Recorder, n uint64) {
		r.note(rt.EventInit, rt.ID(n), rt.Made{Type: "Bench", Trigger: rt.ID(n - 1), Execution: rt.ID(n - 1), PC: pc})
	})
}

// BenchmarkScope is a scope of a resource, with hooks that do nothing and with
// the recorder's: two events, of which the difference is what they cost.
func BenchmarkScope(b *testing.B) {
	res := rt.NewAsyncResource("Bench", nil)
	fn := func() {}
	b.Run("none", func(b *testing.B) {
		for b.Loop() {
			res.RunInAsyncScope(fn)
		}
	})
	b.Run("hook", func(b *testing.B) {
		h := rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}, After: func(rt.ID) {}}).Enable()
		defer h.Disable()
		for b.Loop() {
			res.RunInAsyncScope(fn)
		}
	})
	b.Run("recorder", func(b *testing.B) {
		r, err := StartFile(filepath.Join(b.TempDir(), "trace"), &Options{Limit: 1 << 40})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			res.RunInAsyncScope(fn)
		}
		b.StopTimer()
		if err := r.Stop(); err != nil {
			b.Fatal(err)
		}
	})
}
