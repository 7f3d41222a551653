// Package interval is what the benchmarks know of statistics: the ratio of two
// programs, from pairs of their runs, with its 95 % interval.
package interval

import (
	"fmt"
	"math"
)

// Enough is how many pairs make a result.
const Enough = 20

// Few returns a line that says that there are not enough pairs, if so; else nothing.
func Few(pairs int) string {
	if pairs >= Enough {
		return ""
	}
	return fmt.Sprintf("only %d pairs: a result needs %d\n", pairs, Enough)
}

// A Ratio is a geometric mean with its 95 % interval.
type Ratio struct{ Mean, Low, High float64 }

// Of returns the ratio whose logarithm was seen to be each of logs, once for each
// pair of runs. It panics if there are fewer than two, or one is no number.
func Of(logs []float64) Ratio {
	mean, half := Mean(logs)
	return Ratio{math.Exp(mean), math.Exp(mean - half), math.Exp(mean + half)}
}

// String returns the ratio to two digits.
func (r Ratio) String() string { return fmt.Sprintf("%.2f [%.2f, %.2f]", r.Mean, r.Low, r.High) }

// Fine returns the ratio to three digits.
func (r Ratio) Fine() string { return fmt.Sprintf("%.3f [%.3f, %.3f]", r.Mean, r.Low, r.High) }

// Mean returns the mean of values and half the width of its 95 % interval, by
// Student's t. It panics if there are fewer than two, or one is no number.
func Mean(values []float64) (mean, half float64) {
	n := float64(len(values))
	if n < 2 {
		panic(fmt.Sprintf("no interval: %g values", n))
	}
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			panic(fmt.Sprintf("no interval: a value of %g", v))
		}
		mean += v / n
	}
	var squares float64
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return mean, quantile(len(values)-1) * math.Sqrt(squares/(n-1)/n)
}

// quantiles are those of 97.5 % of Student's t, by degrees of freedom from 1.
var quantiles = [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
	2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093}

// quantile returns the quantile for some degrees of freedom. Behind the table it
// comes from the normal one, by the first terms of the Cornish-Fisher expansion,
// which are good to three digits there.
func quantile(freedom int) float64 {
	if freedom <= len(quantiles) {
		return quantiles[freedom-1]
	}
	const z = 1.959964
	v := float64(freedom)
	return z + (z*z*z+z)/(4*v) + (5*math.Pow(z, 5)+16*z*z*z+3*z)/(96*v*v)
}
