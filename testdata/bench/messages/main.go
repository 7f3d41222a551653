// Messages measures channel operations against the stock runtime. It is built
// twice, plain and instrumented, and runs both side by side:
//
//	go build -o plain . && asynchooks build -o instrumented . && ./plain -pairs 20 ./plain ./instrumented
//
// Each figure is a ratio of processor times: the geometric mean over interleaved
// pairs of runs, with the interval in which it lies with 95 % certainty. The plain
// program never uses rt; the instrumented one is measured with nothing used, with
// a store in the senders, once ids were asked for, and with all hooks enabled. A
// limit that the whole interval exceeds makes the exit code 1.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"runtime"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

func main() {
	pairs := flag.Int("pairs", 20, "how many pairs of runs, at least 2")
	worker := flag.String("worker", "", "be the one that is measured, in that mode")
	only := flag.String("op", "", "one operation alone")
	flag.Parse()
	if *worker != "" {
		serve(*worker)
		return
	}
	if flag.NArg() != 2 || *pairs < 2 {
		fmt.Fprintln(os.Stderr, "usage: messages [-pairs N] [-op NAME] plain instrumented")
		os.Exit(2)
	}
	fmt.Print(interval.Few(*pairs))
	if !measure(flag.Arg(0), flag.Arg(1), *pairs, *only) {
		os.Exit(1)
	}
}

// modes are what the instrumented program uses.
var modes = []string{"nothing", "frame", "ids", "hooks"}

var store = rt.NewAsyncLocalStorage[int](nil)

// serve runs the operations that it is told to, each that many times, and
// answers with nanoseconds, or with allocations and bytes.
func serve(mode string) {
	runtime.GOMAXPROCS(1)
	switch mode {
	case "ids":
		rt.ExecutionAsyncID()
	case "hooks":
		rt.CreateHook(rt.HookCallbacks{
			Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
			Before:         func(rt.ID) {},
			After:          func(rt.ID) {},
			Destroy:        func(rt.ID) {},
			PromiseResolve: func(rt.ID) {},
		}).Enable()
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var name string
		var n int
		if _, err := fmt.Sscanf(in.Text(), "%q %d", &name, &n); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		run := func() { fmt.Println(timed(ops[name], n)) }
		if fn := sizes[name]; fn != nil {
			run = func() { fmt.Println(fn(n)) }
		}
		if mode == "nothing" {
			run()
		} else {
			store.Run(1, run)
		}
	}
}

// timed returns the nanoseconds of processor time that n operations take.
func timed(op func(n int), n int) int64 {
	runtime.GC()
	start := processorTime()
	op(n)
	return int64(processorTime() - start)
}
