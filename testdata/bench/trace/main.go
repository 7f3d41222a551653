// Trace measures what the recorder costs: the throughput of an HTTP server that
// is recorded, against the same binary that is not, and the time of an event.
//
//	asynchooks run ./testdata/bench/trace
//
// The server does next to nothing for a request, which is the hardest case. Two
// processes of the same binary differ by a percent or two in how their memory
// happens to lie, so each round starts both servers anew and measures them in
// turns, a b b a; what comes out is one figure. The clock counts requests per
// second, of client and server, which share the processors. Next to it stands
// the processor time that the server took for a request, which is what else goes
// on in the machine disturbs less.
//
// A figure is a geometric mean over rounds, with the interval in which it lies
// with 95 % certainty. A limit that the whole interval exceeds makes the exit
// code 1.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	_ "github.com/asynchooks/asynchooks/rt/trace/auto"
	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

// maxLoss is how much of the throughput the recorder may cost.
const maxLoss = 0.05

func main() {
	rounds := flag.Int("rounds", 60, "how many `rounds`, at least 20")
	each := flag.Duration("each", 150*time.Millisecond, "how long one measurement takes")
	connections := flag.Int("connections", 16, "how many connections")
	same := flag.Bool("same", false, "record neither server: the figures are those of no difference")
	server := flag.Bool("server", false, "be the server")
	flag.Parse()
	if *server {
		serve()
	}
	if !rt.Instrumented() {
		fmt.Fprintln(os.Stderr, "build this with asynchooks: it compares two instrumented servers")
		os.Exit(2)
	}
	n := max(*rounds, 20)
	exceeded := measureEvents(n)
	if measureThroughput(n, *each, *connections, *same) {
		exceeded = true
	}
	if exceeded {
		os.Exit(1)
	}
}

// measureThroughput compares a server that is recorded with one that is not. It
// reports whether that costs more than it may.
func measureThroughput(rounds int, each time.Duration, connections int, same bool) (exceeded bool) {
	dir, err := os.MkdirTemp("", "bench-trace-")
	check(err)
	defer os.RemoveAll(dir)
	var throughputs, costs []float64 // logarithms of ratios
	var rate, cost float64
	for n := range rounds {
		trace := ""
		if !same {
			trace = filepath.Join(dir, "trace")
		}
		recorded, plain := start(trace), start("")
		recorded.load(connections, each/2) // both are warm
		plain.load(connections, each/2)
		servers := [...]*target{recorded, plain, plain, recorded}
		if n%2 == 1 {
			servers = [...]*target{plain, recorded, recorded, plain}
		}
		for _, s := range servers {
			s.measure(connections, each)
		}
		recorded.stop()
		plain.stop()
		if trace != "" {
			info, err := os.Stat(trace)
			check(err)
			if info.Size() < 1<<20 {
				fmt.Fprintf(os.Stderr, "the trace of a round has %d bytes: nothing was recorded\n", info.Size())
				os.Exit(1)
			}
			check(os.Remove(trace))
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
	if cost == 0 {
		return exceeded // not known here
	}
	fmt.Printf("the server's time for a request, recorded / not  %s  (%.1f µs)\n", interval.Of(costs).Fine(), cost*1e6)
	return exceeded
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
