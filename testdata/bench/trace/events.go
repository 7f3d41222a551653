package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace"
	"github.com/asynchooks/asynchooks/testdata/bench/interval"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// maxEvent is how much an event may cost, in calls of context.Value.
const maxEvent = 12

type key struct{}

// measureEvents compares what the events of a scope cost, hooks included, with
// context.Value. It reports whether that is more than it may be.
func measureEvents(pairs int) (exceeded bool) {
	const n = 200_000
	ctx := context.WithValue(context.Background(), key{}, 1)
	value := func() {
		for range n {
			if ctx.Value(key{}) == nil {
				panic("no value")
			}
		}
	}
	r := rt.NewAsyncResource("Bench", nil)
	scope := func() {
		for range n {
			r.RunInAsyncScope(func() {})
		}
	}
	var logs []float64
	for range pairs {
		base := timeOf(value)
		without := timeOf(scope)
		recorder := trace.Start(nil)
		r.RunInAsyncScope(func() {}) // gets a block
		with := timeOf(scope)
		check(recorder.Stop())
		event := (with - without) / 2 // Before and After
		logs = append(logs, math.Log(float64(max(event, 1))/float64(base)))
	}
	ratio := interval.Of(logs)
	verdict := ""
	if ratio.Low > maxEvent {
		verdict, exceeded = "  EXCEEDED", true
	}
	fmt.Printf("an event / context.Value  %s  at most %d%s\n", ratio, maxEvent, verdict)
	return exceeded
}

// timeOf returns the processor time that fn takes.
func timeOf(fn func()) time.Duration {
	used := process.Used()
	fn()
	return process.Used() - used
}
