// Trace measures what the recorder costs: the throughput of an HTTP server that
// is recorded, against the same binary that is not, and the time of an event.
//
//	asynchooks run ./testdata/bench/trace
//
// The server does next to nothing for a request, which is the hardest case. Two
// processes of the same binary differ by a percent or two in how their memory
// happens to lie, so each round starts both servers anew and measures them in
// turns, a b b a; what comes out is one figure. The clock times the same number of
// requests, of client and server, which share the processors. Next to it stands
// the processor time that the server took for a request, which is what else goes
// on in the machine disturbs less.
//
// A figure is a geometric mean over rounds, with the interval in which it lies
// with 95 % certainty. A limit that the whole interval exceeds makes the exit
// code 1.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	_ "github.com/asynchooks/asynchooks/rt/trace/auto"
	"github.com/asynchooks/asynchooks/testdata/bench/interval"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// maxLoss is how much of the throughput the recorder may cost.
const maxLoss = 0.05

func main() {
	rounds := flag.Int("rounds", 60, "how many `rounds`, at least 20")
	each := flag.Duration("each", 150*time.Millisecond, "how long one measurement takes, about")
	connections := flag.Int("connections", 16, "how many connections")
	same := flag.Bool("same", false, "record neither server: the figures are those of no difference")
	server := flag.Bool("server", false, "be the server")
	flag.Parse()
	if *server {
		check(serve())
		return
	}
	if !rt.Instrumented() {
		fmt.Fprintln(os.Stderr, "build this with asynchooks: it compares two instrumented servers")
		os.Exit(2)
	}
	n := max(*rounds, interval.Enough)
	exceeded := measureEvents(n)
	slow, err := measureThroughput(n, *each, *connections, *same)
	check(err)
	if exceeded || slow {
		os.Exit(1)
	}
}

// measureThroughput compares a server that is recorded with one that is not. It
// reports whether that costs more than it may.
func measureThroughput(rounds int, each time.Duration, connections int, same bool) (exceeded bool, err error) {
	dir, err := os.MkdirTemp("", "bench-trace-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	file := ""
	if !same {
		file = filepath.Join(dir, "trace")
	}
	var throughputs, costs []float64 // logarithms of ratios
	var rate, cost float64
	for n := range rounds {
		recorded, plain, err := round(n, file, each, connections)
		if err != nil {
			return false, err
		}
		throughputs = append(throughputs, math.Log(recorded.rate()/plain.rate()))
		costs = append(costs, math.Log(recorded.cost()/plain.cost()))
		rate += plain.rate() / float64(rounds)
		cost += plain.cost() / float64(rounds)
	}
	r := interval.Of(throughputs)
	verdict := ""
	if r.High < 1-maxLoss {
		verdict, exceeded = "  EXCEEDED", true
	}
	fmt.Printf("HTTP throughput, recorded / not  %s  at least %.2f%s  (%.0f requests a second)\n", r.Fine(), 1-maxLoss, verdict, rate)
	fmt.Printf("the server's time for a request, recorded / not  %s  (%.1f µs)\n", interval.Of(costs).Fine(), cost*1e6)
	return exceeded, nil
}

// round measures both servers, the first of which writes to a file if one is named.
func round(n int, file string, each time.Duration, connections int) (recorded, plain *target, err error) {
	if recorded, err = start(file, connections); err != nil {
		return nil, nil, err
	}
	if plain, err = start("", connections); err != nil {
		return nil, nil, err
	}
	// Both are warm after this.
	requests, err := process.Calibrate(float64(each), func(n int) (float64, error) {
		if _, err := recorded.Requests(n); err != nil {
			return 0, err
		}
		took, err := plain.Requests(n)
		return float64(took), err
	})
	if err != nil {
		return nil, nil, err
	}
	servers := [...]*target{recorded, plain, plain, recorded}
	if n%2 == 1 {
		servers = [...]*target{plain, recorded, recorded, plain}
	}
	for _, s := range servers {
		if err := s.measure(requests); err != nil {
			return nil, nil, err
		}
	}
	if err := errors.Join(recorded.stop(), plain.stop()); err != nil || file == "" {
		return recorded, plain, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, nil, err
	}
	if info.Size() < int64(recorded.requests) { // each is several events
		return nil, nil, fmt.Errorf("the trace of %d requests has %d bytes: they were not recorded", recorded.requests, info.Size())
	}
	return recorded, plain, os.Remove(file)
}

func check(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "trace: %v\n", err)
		os.Exit(1)
	}
}
