package process

import "fmt"

// Turns has each of some measurements made n times, in turn, and every second time
// in the opposite order: a change of the machine's speed meets all of them. The
// i-th result of each is made beside the i-th of the others.
func Turns[T any](n int, measure ...func() (T, error)) ([][]T, error) {
	results := make([][]T, len(measure))
	for i := range n {
		for k := range measure {
			if i%2 == 1 {
				k = len(measure) - 1 - k
			}
			r, err := measure[k]()
			if err != nil {
				return nil, err
			}
			results[k] = append(results[k], r)
		}
	}
	return results, nil
}

// Calibrate returns how often an operation is to be done to take about so many
// nanoseconds, by doing it more and more often. The result is at least 1.
func Calibrate(nanoseconds float64, time func(n int) (float64, error)) (int, error) {
	const most = 1 << 40
	for n := 1; n < most; n *= 2 {
		t, err := time(n)
		if err != nil {
			return 0, err
		}
		if t >= nanoseconds/2 {
			return max(1, int(float64(n)*nanoseconds/t)), nil
		}
	}
	return 0, fmt.Errorf("an operation takes no time: done %d times, it does not take %g ns", most/2, nanoseconds/2)
}
