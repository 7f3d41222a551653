package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
)

// A curve is a measured series.
type curve struct {
	name   string
	points []point
}

type point struct {
	size            int
	ns              float64 // the median
	mean, low, high float64 // the ratio to the smallest size
}

// measure takes a series' sizes in turn, so often as runs says. What a size
// needs is there while it is measured, and only then; a collection before each
// run, and none in it, keep the size of the heap out of it.
func measure(s series, most, runs int) curve {
	c := curve{name: s.name}
	var base []float64
	for _, size := range s.sizes {
		if size > most {
			break
		}
		op, down := s.at(size)
		runtime.GC()
		n := calibrate(op)
		times := make([]float64, runs)
		runtime.GC()
		percent := debug.SetGCPercent(-1)
		for i := range times {
			times[i] = perOp(op, n)
		}
		debug.SetGCPercent(percent)
		down()
		if base == nil {
			base = times
		}
		c.points = append(c.points, compare(size, times, base))
	}
	return c
}

// calibrate returns how often an operation is done in 2 ms, about. What the
// collector does beside it is time of the process as well: the least of three
// runs counts.
func calibrate(op func(int)) int {
	n := 1
	for {
		least := math.Inf(1)
		for range 3 {
			least = min(least, perOp(op, n)*float64(n))
		}
		if least > 1e6 {
			return max(1, int(float64(n)*2e6/least))
		}
		n *= 2
	}
}

func perOp(op func(int), n int) float64 {
	start := processorTime()
	op(n)
	return float64(processorTime()-start) / float64(n)
}

// compare makes the point of a size.
func compare(size int, times, base []float64) point {
	var mean [2]float64
	var variance float64
	for i, xs := range [][]float64{times, base} {
		for _, x := range xs {
			mean[i] += math.Log(x) / float64(len(xs))
		}
		for _, x := range xs {
			d := math.Log(x) - mean[i]
			variance += d * d / float64(len(xs)-1) / float64(len(xs))
		}
	}
	sorted := slices.Sorted(slices.Values(times))
	ratio, half := mean[0]-mean[1], 2.03*math.Sqrt(variance) // Student's t, for 36 degrees of freedom and more
	return point{size, sorted[len(sorted)/2], math.Exp(ratio), math.Exp(ratio - half), math.Exp(ratio + half)}
}

func (c curve) print() {
	fmt.Println(c.name)
	for _, p := range c.points {
		fmt.Printf("    %9d %10.1f ns   %6.2f  [%.2f, %.2f]\n", p.size, p.ns, p.mean, p.low, p.high)
	}
}
