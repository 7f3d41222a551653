// Node puts the slow-down that hooks and storages bring in Node.js beside the one
// that they bring here. Both do the same four workloads; each figure is a ratio
// of processor time to the same program's without any of it, never of one
// language to the other:
//
//	go build -o plain . && asynchooks build -o instrumented . && ./plain ./plain ./instrumented workloads.js
//
// A figure is the geometric mean over interleaved pairs of runs, with the interval
// in which it lies with 95 % certainty.
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

// modes are what is used; the first is what the others are ratios to.
var modes = []struct{ name, says string }{
	{"none", "nothing used"},
	{"init", "an init hook"},
	{"all", "all hooks"},
	{"storage", "one storage"},
	{"storages", "ten storages"},
}

func main() {
	pairs := flag.Int("pairs", 20, "how many pairs of runs, at least 2")
	worker := flag.String("worker", "", "be the program that is measured, in that `mode`")
	flag.Parse()
	if *worker != "" {
		serve(*worker)
		return
	}
	if flag.NArg() != 3 || *pairs < 2 {
		fmt.Fprintln(os.Stderr, "usage: node [-pairs N] plain instrumented workloads.js")
		os.Exit(2)
	}
	fmt.Print(interval.Few(*pairs))
	if err := compare(flag.Arg(0), flag.Arg(1), flag.Arg(2), *pairs); err != nil {
		fmt.Fprintf(os.Stderr, "node: %v\n", err)
		os.Exit(1)
	}
}

// rows are the workloads, by the name that both programs know.
var rows = []struct{ name, says string }{
	{"chain", "await chain / goroutine chain"},
	{"handover", "promise / channel"},
	{"timers", "timers"},
	{"http", "HTTP"},
}

func compare(plain, instrumented, script string, pairs int) error {
	version, err := exec.Command("node", "--version").Output()
	node := err == nil
	if node {
		fmt.Printf("Node.js %s", version)
	} else {
		fmt.Println("no node in PATH: the column of Node.js is left out")
	}
	for _, row := range rows {
		fmt.Println(row.says)
		if err := compareRow(row.name, plain, instrumented, script, node, pairs); err != nil {
			return err
		}
	}
	return nil
}

// compareRow compares a workload, in processes of its own: what another one left,
// such as the runtime's records of many goroutines, would weigh on each collection.
func compareRow(workload, plain, instrumented, script string, node bool, pairs int) error {
	base, err := start(plain, "-worker", "none")
	if err != nil {
		return err
	}
	defer base.in.Close()
	var nodeBase *process
	for i, m := range modes {
		p, err := start(instrumented, "-worker", m.name)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("    %-14s here %s", m.says, ratio(base, p, workload, pairs))
		p.in.Close()
		if node {
			p, err := start("node", script, m.name)
			if err != nil {
				return err
			}
			defer p.in.Close()
			if i == 0 {
				nodeBase = p
			} else {
				line += "    Node.js " + ratio(nodeBase, p, workload, pairs)
			}
		}
		fmt.Println(line)
	}
	return nil
}

// A process is one of the programs at work.
type process struct {
	name string
	in   io.WriteCloser
	out  *bufio.Scanner
}

func start(words ...string) (*process, error) {
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
		return nil, fmt.Errorf("start %s: %w", words[0], err)
	}
	return &process{strings.Join(words, " "), in, bufio.NewScanner(out)}, nil
}

// time has a workload done n times and returns the nanoseconds for one.
func (p *process) time(workload string, n int) float64 {
	fmt.Fprintf(p.in, "%s %d\n", workload, n)
	var ns float64
	if !p.out.Scan() {
		fmt.Fprintf(os.Stderr, "node: %s ended at %s\n", p.name, workload)
		os.Exit(1)
	}
	if _, err := fmt.Sscan(p.out.Text(), &ns); err != nil || ns <= 0 {
		fmt.Fprintf(os.Stderr, "node: %s answers %q at %s\n", p.name, p.out.Text(), workload)
		os.Exit(1)
	}
	return ns / float64(n)
}

// ratio compares a workload of other with base, in turn.
func ratio(base, other *process, workload string, pairs int) string {
	n := 100
	for base.time(workload, n)*float64(n) < 10e6 {
		n *= 2
	}
	logs := make([]float64, pairs)
	for i := range logs {
		var a, b float64
		if i%2 == 0 {
			a, b = base.time(workload, n), other.time(workload, n)
		} else {
			b, a = other.time(workload, n), base.time(workload, n)
		}
		logs[i] = math.Log(b / a)
	}
	return interval.Of(logs).String()
}
