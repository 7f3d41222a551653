package asyncctx_test

import (
	"context"
	"fmt"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncctx"
)

type tenantKey struct{}

var tenant = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "tenant"})

// A library that reads a context value, called by code that sets stores, and the
// other way round.
func ExampleBridge() {
	bridge := asyncctx.NewBridge(asyncctx.Key(tenantKey{}, tenant))
	library := func(ctx context.Context) { fmt.Println("value:", ctx.Value(tenantKey{})) }
	ours := func() {
		t, _ := tenant.GetStore()
		fmt.Println("store:", t)
	}

	tenant.Run("acme", func() { library(bridge.Context(context.Background())) })
	bridge.Run(context.WithValue(context.Background(), tenantKey{}, "initech"), ours)
	// Output:
	// value: acme
	// store: initech
}

// Jobs with a context run as whoever made them.
func ExampleCapture() {
	type job struct {
		ctx context.Context
		do  func()
	}
	var queue []job
	tenant.Run("acme", func() {
		queue = append(queue, job{asyncctx.Capture(context.Background()), func() {
			t, _ := tenant.GetStore()
			fmt.Println("for", t)
		}})
	})
	for _, j := range queue {
		asyncctx.Run(j.ctx, j.do)
	}
	// Output: for acme
}
