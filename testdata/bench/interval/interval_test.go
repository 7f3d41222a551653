package interval

import (
	"math"
	"testing"
)

// The intervals of two samples, worked out by hand with a printed table of t.
func TestOf(t *testing.T) {
	tests := []struct {
		values     []float64
		mean, half float64
	}{
		{[]float64{1, 3}, 2, 12.706}, // a deviation of √2, over √2
		{[]float64{1, 2, 3, 4, 5}, 3, 2.776 * math.Sqrt(2.5) / math.Sqrt(5)},
		{make([]float64, 30), 0, 0},
	}
	for _, tt := range tests {
		mean, half := Mean(tt.values)
		if math.Abs(mean-tt.mean) > 1e-9 || math.Abs(half-tt.half) > 1e-9 {
			t.Errorf("%v: %g ± %g, want %g ± %g", tt.values, mean, half, tt.mean, tt.half)
		}
	}
	r := Of([]float64{math.Log(2), math.Log(8)})
	if math.Abs(r.Mean-4) > 1e-9 || math.Abs(r.Low*r.High-16) > 1e-6 {
		t.Errorf("2 and 8: %v", r)
	}
}

// From a printed table of t: 24, 39 and 120 degrees of freedom.
func TestQuantile(t *testing.T) {
	for freedom, want := range map[int]float64{1: 12.706, 19: 2.093, 24: 2.064, 39: 2.023, 120: 1.980} {
		if got := quantile(freedom); math.Abs(got-want) > 0.001 {
			t.Errorf("%d degrees of freedom: %.4f, want %.3f", freedom, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, values := range [][]float64{nil, {1}, {1, math.NaN()}, {1, math.Inf(-1)}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v has an interval", values)
				}
			}()
			Mean(values)
		}()
	}
}
