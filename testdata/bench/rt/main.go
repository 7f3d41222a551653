// Rt measures package rt against context.Value, and other packages that give a
// goroutine values or a number, all in one run on this machine:
//
//	asynchooks run .           an instrumented build
//	go run .                   a plain one, with its own limits
//
// A figure is a ratio: the geometric mean over interleaved pairs of runs, with
// the interval in which it lies with 95 % certainty. A limit that the whole
// interval exceeds makes the exit code 1.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// A row is one figure: what an operation costs, as a ratio to another.
type row struct {
	name   string
	op     func(n int) // does it n times
	base   func(n int)
	limit  float64 // 0: none
	allocs float64 // at most, per operation; -1: any
}

func main() {
	pairs := flag.Int("pairs", 24, "how many `pairs` of runs, at least 20")
	each := flag.Duration("each", 4*time.Millisecond, "how long a run takes, about")
	only := flag.String("only", "", "rows whose name contains this `text`")
	thread := flag.Bool("thread", false, "take the time of the thread, not the clock: for a busy machine; without the figures of several cores")
	flag.Parse()
	if *thread {
		clock = threadTime
	}
	fmt.Printf("mode %s\n", rt.Mode())
	exceeded := false
	for _, r := range rows() {
		if !strings.Contains(r.name, *only) || *thread && strings.Contains(r.name, "all cores") {
			continue
		}
		ratio := comparePairs(r.op, r.base, max(*pairs, 20), *each)
		allocs := allocsPerOp(r.op)
		note := ""
		if r.limit > 0 {
			note = fmt.Sprintf("at most %.2f", r.limit)
		}
		if r.limit > 0 && ratio.Low > r.limit || r.allocs >= 0 && allocs > r.allocs {
			note += "  EXCEEDED"
			exceeded = true
		}
		fmt.Printf("%-44s %8.2f  [%.2f, %.2f]  %3g allocs  %s\n", r.name, ratio.Mean, ratio.Low, ratio.High, allocs, note)
	}
	if exceeded {
		os.Exit(1)
	}
}

// allocsPerOp tells what one operation allocates by what many more do.
func allocsPerOp(op func(n int)) float64 {
	const few, many = 10, 2010
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	op(few)
	var a, b, c runtime.MemStats
	runtime.ReadMemStats(&a)
	op(few)
	runtime.ReadMemStats(&b)
	op(many)
	runtime.ReadMemStats(&c)
	more := float64(c.Mallocs-b.Mallocs) - float64(b.Mallocs-a.Mallocs)
	return math.Round(10*more/(many-few)) / 10
}
