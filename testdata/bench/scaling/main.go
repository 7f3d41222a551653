// Scaling measures what an event costs while something grows: the number of
// live goroutines, of storages that exist, of messages that wait in a channel,
// and on one and on two processors. Each should stay what it is, or what it
// becomes in plain Go. It is built twice, plain and instrumented:
//
//	go build -o plain . && asynchooks build -o instrumented . && ./plain [-svg scaling.svg] ./plain ./instrumented
//
// It prints a table and draws the same as an SVG. A figure is nanoseconds of
// processor time for one operation, the median of runs, and its ratio to the
// smallest size, from pairs of runs of both in turn, with a 95 % interval; each run
// is in a process of its own, those of more than 10,000 apart. Plain Go carries no
// value but in a context, and that where it is read or set.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

func main() {
	svg := flag.String("svg", "", "draw the curves to this `file`")
	pairs := flag.Int("pairs", interval.Enough, "how often each size is measured, at least twice")
	most := flag.Int("most", 1_000_000, "the largest size")
	only := flag.String("only", "", "series whose name contains this `text`")
	worker := flag.String("worker", "", "be the program that is measured, in that `mode`: plain, store or hooks")
	procs := flag.Int("procs", 0, "measure with so many processors; 0 is with one, and then with two at some sizes")
	flag.Parse()
	var err error
	switch {
	case *worker != "":
		err = serve(*worker, *procs)
	case flag.NArg() != 2 || *pairs < 2:
		fmt.Fprintln(os.Stderr, "usage: scaling [flags] plain instrumented")
		os.Exit(2)
	default:
		b := bench{programs: map[string]string{"plain": flag.Arg(0), "store": flag.Arg(1), "hooks": flag.Arg(1)}, pairs: *pairs, most: *most}
		err = b.run(*only, *procs, *svg)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "scaling: %v\n", err)
		os.Exit(1)
	}
}

// modes are the curves of a series: what carries a value, and what is used.
var modes = []struct{ name, says string }{
	{"plain", "plain Go"},
	{"store", "asynchooks, a store"},
	{"hooks", "and all hooks"},
}

type bench struct {
	programs    map[string]string // by mode
	pairs, most int
}

// run measures all series whose name contains a text.
func (b *bench) run(only string, procs int, svg string) error {
	fmt.Print(interval.Few(b.pairs))
	var panels []panel
	for _, s := range all {
		if !strings.Contains(s.name, only) {
			continue
		}
		p := panel{name: s.name}
		for _, n := range []int{1, 2} {
			if procs > 0 && n > 1 {
				break
			}
			sizes := s.sizes
			if n > 1 { // every third will do
				sizes = everyThird(sizes)
			}
			curves, err := b.measure(s, sizes, max(n, procs))
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			printCurves(s.name+", "+processors(max(n, procs)), curves)
			p.curves = append(p.curves, curves...)
		}
		panels = append(panels, p)
	}
	if len(panels) == 0 {
		return fmt.Errorf("no series has a name that contains %q", only)
	}
	if svg == "" {
		return nil
	}
	return drawPanels(svg, panels)
}

func processors(n int) string {
	if n == 1 {
		return "1 processor"
	}
	return fmt.Sprint(n, " processors")
}

// everyThird returns every third size, among them the smallest.
func everyThird(sizes []int) (some []int) {
	for i := 0; i < len(sizes); i += 3 {
		some = append(some, sizes[i])
	}
	return some
}
