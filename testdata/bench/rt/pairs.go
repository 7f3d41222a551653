package main

import (
	"math"
	"time"
)

// A ratio is a geometric mean and its 95 % interval.
type ratio struct{ mean, low, high float64 }

// comparePairs runs op and base in turn, pair by pair, and in each pair the one
// first that was second before. A change of the machine's speed meets both.
func comparePairs(op, base func(n int), pairs int, each time.Duration) ratio {
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
	mean, sd := meanAndDeviation(logs)
	half := studentT(pairs-1) * sd / math.Sqrt(float64(pairs))
	return ratio{math.Exp(mean), math.Exp(mean - half), math.Exp(mean + half)}
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

func meanAndDeviation(xs []float64) (mean, sd float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		sd += (x - mean) * (x - mean) / float64(len(xs)-1)
	}
	return mean, math.Sqrt(sd)
}

// studentT returns the 97.5 % quantile of Student's t, from the normal one by
// the first terms of the Cornish-Fisher expansion: good to three digits from 19
// degrees of freedom on.
func studentT(freedom int) float64 {
	const z = 1.959964
	v := float64(freedom)
	return z + (z*z*z+z)/(4*v) + (5*math.Pow(z, 5)+16*z*z*z+3*z)/(96*v*v)
}
