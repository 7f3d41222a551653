// Libraries is the measured program with what needs no tool: libraries
// context|goid|gls|routine.
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/bench/ops"
	"github.com/jtolds/gls"
	"github.com/petermattis/goid"
	"github.com/timandy/routine"
)

type key struct{}

var (
	sink    int
	calls   int
	depth1  = context.WithValue(context.Background(), key{}, 1)
	manager = gls.NewContextManager()
	local   = routine.NewInheritableThreadLocal[int]()
)

// called is what a value is set around.
//
//go:noinline
func called(context.Context) { calls++ }

var peers = map[string]ops.Peer{
	"context": {
		Read: func(n int) {
			ctx, sum := depth1, 0
			for range n {
				if v, ok := ctx.Value(key{}).(int); ok {
					sum += v
				}
			}
			sink += sum
		},
		Set: func(n int) {
			for i := range n {
				called(context.WithValue(context.Background(), key{}, i))
			}
		},
	},
	// A number of the goroutine alone: what one looks up by it comes on top.
	"goid": {
		Read: func(n int) {
			sum := int64(0)
			for range n {
				sum += goid.Get()
			}
			sink += int(sum)
		},
	},
	"gls": {
		With: func(fn func()) { manager.SetValues(gls.Values{key{}: 1}, fn) },
		Read: func(n int) {
			for range n {
				v, _ := manager.GetValue(key{})
				sink += v.(int)
			}
		},
		Set: func(n int) {
			for i := range n {
				manager.SetValues(gls.Values{key{}: i}, func() {})
			}
		},
		Go: gls.Go,
	},
	"routine": {
		With: func(fn func()) {
			local.Set(1)
			defer local.Remove()
			fn()
		},
		Read: func(n int) {
			sum := 0
			for range n {
				sum += local.Get()
			}
			sink += sum
		},
		Set: func(n int) {
			for i := range n {
				old := local.Get()
				local.Set(i)
				called(nil)
				local.Set(old)
			}
		},
		Go: func(fn func()) { routine.Go(fn) },
	},
}

func main() {
	if len(os.Args) == 2 {
		if p, ok := peers[os.Args[1]]; ok {
			p.Serve()
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: libraries context|goid|gls|routine")
	os.Exit(2)
}
