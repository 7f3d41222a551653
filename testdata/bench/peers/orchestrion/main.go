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
		Only: true,
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
		Bare: map[string]func(n int){"set": func(n int) {
			for i := range n {
				values.Push(i)
				called()
				values.Pop()
			}
		}},
		Own: map[string]func(n int){
			"unbuffered": func(n int) { through(context.NewChan(make(chan int)), n) },
			"buffered":   func(n int) { through(context.NewChan(make(chan int, 64)), n) },
			"same goroutine": func(n int) {
				ch := context.NewChan(make(chan int, 1))
				for i := range n {
					ch.Send(i)
					ch.Recv()
				}
			},
		},
	}.Serve()
}

// through sends messages with their sender's value, which takes a channel of its own.
func through(ch *context.Chan[int], n int) {
	done := make(chan int)
	go func() {
		sum := 0
		for {
			v, ok := ch.Recv()
			if !ok {
				break
			}
			sum += v
		}
		done <- sum
	}()
	for i := range n {
		ch.Send(i)
	}
	ch.Close()
	<-done
}
