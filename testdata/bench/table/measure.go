package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
	"github.com/asynchooks/asynchooks/testdata/bench/load"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// A runner is an operation of one program, with something used.
type runner struct {
	column  *column
	op, use string
	kind    kind
	n       int              // how often it is done in a run
	kept    *process.Process // where the column's is
	costs   []process.Cost   // of one operation, run by run
	bytes   float64          // for that kind
	each    time.Duration    // how long a run takes, about
}

// connections are how many clients a server has at once.
const connections = 16

// greeting is what a program's server answers.
const greeting = "hello, " + load.Path

// newRunner makes a runner, or none if the program has no such operation.
func newRunner(c *column, op, use string, kind kind, each time.Duration) (*runner, error) {
	r := &runner{column: c, op: op, use: use, kind: kind, each: each}
	if kind == served {
		r.each *= 40 // a request takes long, and there are many at once
	}
	if c.kept {
		r.each *= 4 // its clock is coarse
		p, err := r.start()
		if err != nil {
			return nil, err
		}
		r.kept = p
	}
	err := r.prepare()
	if err == nil {
		return r, nil
	}
	if stopped := r.stop(); errors.Is(err, process.ErrNone) {
		return nil, stopped
	}
	return nil, err
}

// prepare finds out how often the operation is done in a run; for bytes, they are
// all that is wanted.
func (r *runner) prepare() error {
	if r.kind == bytes {
		return r.inProcess(func(p *process.Process) error {
			answer, err := p.Ask(r.op, 10_000)
			if err != nil {
				return err
			}
			_, err = fmt.Sscan(answer, &r.bytes, new(float64))
			return err
		})
	}
	return r.measured(func(time timeFunc) (err error) {
		if _, err := time(1); err != nil { // what it needs is there from then on
			return err
		}
		calibrate := func(ns float64) (int, error) {
			return process.Calibrate(ns, func(n int) (float64, error) {
				c, err := time(n)
				return c.Nanoseconds, err
			})
		}
		if r.kept != nil { // it compiles while it runs
			if _, err := calibrate(10 * float64(r.each)); err != nil {
				return err
			}
		}
		r.n, err = calibrate(float64(r.each))
		return err
	})
}

func (r *runner) start() (*process.Process, error) {
	words := r.column.with(r.use)
	return process.Start(exec.Command(words[0], words[1:]...))
}

func (r *runner) stop() error {
	if r.kept == nil {
		return nil
	}
	return r.kept.Stop()
}

// inProcess calls do with a process of the program, which is a new one unless the
// column keeps it.
func (r *runner) inProcess(do func(*process.Process) error) error {
	if r.kept != nil {
		return do(r.kept)
	}
	p, err := r.start()
	if err != nil {
		return err
	}
	if err := do(p); err != nil {
		p.Stop() // the first error says why
		return err
	}
	return p.Stop()
}

// A timeFunc does an operation n times.
type timeFunc func(n int) (process.Cost, error)

// measured calls do with what does the operation.
func (r *runner) measured(do func(timeFunc) error) error {
	return r.inProcess(func(p *process.Process) error {
		if r.kind != served {
			return do(func(n int) (process.Cost, error) { return p.Time(r.op, n) })
		}
		address, err := p.Ask(r.op, 1)
		if err != nil {
			return err
		}
		client, err := load.Dial(address, connections, greeting)
		if err != nil {
			return err
		}
		err = do(func(n int) (process.Cost, error) {
			took, err := client.Requests(n)
			return process.Cost{Nanoseconds: float64(took), Allocations: math.NaN()}, err
		})
		return errors.Join(err, client.Close())
	})
}

// run measures the operation once, warm, and returns what one costs.
func (r *runner) run() (cost process.Cost, err error) {
	err = r.measured(func(time timeFunc) error {
		if _, err := time(r.n/4 + 1); err != nil {
			return err
		}
		c, err := time(r.n)
		cost = process.Cost{Nanoseconds: c.Nanoseconds / float64(r.n), Allocations: c.Allocations / float64(r.n)}
		return err
	})
	if err == nil && cost.Nanoseconds <= 0 {
		err = fmt.Errorf("%s: %s took no time", r.column.name, r.op)
	}
	return cost, err
}

// nanoseconds are what the runs' operations took.
func (r *runner) nanoseconds() (ns []float64) {
	for _, c := range r.costs {
		ns = append(ns, c.Nanoseconds)
	}
	return ns
}

