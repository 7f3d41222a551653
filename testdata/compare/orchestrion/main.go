// Orchestrion answers the questions of package cells for orchestrion's context
// propagation. It is built by orchestrion: orchestrion go build.
package main

import (
	"slices"

	"example.com/compare/cells"
	"github.com/DataDog/orchestrion/runtime/context"
)

// hooks propagate what there is.
type hooks struct{}

func (hooks) Main() *context.Stack[string] { return new(context.Stack[string]) }

func (hooks) Go(parent *context.Stack[string]) *context.Stack[string] { return clone(parent) }

func (hooks) ChanSend(parent *context.Stack[string]) *context.Stack[string] { return clone(parent) }

func (hooks) ChanRecv(_, sent *context.Stack[string]) *context.Stack[string] { return sent }

func clone(s *context.Stack[string]) *context.Stack[string] {
	c := new(context.Stack[string])
	if s != nil {
		*c = slices.Clone(*s)
	}
	return c
}

func main() {
	values := context.Register[string](hooks{})
	cells.Run(cells.Peer{
		With: func(value string, fn func()) {
			values.Push(value)
			defer values.Pop()
			fn()
		},
		Get: func() string { v, _ := values.Peek(); return v },
	})
}
