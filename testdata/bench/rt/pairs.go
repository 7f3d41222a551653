package main

import (
	"math"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

// comparePairs runs op and base in turn, pair by pair, and in each pair the one
// first that was second before. A change of the machine's speed meets both.
func comparePairs(op, base func(n int), pairs int, each time.Duration) interval.Ratio {
	nOp, nBase := calibrate(op, each), calibrate(base, each)
	logs := make([]float64, pairs)
	for i := range logs {
		var a, b float64
		if i%2 == 0 {
			a, b = perOp(op, nOp), perOp(base, nBase)
		} else {
			b, a = perOp(base, nBase), perOp(op, nOp)
		}
		logs[i] = math.Log(a / b)
	}
	return interval.Of(logs)
}

// calibrate returns how often fn does its operation in the time given.
func calibrate(fn func(n int), each time.Duration) int {
	n := 1
	for {
		t := perOp(fn, n) * float64(n)
		if t >= float64(each)/2 {
			return max(1, int(float64(n)*float64(each)/t))
		}
		n *= 2
	}
}

var (
	started = time.Now()
	clock   = func() time.Duration { return time.Since(started) }
)

// perOp returns nanoseconds.
func perOp(fn func(n int), n int) float64 {
	start := clock()
	fn(n)
	return float64(clock()-start) / float64(n)
}
