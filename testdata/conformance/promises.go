package main

import (
	"errors"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// A promise is a channel of one value. To resolve it is a send, which makes a
// message; a callback is what a receive loop does with the message; to await it
// is any other receive. So there is one resource where Node has two: the
// promise and what then returns.

func promiseThen() {
	tracer{types: []string{rt.TypeChanSend}, events: "ibar"}.enable()
	p := make(chan int, 1)
	out("executor", here())
	p <- 1
	out("executor end")
	close(p)
	out("sync end")
	for range p {
		out("then", here())
	}
}

func promiseResolveOrder() {
	tracer{types: []string{rt.TypeChanSend}, events: "ir"}.enable()
	type result struct {
		value int
		err   error
	}
	a, b := make(chan result, 1), make(chan result, 1)
	c, d := make(chan result, 1), make(chan result, 1)
	settled, forwarded := make(chan struct{}), make(chan struct{})
	w := made("Worker")
	w.RunInAsyncScope(func() {
		out("resolve a")
		a <- result{value: 1}
		out("reject b")
		b <- result{err: errors.New("no")}
		out("resolve c with pending d")
		go func() {
			r := <-d
			<-settled
			c <- r
			close(forwarded)
		}()
		out("worker end")
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		out("resolve d")
		d <- result{value: 3}
		out("d done")
	}()
	<-done
	close(settled)
	<-forwarded
	out("end")
}

// Nobody receives: the message is made, and nothing comes of it.
func promiseNeverResolved() {
	made := make(chan struct{})
	tracer{types: []string{rt.TypeChanSend}, events: "ibar", onInit: func() { close(made) }}.enable()
	go func() {
		make(chan int) <- 1
		out("NOT REACHED")
	}()
	<-made
	out("end")
}

// A goroutine that awaits keeps its own scope: one id, where an async function
// has one for each part.
func awaitChain() {
	tracer{types: []string{rt.TypeGoroutine}, events: "iba"}.enable()
	result := make(chan int, 1)
	soon(func() {
		out("start", here())
		ready := make(chan int, 1)
		ready <- 0
		<-ready
		out("resumed", here())
		result <- 1
	})
	out("sync end")
	turns.drain()
	<-result
	out("done", here())
}

// Ids are owed from the first question on, before which a message has no scope
// of its own.
func promiseHookLate() {
	rt.ExecutionAsyncID()
	var seen []any
	p := make(chan int, 1)
	p <- 1
	close(p)
	var h *rt.AsyncHook
	h = rt.CreateHook(rt.HookCallbacks{
		Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			if typ == rt.TypeChanSend {
				seen = append(seen, "init")
			}
		},
		Before: func(rt.ID) { seen = append(seen, "before") },
		After: func(rt.ID) {
			seen = append(seen, "after")
			h.Disable()
		},
	}).Enable()
	for range p {
		seen = append(seen, "body")
	}
	out(seen...)
}

func disableInPromise() {
	h := tracer{types: []string{rt.TypeChanSend}, events: "ibar", bare: true}.enable()
	p := make(chan int, 1)
	p <- 1
	close(p)
	for range p {
		h.Disable()
		out("disabled")
		q := make(chan int, 1)
		q <- 2
		close(q)
		for range q {
			out("inner", "exec>0", rt.ExecutionAsyncID() > 0)
		}
	}
	out("end")
}

// Ids are owed from the first question on, as above.
func enableInPromise() {
	rt.ExecutionAsyncID()
	inits, afters := 0, 0
	p := make(chan int, 1)
	p <- 1
	close(p)
	for range p {
		var h *rt.AsyncHook
		h = rt.CreateHook(rt.HookCallbacks{
			Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
				if typ == "Mine" {
					inits++
				}
			},
			After: func(rt.ID) {
				afters++
				h.Disable()
			},
		}).Enable()
		rt.NewAsyncResource("Mine", nil)
	}
	out("init", inits, "after", afters)
}

func mixedGraph() {
	tracer{types: []string{rt.TypeAfterFunc, rt.TypeGoroutine, rt.TypeChanSend, "Mine"}, events: "i"}.enable()
	p := make(chan int, 1)
	time.AfterFunc(time.Millisecond, func() {
		go func() {
			go func() {
				p <- 1
				close(p)
			}()
		}()
	})
	for range p {
		rt.NewAsyncResource("Mine", nil)
	}
}

// Ids are owed from the first question on: what is handled at that moment has
// none, and from then on they are exact.
func idsWithoutHooks() {
	p := make(chan int, 2)
	p <- 1
	for range p {
		out("eid", uint64(rt.ExecutionAsyncID()), "tid", uint64(rt.TriggerAsyncID()))
		break
	}
	sender := rt.NewAsyncResource("Sender", nil)
	sender.RunInAsyncScope(func() { p <- 2 })
	for range p {
		out("with sender", rt.ExecutionAsyncID() > sender.AsyncID(), rt.TriggerAsyncID() == sender.AsyncID())
		break
	}
	rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}}).Enable()
	p <- 3
	for range p {
		out("with hook own id", rt.ExecutionAsyncID() > 1, "trigger", rt.TriggerAsyncID() == 1)
		break
	}
}

// The callback is what a goroutine does that awaits: it has the stores of where
// it was started, not of where the value was sent.
func promiseRegistration() {
	var als rt.AsyncLocalStorage[string]
	var p chan int
	als.Run("made", func() { p = make(chan int) })
	done := make(chan struct{})
	als.Run("registered", func() {
		go func() {
			defer close(done)
			<-p
			out("then", store(&als))
		}()
	})
	time.AfterFunc(2*time.Millisecond, func() {
		als.Run("resolved", func() { p <- 1 })
	})
	<-done
}

func awaitInRun() {
	var als rt.AsyncLocalStorage[string]
	result := make(chan string)
	als.Run("s", func() {
		go func() {
			out("1", store(&als))
			ready := make(chan int, 1)
			ready <- 0
			<-ready
			out("2", store(&als))
			<-time.After(time.Millisecond)
			out("3", store(&als))
			result <- "value"
		}()
	})
	out("4", <-result, store(&als))
}
