// Table measures programs beside each other and prints one table of ratios:
//
//	table [flags] name=program name=program…
//
// A program is one of testdata/bench/peers, or workloads.js under node; its name
// chooses the column. The script run builds them all and starts this.
//
// A figure is the geometric mean over pairs of runs, each in a process of its own,
// which take turns with those of all columns, and under it the interval in which
// it lies with 95 % certainty. A limit that the whole interval exceeds is marked,
// and makes the exit code 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

func main() {
	pairs := flag.Int("pairs", interval.Enough, "how many pairs of runs, at least 2")
	each := flag.Duration("each", 5*time.Millisecond, "how long a run takes, about")
	only := flag.String("only", "", "rows whose section and name, with a colon between them, match this `expression`")
	columns := flag.String("columns", "", "columns whose name matches this `expression`, and those that they are ratios to")
	node := flag.Bool("node", false, "compare with Node.js instead, each with its own plain program")
	flag.Parse()
	rows, err := regexp.Compile(*only)
	if err == nil {
		var chosen *regexp.Regexp
		if chosen, err = regexp.Compile(*columns); err == nil {
			err = run(config{*pairs, *each, rows, chosen, *node}, flag.Args())
		}
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "table: %v\n", err)
		os.Exit(1)
	}
}

type config struct {
	pairs   int
	each    time.Duration
	rows    *regexp.Regexp
	columns *regexp.Regexp
	node    bool
}

func run(c config, programs []string) error {
	if c.pairs < 2 {
		return fmt.Errorf("-pairs %d: there is no interval with fewer than 2", c.pairs)
	}
	t := table{sections: sections, legend: legend}
	if c.node {
		t.sections, t.legend = nodeSections, nodeLegend
	}
	for _, p := range programs {
		name, words, _ := strings.Cut(p, "=")
		column, err := newColumn(name, strings.Fields(words))
		if err != nil {
			return err
		}
		if name == plain || name == byHand || name == nodePlain || c.columns.MatchString(name) {
			t.columns = append(t.columns, column)
		}
	}
	if t.column(plain) == nil {
		return fmt.Errorf("no program has the name %q: all else is a ratio to it", plain)
	}
	began := time.Now()
	if err := t.measure(c); err != nil {
		return err
	}
	t.print(os.Stdout)
	fmt.Printf("%s%d pairs of runs for each figure, of HTTP twice as many; it took %s\n", interval.Few(c.pairs), c.pairs, time.Since(began).Round(time.Second))
	if t.exceeded() {
		return fmt.Errorf("a figure is beyond its limit")
	}
	return nil
}
