package main

import (
	"errors"
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

// quick is the largest size that a process of its own is brought to for each run;
// beyond it, all runs are one process's, and what that happens to be like is in
// the figure.
const quick = 10_000

// A sample is a size of a series, in one mode.
type sample struct {
	command []string
	series  series
	size    int
	n       int              // how often the operation is done in a run
	kept    *process.Process // of a large size
}

// point measures a size beside the smallest one.
func (b *bench) point(s series, mode string, procs, smallest, size int) (point, error) {
	command := []string{b.programs[mode], "-worker", mode, "-procs", fmt.Sprint(procs)}
	base := &sample{command: command, series: s, size: smallest}
	other := &sample{command: command, series: s, size: size}
	for _, x := range []*sample{base, other} {
		if err := x.prepare(); err != nil {
			return point{}, err
		}
		if x.kept != nil {
			defer x.kept.Stop()
		}
	}
	runs, err := process.Turns(b.pairs, base.run, other.run)
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

// start starts a program and brings it to the size. Whoever calls it stops it.
func (x *sample) start() (*process.Process, error) {
	p, err := process.Start(exec.Command(x.command[0], x.command[1:]...))
	if err != nil {
		return nil, err
	}
	if _, err := p.Ask("up "+x.series.name, x.size); err != nil {
		p.Stop() // the first error says why
		return nil, err
	}
	return p, nil
}

// prepare finds out how often the operation is done in a run.
func (x *sample) prepare() error {
	const each = 2e6 // nanoseconds
	p, err := x.start()
	if err != nil {
		return err
	}
	x.n, err = process.Calibrate(each, func(n int) (float64, error) {
		c, err := p.Time("do", n)
		return c.Nanoseconds, err
	})
	if err == nil && x.size > quick {
		x.kept = p
		return nil
	}
	return errors.Join(err, p.Stop())
}

// run measures the operation once, warm, and returns the nanoseconds of one.
func (x *sample) run() (float64, error) {
	p := x.kept
	if p == nil {
		var err error
		if p, err = x.start(); err != nil {
			return 0, err
		}
		defer p.Stop()
		if _, err := p.Time("do", x.n/4+1); err != nil {
			return 0, err
		}
	}
	c, err := p.Time("do", x.n)
	return c.Nanoseconds / float64(x.n), err
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
