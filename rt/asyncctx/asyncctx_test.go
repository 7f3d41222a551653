package asyncctx_test

import (
	"context"
	"errors"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncctx"
)

type (
	userKey  struct{}
	limitKey struct{}
)

var (
	user   = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "user"})
	limit  rt.AsyncLocalStorage[int]
	bridge = asyncctx.NewBridge(asyncctx.Key(userKey{}, user), asyncctx.Key(limitKey{}, &limit))
)

// expect checks the stores of the caller.
func expect(t *testing.T, wantUser string, wantLimit int) {
	t.Helper()
	u, _ := user.GetStore()
	l, _ := limit.GetStore()
	if u != wantUser || l != wantLimit {
		t.Errorf("stores %q and %d, want %q and %d", u, l, wantUser, wantLimit)
	}
}

// expectValues checks the values of a context.
func expectValues(t *testing.T, ctx context.Context, wantUser, wantLimit any) {
	t.Helper()
	if u, l := ctx.Value(userKey{}), ctx.Value(limitKey{}); u != wantUser || l != wantLimit {
		t.Errorf("values %v and %v, want %v and %v", u, l, wantUser, wantLimit)
	}
}

func TestCapture(t *testing.T) {
	var ctx context.Context
	r := rt.NewAsyncResource("Request", nil)
	user.Run("ada", func() {
		r.RunInAsyncScope(func() {
			user.EnterWith("grace")
			ctx = asyncctx.Capture(context.Background())
		})
	})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan bool)
	limit.Run(7, func() {
		go func() {
			defer close(done)
			asyncctx.Run(ctx, func() {
				expect(t, "grace", 0)
				if id := rt.ExecutionAsyncID(); id != r.AsyncID() {
					t.Errorf("in scope %d, want %d", id, r.AsyncID())
				}
			})
			expect(t, "", 7)
		}()
		<-done
		asyncctx.Run(context.Background(), func() { expect(t, "", 7) }) // carries nothing
	})
}

func TestCurrent(t *testing.T) {
	if ctx := asyncctx.Current(); ctx != context.Background() {
		t.Errorf("outside, the current context is %v", ctx)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	asyncctx.With(ctx, func() {
		go func() {
			<-asyncctx.Current().Done()
			done <- asyncctx.Current().Err()
		}()
	})
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the current context ended with %v", err)
	}
}

func TestContext(t *testing.T) {
	base := context.WithValue(context.WithValue(context.Background(), userKey{}, "base"), limitKey{}, 1)
	if ctx := bridge.Context(base); ctx != base {
		t.Errorf("without stores, Context returned %v", ctx)
	}
	var ctx context.Context
	user.Run("ada", func() {
		ctx = bridge.Context(base)
		expectValues(t, ctx, "ada", 1)
	})
	expectValues(t, ctx, "ada", 1) // as captured
	user.Run("ada", func() {
		user.Exit(func() { expectValues(t, bridge.Context(base), "base", 1) })
	})
}

func TestLive(t *testing.T) {
	base := context.WithValue(context.Background(), limitKey{}, 1)
	ctx := bridge.Live(base)
	expectValues(t, ctx, nil, 1)
	user.Run("ada", func() {
		limit.Run(2, func() { expectValues(t, ctx, "ada", 1) })
	})
	expectValues(t, ctx, nil, 1)
}

// A context made by a bridge is cancelled with its parent, with no goroutine of
// its own to see to that.
func TestCancel(t *testing.T) {
	parent, cancelParent := context.WithCancelCause(context.Background())
	var ctxs []context.Context
	user.Run("ada", func() {
		for _, ctx := range []context.Context{bridge.Context(parent), bridge.Live(parent)} {
			child, cancel := context.WithCancel(ctx)
			t.Cleanup(cancel)
			ctxs = append(ctxs, ctx, child)
		}
	})
	cause := errors.New("over")
	cancelParent(cause)
	for i, ctx := range ctxs {
		if context.Cause(ctx) != cause { // at once: children are cancelled in the call
			t.Errorf("context %d was cancelled by %v, want %v", i, context.Cause(ctx), cause)
		}
	}
}

func TestBridgeRun(t *testing.T) {
	ctx := context.WithValue(context.Background(), userKey{}, "ada")
	limit.Run(3, func() {
		bridge.Run(ctx, func() { expect(t, "ada", 3) })
		bridge.Run(context.WithValue(ctx, limitKey{}, 4), func() { expect(t, "ada", 4) })
		expect(t, "", 3)
	})
	run := false
	bridge.Run(context.Background(), func() { run = true })
	if !run {
		t.Error("without values, Run did not call the function")
	}
}

func TestMisuse(t *testing.T) {
	for _, test := range []struct {
		op string
		do func()
	}{
		{"asyncctx.Run", func() { asyncctx.Run(context.Background(), nil) }},
		{"asyncctx.With", func() { asyncctx.With(context.Background(), nil) }},
		{"asyncctx.Bridge.Run", func() { bridge.Run(context.Background(), nil) }},
		{"asyncctx.Bridge.Run", func() {
			bridge.Run(context.WithValue(context.Background(), limitKey{}, "many"), func() { t.Error("called") })
		}},
		{"asyncctx.Key", func() { asyncctx.Key(nil, user) }},
		{"asyncctx.Key", func() { asyncctx.Key([]int{1}, user) }},
	} {
		func() {
			defer func() {
				err, _ := recover().(error)
				var usage *rt.UsageError
				if !errors.As(err, &usage) || usage.Op != test.op {
					t.Errorf("%s panicked with %v, want a UsageError", test.op, err)
				}
			}()
			test.do()
		}()
	}
}
