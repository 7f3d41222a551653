// Orchestrion is the measured program with orchestrion's context propagation.
package main

import (
	"slices"

	"example.com/bench/ops"
	"github.com/DataDog/orchestrion/runtime/context"
)

// hooks propagate what there is.
type hooks struct{}

func (hooks) Main() *context.Stack[int] { return new(context.Stack[int]) }

func (hooks) Go(parent *context.Stack[int]) *context.Stack[int] { return clone(parent) }

func (hooks) ChanSend(parent *context.Stack[int]) *context.Stack[int] { return clone(parent) }

func (hooks) ChanRecv(_, sent *context.Stack[int]) *context.Stack[int] { return sent }

func clone(s *context.Stack[int]) *context.Stack[int] {
	c := new(context.Stack[int])
	if s != nil {
		*c = slices.Clone(*s)
	}
	return c
}

var (
	values = context.Register[int](hooks{})
	sink   int
	calls  int
)

// called is what a value is set around.
//
//go:noinline
func called() { calls++ }

func main() {
	ops.Peer{
		With: func(fn func()) {
			values.Push(1)
			defer values.Pop()
			fn()
		},
		Read: func(n int) {
			sum := 0
			for range n {
				v, _ := values.Peek()
				sum += v
			}
			sink += sum
		},
		Set: func(n int) {
			for i := range n {
				values.Push(i)
				called()
				values.Pop()
			}
		},
	}.Serve()
}
