package asyncctx

import (
	"context"

	"github.com/asynchooks/asynchooks/rt"
)

// captureKey is the key of what Capture keeps.
type captureKey struct{}

// Capture returns a child of ctx that carries the calling goroutine's context of
// this moment: all stores, and the ids. [Run] brings it back, on any goroutine.
// It makes no resource and fires no event.
func Capture(ctx context.Context) context.Context {
	return context.WithValue(ctx, captureKey{}, rt.Snapshot())
}

// Run calls fn with the stores and the ids that [Capture] put into ctx, or into
// the nearest of its parents that has some; where none has, it calls fn with
// those of the caller. After fn the caller has its own again. A nil fn is an
// [*rt.UsageError].
func Run(ctx context.Context, fn func()) {
	checkFunc(fn != nil, "asyncctx.Run")
	if run, ok := ctx.Value(captureKey{}).(func(fn func())); ok {
		run(fn)
		return
	}
	fn()
}

// current is the storage of With.
var current = rt.NewAsyncLocalStorage[context.Context](&rt.AsyncLocalStorageOptions[context.Context]{
	Name:         "context",
	DefaultValue: context.Background,
})

// With calls fn with ctx as the current context: that of fn and of all that it
// starts, for as long as that lasts. Whoever calls [Current] there should mind
// that ctx may be cancelled when fn has returned. A nil fn is an
// [*rt.UsageError].
func With(ctx context.Context, fn func()) {
	checkFunc(fn != nil, "asyncctx.With")
	current.Run(ctx, fn)
}

// Current returns the context that [With] made current, or
// context.Background().
func Current() context.Context {
	ctx, _ := current.GetStore()
	return ctx
}

func checkFunc(given bool, op string) {
	if !given {
		panic(&rt.UsageError{Op: op, Msg: "the function is nil; pass the function to run"})
	}
}
