package main

import (
	"fmt"
	"math"
	"os/exec"
	"slices"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// A curve is a measured series, in one mode.
type curve struct {
	name   string
	points []point
}

type point struct {
	size  int
	ns    float64        // the median
	ratio interval.Ratio // to the smallest size
}

// measure returns the curves of a series.
func (b *bench) measure(s series, sizes []int, procs int) ([]curve, error) {
	var curves []curve
	for _, m := range modes {
		c := curve{name: m.says + ", " + processors(procs)}
		for _, size := range sizes {
			if size > b.most {
				break
			}
			p, err := b.point(s, m.name, procs, sizes[0], size)
			if err != nil {
				return nil, fmt.Errorf("%s, size %d: %w", m.says, size, err)
			}
			c.points = append(c.points, p)
		}
		curves = append(curves, c)
	}
	return curves, nil
}

// point measures a size beside the smallest one, each in a process of its own.
func (b *bench) point(s series, mode string, procs, smallest, size int) (point, error) {
	base, stopBase, err := b.start(s, mode, procs, smallest)
	if err != nil {
		return point{}, err
	}
	defer stopBase()
	other, stopOther, err := b.start(s, mode, procs, size)
	if err != nil {
		return point{}, err
	}
	defer stopOther()
	runs, err := process.Turns(b.pairs, base, other)
	if err != nil {
		return point{}, err
	}
	logs := make([]float64, b.pairs)
	for i := range logs {
		logs[i] = math.Log(runs[1][i] / runs[0][i])
	}
	slices.Sort(runs[1])
	return point{size, runs[1][b.pairs/2], interval.Of(logs)}, nil
}

// start starts a program with a series at a size, and returns what measures the
// nanoseconds of one operation.
func (b *bench) start(s series, mode string, procs, size int) (run func() (float64, error), stop func() error, err error) {
	p, err := process.Start(exec.Command(b.programs[mode], "-worker", mode, "-procs", fmt.Sprint(procs)))
	if err != nil {
		return nil, nil, err
	}
	if _, err := p.Ask("up "+s.name, size); err != nil {
		return nil, nil, err
	}
	time := func(n int) (float64, error) {
		c, err := p.Time("do", n)
		return c.Nanoseconds, err
	}
	const each = 2e6 // nanoseconds
	if _, err := time(1); err != nil {
		return nil, nil, err
	}
	n, err := process.Calibrate(each, time)
	if err != nil {
		return nil, nil, err
	}
	return func() (float64, error) {
		ns, err := time(n)
		return ns / float64(n), err
	}, p.Stop, nil
}

// printCurves prints the curves of a series beside each other.
func printCurves(name string, curves []curve) {
	fmt.Printf("%-54s", name)
	for _, m := range modes {
		fmt.Printf("  %32s", m.says)
	}
	fmt.Println()
	for i, p := range curves[0].points {
		fmt.Printf("%54d", p.size)
		for _, c := range curves {
			fmt.Printf("  %9.1f ns %20s", c.points[i].ns, c.points[i].ratio)
		}
		fmt.Println()
	}
}
