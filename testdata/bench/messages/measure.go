package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strings"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

// rows are what is measured, with the limit in each mode; 0 is none.
var rows = []struct {
	op    string
	limit [4]float64
}{
	{"unbuffered", [4]float64{1.05, 1.10, 1.4, 2.5}},
	{"unbuffered, awaiting", [4]float64{1.05, 1.10, 1.4, 2.5}},
	{"buffered", [4]float64{1.05, 1.10, 1.4, 2.5}},
	{"buffered, awaiting", [4]float64{1.05, 1.10, 1.4, 2.5}},
	{"same goroutine", [4]float64{1.05, 1.10, 1.4, 2.5}},
	{"select", [4]float64{1.05, 1.10, 1.4, 2.5}},
	{"select, polling", [4]float64{1.05, 1.10, 1.4, 2.5}},
	{"make(chan int)", [4]float64{1.05}},
	{"make(chan int, 8)", [4]float64{1.05}},
	{"make(chan *int, 8)", [4]float64{1.05}},
	{"make(chan struct{})", [4]float64{1.05}},
}

// A process is a worker.
type process struct {
	in  io.Writer
	out *bufio.Scanner
}

func start(path, mode string) (*process, error) {
	cmd := exec.Command(path, "-worker", mode)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return &process{in, bufio.NewScanner(out)}, nil
}

// ask runs an operation n times.
func (p *process) ask(op string, n int) string {
	fmt.Fprintf(p.in, "%q %d\n", op, n)
	p.out.Scan()
	return p.out.Text()
}

func (p *process) time(op string, n int) float64 {
	var ns float64
	if _, err := fmt.Sscan(p.ask(op, n), &ns); err != nil || ns == 0 {
		fmt.Fprintf(os.Stderr, "%s: no time: %v\n", op, err)
		os.Exit(2)
	}
	return ns
}

// measure prints all figures and reports whether they are within the limits.
func measure(plain, instrumented string, pairs int, only string) bool {
	base, err := start(plain, "nothing")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var other []*process
	for _, mode := range modes {
		p, err := start(instrumented, mode)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		other = append(other, p)
	}
	within := true
	fmt.Printf("%-24s %10s", "", "plain, ns")
	for _, mode := range modes {
		fmt.Printf(" %20s", mode)
	}
	fmt.Println()
	for _, row := range rows {
		if only != "" && row.op != only {
			continue
		}
		n := 1000
		for base.time(row.op, n) < 5e6 {
			n *= 2
		}
		fmt.Printf("%-24s %10.1f", row.op, base.time(row.op, n)/float64(n))
		for i, p := range other {
			r := ratio(base, p, row.op, n, pairs)
			mark := " "
			if limit := row.limit[i]; limit != 0 && r.Low > limit {
				mark = "!"
				within = false
			}
			fmt.Printf(" %s%s", mark, r)
		}
		fmt.Println()
	}
	for op := range sizes {
		if only == "" {
			a, b := base.ask(op, 10000), other[0].ask(op, 10000)
			fmt.Printf("%s: plain %s, instrumented %s\n", op, a, b)
			within = within && fits(a, b)
		}
	}
	return within
}

// ratio runs pairs in turn.
func ratio(base, other *process, op string, n, pairs int) interval.Ratio {
	logs := make([]float64, pairs)
	for i := range logs {
		var a, b float64
		if i%2 == 0 {
			a = base.time(op, n)
			b = other.time(op, n)
		} else {
			b = other.time(op, n)
			a = base.time(op, n)
		}
		logs[i] = math.Log(b / a)
	}
	return interval.Of(logs)
}

// sizeText is what fits reads: bytes and allocations for each of n.
func sizeText(bytes, allocs uint64, n int) string {
	return fmt.Sprintf("%.1f B, %.2f allocations", float64(bytes)/float64(n), float64(allocs)/float64(n))
}

// fits reports whether a channel takes at most 16 bytes more, and no allocation.
func fits(plain, instrumented string) bool {
	var bytes, allocs [2]float64
	for i, s := range []string{plain, instrumented} {
		fmt.Sscanf(strings.TrimSpace(s), "%g B, %g allocations", &bytes[i], &allocs[i])
	}
	return bytes[1] <= bytes[0]+16.5 && allocs[1] < allocs[0]+0.5
}