// median returns the median of what an operation took, in nanoseconds.
func (r *runner) median() float64 {
	ns := slices.Sorted(slices.Values(r.nanoseconds()))
	return ns[len(ns)/2]
}

// allocations are those of one operation, in tenths: what the runtime allocates
// now and then by itself is less.
func (r *runner) allocations() float64 {
	least := math.Inf(1)
	for _, c := range r.costs {
		least = min(least, c.Allocations)
	}
	return math.Round(10*least) / 10
}

// measureRow measures one row in all columns.
func (t *table) measureRow(c config, s *section, r row) (line, error) {
	l := line{row: r, cells: make([]cell, len(t.columns)), ns: math.NaN(), allocs: math.NaN()}
	var runners []*runner
	defer func() {
		for _, r := range runners {
			r.stop()
		}
	}()
	get := func(column *column, op, use string) (*runner, error) {
		for _, r := range runners {
			if r.column == column && r.op == op && r.use == use {
				return r, nil
			}
		}
		r, err := newRunner(column, op, use, s.kind, c.each)
		if r != nil {
			runners = append(runners, r)
		}
		return r, err
	}
	// What each column does, and what that is a ratio to.
	type pair struct{ other, base *runner }
	pairs := make([]pair, len(t.columns))
	for i := range t.columns {
		column := &t.columns[i]
		if column.name == plain || column.name == nodePlain || column.peer && r.use != store {
			continue
		}
		other, err := get(column, r.op, r.use)
		if err != nil {
			return line{}, err
		}
		if other == nil {
			continue
		}
		var base *runner
		switch {
		case r.base != "":
			base, err = get(column, r.base, r.use)
		case column.base != "":
			base, err = get(t.column(column.base), s.baseOp(r), nothing)
		default:
			base, err = get(t.column(s.base), s.baseOp(r), nothing)
		}
		if err != nil {
			return line{}, err
		}
		if base == nil {
			return line{}, fmt.Errorf("%s: %s: nothing does what %s is a ratio to", s.name, r.name, column.name)
		}
		pairs[i] = pair{other, base}
	}
	if s.kind != bytes {
		pairs := c.pairs
		if s.kind == served { // what else the machine does meets elapsed time more
			pairs *= 2
		}
		if err := turns(pairs, runners); err != nil {
			return line{}, err
		}
	}
	for i, p := range pairs {
		if p.other == nil {
			continue
		}
		l.cells[i] = t.newCell(i, s.kind, r, p.other, p.base)
		if s.kind == bytes {
			continue
		}
		for k := range t.columns {
			if p.base.column == &t.columns[k] && r.base == "" && (t.columns[k].name == plain || t.columns[k].name == s.base) {
				l.ns = p.base.median()
			}
		}
		if t.columns[i].name == toolexec && s.kind != served {
			l.allocs = p.other.allocations()
		}
	}
	return l, nil
}

// turns measures all runners in turn.
func turns(n int, runners []*runner) error {
	var measure []func() (process.Cost, error)
	for _, r := range runners {
		measure = append(measure, r.run)
	}
	costs, err := process.Turns(n, measure...)
	if err != nil {
		return err
	}
	for i, r := range runners {
		r.costs = costs[i]
	}
	return nil
}

// newCell compares two runners.
func (t *table) newCell(i int, kind kind, r row, other, base *runner) cell {
	limit := 0.0
	switch t.columns[i].name {
	case toolexec:
		limit = r.limit
	case stock:
		limit = r.stock
	}
	c := cell{there: true}
	if kind == bytes {
		c.bytes = other.bytes - base.bytes
		c.exceeds = limit > 0 && c.bytes > limit+0.5 // what the runtime allocates by itself
		return c
	}
	logs := make([]float64, len(base.costs))
	for k := range logs {
		logs[k] = math.Log(other.costs[k].Nanoseconds / base.costs[k].Nanoseconds)
	}
	c.ratio = interval.Of(logs)
	c.exceeds = limit > 0 && c.ratio.Low > limit || r.free && t.columns[i].name == toolexec && other.allocations() > 0
	return c
}

// progress shows on a terminal what is measured.
func progress(format string, args ...any) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return
	}
	fmt.Fprintf(os.Stderr, "\r\033[K"+format, args...)
}
