package main

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// The test is the measured programs itself, if its first argument says so: the
// second is how many nanoseconds an operation takes, and what it is used for may
// double that.
func TestMain(m *testing.M) {
	os.Setenv("GORACE", "atexit_sleep_ms=0") // of the programs
	if len(os.Args) < 3 || os.Args[1] != "measured" {
		os.Exit(m.Run())
	}
	var each float64
	if _, err := fmt.Sscan(os.Args[2], &each); err != nil {
		panic(err)
	}
	factor := 1.0
	if slices.Contains(os.Args, "hooks") {
		factor = 2
	}
	costs := func(ns, allocations float64) process.Op {
		return func(n int) string { return fmt.Sprint(float64(n)*ns*factor, int(float64(n)*allocations)) }
	}
	ops := map[string]process.Op{
		"read":  costs(each, 0),
		"spawn": costs(100*each, 1.04),
		"size":  func(int) string { return fmt.Sprint(96+each, 1) },
		"serve": func(int) string {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				panic(err)
			}
			go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello, "+r.URL.Path) }))
			return l.Addr().String()
		},
	}
	if os.Args[2] == "4" {
		delete(ops, "spawn")
	}
	if err := process.Serve(os.Stdin, os.Stdout, ops); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measured returns the command of a program whose operation takes so long.
func measured(t *testing.T, name, ns string) column {
	t.Helper()
	c, err := newColumn(name, []string{os.Args[0], "measured", ns})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var everything = regexp.MustCompile("")

// Programs that answer what they are told to are measured, and compared.
func TestMeasure(t *testing.T) {
	table := table{
		columns: []column{
			measured(t, plain, "8"),
			measured(t, toolexec, "2"),
			measured(t, stock, "16"),
			measured(t, byHand, "4"),
		},
		sections: []section{
			{"reads", byHand, "read", processorTime, []row{
				{name: "a read", op: "read", use: store, limit: 0.5, stock: 2, free: true},
				{name: "hooks / none", op: "read", use: "hooks", base: "spawn"},
			}},
			uses("starts", processorTime, []use{{nothing, 0}, {"hooks", 0.4}}, "spawn"),
			uses("memory", bytes, []use{{nothing, 8}}, "size"),
		},
	}
	if err := table.measure(config{pairs: 3, each: time.Microsecond, rows: everything}); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	table.print(&out)
	text, _, _ := strings.Cut(out.String(), "\n\n")
	want := strings.TrimLeft(`
                       plain Go  limit  allocs   toolexec  not instrumented  context.Value
reads
  a read                   4.00    0.5    0.00       0.50             !4.00           1.00
                                                0.50–0.50         4.00–4.00      1.00–1.00
  hooks / none                -           0.00       0.01              0.01              -
                                                0.01–0.01         0.01–0.01
starts
  spawn: nothing used       800           1.00       0.25              2.00              -
                                                0.25–0.25         2.00–2.00
  spawn: all hooks          800    0.4    1.00      !0.50              4.00              -
                                                0.50–0.50         4.00–4.00
memory
  size                        -      8       -       -6 B              +8 B              -`, "\n")
	if text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if !table.exceeded() {
		t.Error("two figures are beyond their limits, and the table does not say so")
	}
}

// A server's figure is the time of requests, which is another one each time.
func TestServed(t *testing.T) {
	table := table{
		columns:  []column{measured(t, plain, "8"), measured(t, toolexec, "2")},
		sections: []section{uses("HTTP", served, []use{{store, 0}}, "serve")},
	}
	if err := table.measure(config{pairs: 2, each: time.Microsecond, rows: everything}); err != nil {
		t.Fatal(err)
	}
	l := table.lines[0][0]
	if c := l.cells[1]; !c.there || !(c.ratio.Mean > 0) || !(l.ns > 0) || !math.IsNaN(l.allocs) {
		t.Errorf("%+v", l)
	}
}

func TestMeasureFails(t *testing.T) {
	for _, c := range []struct{ command []string }{{[]string{"./no such program"}}, {[]string{os.Args[0], "measured", "words"}}} {
		tool, err := newColumn(toolexec, c.command)
		if err != nil {
			t.Fatal(err)
		}
		table := table{columns: []column{measured(t, plain, "8"), tool}, sections: []section{uses("starts", processorTime, []use{{nothing, 0}}, "spawn")}}
		if err := table.measure(config{pairs: 2, each: time.Microsecond, rows: everything}); err == nil {
			t.Errorf("%q was measured", c.command)
		}
	}
	if err := run(config{pairs: 2, rows: regexp.MustCompile("no such row"), columns: everything}, []string{plain + "=" + os.Args[0]}); err == nil {
		t.Error("no row has the name, and nothing is said")
	}
	for _, programs := range [][]string{nil, {"no such column=x"}, {plain + "="}, {"toolexec=x"}} {
		if err := run(config{pairs: 2, rows: everything, columns: everything}, programs); err == nil {
			t.Errorf("programs %q are taken", programs)
		}
	}
}

// What the sections name is there.
func TestSections(t *testing.T) {
	for _, s := range slices.Concat(sections, nodeSections) {
		seen := map[string]bool{}
		for _, r := range s.rows {
			if r.name == "" || r.op == "" || seen[r.name] {
				t.Errorf("%s: row %+v: no name, no operation, or one of the same name", s.name, r)
			}
			seen[r.name] = true
			for _, word := range strings.Fields(r.use) {
				if !slices.Contains([]string{"store", "stores", "ids", "init", "hooks"}, word) {
					t.Errorf("%s: %s: the program has no use %q", s.name, r.name, word)
				}
			}
		}
		if s.base != plain && s.base != byHand {
			t.Errorf("%s is a ratio to %q", s.name, s.base)
		}
	}
}

func TestText(t *testing.T) {
	ratio := cell{there: true, ratio: interval.Ratio{Mean: 12.34, Low: 9.99, High: 123.4}, exceeds: true}
	if f, in := ratio.text(processorTime); f != "!12.3" || in != "9.99–123" {
		t.Errorf("%s, %s", f, in)
	}
	if f, in := (cell{}).text(processorTime); f != "-" || in != "" {
		t.Errorf("%s, %s", f, in)
	}
	for x, want := range map[float64]string{0: "0.00", 9.994: "9.99", 9.996: "10.0", 99.94: "99.9", 99.96: "100", 12345.6: "12346"} {
		if got := number(x); got != want {
			t.Errorf("%g: %s, want %s", x, got, want)
		}
	}
}
