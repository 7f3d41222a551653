// Scaling measures what an event costs while something grows: the number of
// live goroutines, of storages that exist, of messages that wait in a channel,
// and on one and on two processors. Each should stay what it is.
//
//	asynchooks run . [-svg scaling.svg]
//
// It prints a table and draws the same as an SVG. A figure is nanoseconds of
// processor time for one operation, the median of runs taken in turn with the
// other sizes', and its ratio to the smallest size with a 95 % interval.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
)

// A series is one curve: sizes of what grows, and what is measured at each.
type series struct {
	name  string
	sizes []int
	// at brings what grows to a size and returns the operation, done n times, and
	// what takes it all down.
	at func(size int) (op func(n int), down func())
}

// everyThird returns every third size, among them the smallest.
func everyThird(sizes []int) (some []int) {
	for i := 0; i < len(sizes); i += 3 {
		some = append(some, sizes[i])
	}
	return some
}

func main() {
	svg := flag.String("svg", "", "draw the curves to this `file`")
	runs := flag.Int("runs", 20, "how often each size is measured")
	most := flag.Int("most", 1_000_000, "the largest size")
	only := flag.String("only", "", "curves whose name contains this `text`")
	flag.Parse()
	fmt.Printf("mode %s\n", rt.Mode())
	var curves []curve
	few := false // every third size will do after the first curves
	for _, procs := range []int{1, 2} {
		runtime.GOMAXPROCS(procs)
		for _, hooked := range []bool{false, true} {
			var hook *rt.AsyncHook
			what := fmt.Sprintf("%d procs", procs)
			if hooked {
				what += ", all hooks"
				hook = rt.CreateHook(rt.HookCallbacks{
					Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
					Before:         func(rt.ID) {},
					After:          func(rt.ID) {},
					Destroy:        func(rt.ID) {},
					PromiseResolve: func(rt.ID) {},
				}).Enable()
			}
			for _, s := range all() {
				if !strings.Contains(s.name, *only) {
					continue
				}
				if few {
					s.sizes = everyThird(s.sizes)
				}
				c := measure(s, *most, *runs)
				c.name += ", " + what
				c.print()
				curves = append(curves, c)
			}
			if hook != nil {
				hook.Disable()
				rt.Flush()
			}
			few = true
		}
	}
	if *svg != "" {
		if err := draw(*svg, curves); err != nil {
			fmt.Fprintf(os.Stderr, "scaling: draw %s: %v\n", *svg, err)
			os.Exit(1)
		}
	}
}
