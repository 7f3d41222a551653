// Table measures programs of package ops against the first of them:
//
//	table [-pairs N] name=program name=program…
//
// Each figure is a ratio of processor times: the geometric mean over interleaved
// pairs of runs, with the interval in which it lies with 95 % certainty.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strings"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

// rows are the operations, and what the first program does in each.
var rows = []struct{ op, base string }{
	{"read", "context.Value, depth 1"},
	{"set", "context.WithValue and a call"},
	{"spawn", "a go statement, and waiting for it"},
	{"message", "a send and a receive in a loop"},
	{"message, buffered", "a send and a receive in a loop"},
	{"time.AfterFunc", "one that fires"},
	{"time.NewTimer, Stop", "one that does not fire"},
	{"HTTP request", "client and server"},
}

// A process is one of the programs at work.
type process struct {
	name string
	in   io.Writer
	out  *bufio.Scanner
}

func main() {
	pairs := flag.Int("pairs", 20, "how many pairs of runs, at least 2")
	flag.Parse()
	if flag.NArg() < 2 || *pairs < 2 {
		fmt.Fprintln(os.Stderr, "usage: table [-pairs N] name=program name=program...")
		os.Exit(2)
	}
	fmt.Print(interval.Few(*pairs))
	var all []*process
	for _, arg := range flag.Args() {
		name, program, _ := strings.Cut(arg, "=")
		p, err := start(name, strings.Fields(program))
		if err != nil {
			fmt.Fprintf(os.Stderr, "table: %v\n", err)
			os.Exit(1)
		}
		all = append(all, p)
	}
	base := all[0]
	for _, row := range rows {
		n := 1
		for base.time(row.op, n) < 4e6 {
			n *= 2
		}
		fmt.Printf("%s: %.4g ns in the plain program (%s)\n", row.op, base.time(row.op, n)/float64(n), row.base)
		for _, p := range all[1:] {
			m := n
			t := p.time(row.op, 1)
			if math.IsNaN(t) {
				continue
			}
			for t > 0 && m > 1 && p.time(row.op, m) > 20e6 {
				m /= 2 // it is so slow that less will do
			}
			r := ratio(base, p, row.op, n, m, *pairs)
			fmt.Printf("    %-34s %8.2f  [%.2f, %.2f]\n", p.name, r.Mean, r.Low, r.High)
		}
	}
}

func start(name string, words []string) (*process, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("%s: no program", name)
	}
	cmd := exec.Command(words[0], words[1:]...)
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
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return &process{name, in, bufio.NewScanner(out)}, nil
}

// time has an operation done n times and returns the nanoseconds; NaN: the
// program has no such operation.
func (p *process) time(op string, n int) float64 {
	fmt.Fprintf(p.in, "%q %d\n", op, n)
	if !p.out.Scan() {
		fmt.Fprintf(os.Stderr, "table: %s ended at %s\n", p.name, op)
		os.Exit(1)
	}
	if p.out.Text() == "none" {
		return math.NaN()
	}
	var ns float64
	if _, err := fmt.Sscan(p.out.Text(), &ns); err != nil {
		fmt.Fprintf(os.Stderr, "table: %s answers %q at %s\n", p.name, p.out.Text(), op)
		os.Exit(1)
	}
	return ns
}

// ratio compares n of base with m of other, in turn.
func ratio(base, other *process, op string, n, m, pairs int) interval.Ratio {
	logs := make([]float64, pairs)
	for i := range logs {
		var a, b float64
		if i%2 == 0 {
			a, b = base.time(op, n), other.time(op, m)
		} else {
			b, a = other.time(op, m), base.time(op, n)
		}
		logs[i] = math.Log(b / float64(m) / (a / float64(n)))
	}
	return interval.Of(logs)
}
