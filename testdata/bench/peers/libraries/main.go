// Libraries is the measured program with what needs no tool: libraries
// plain|context|goid|gls|routine.
package main

import (
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
	manager = gls.NewContextManager()
	local   = routine.NewInheritableThreadLocal[int]()
)

var peers = map[string]ops.Peer{
	"plain":   {},
	"context": byHand,
	// A number of the goroutine alone: what one looks up by it comes on top.
	"goid": {
		Only: true,
		Bare: map[string]func(n int){"id": func(n int) {
			sum := int64(0)
			for range n {
				sum += goid.Get()
			}
			sink += int(sum)
		}},
	},
	"gls": {
		Only: true,
		With: func(fn func()) { manager.SetValues(gls.Values{key{}: 1}, fn) },
		Read: func(n int) {
			for range n {
				v, _ := manager.GetValue(key{})
				sink += v.(int)
			}
		},
		Bare: map[string]func(n int){"set": func(n int) {
			for i := range n {
				manager.SetValues(gls.Values{key{}: i}, func() {})
			}
		}},
		Go: gls.Go,
	},
	"routine": {
		Only: true,
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
		Bare: map[string]func(n int){"set": func(n int) {
			for i := range n {
				old := local.Get()
				local.Set(i)
				called(nil)
				local.Set(old)
			}
		}},
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
	fmt.Fprintln(os.Stderr, "usage: libraries plain|context|goid|gls|routine")
	os.Exit(2)
}
