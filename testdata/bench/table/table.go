package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

// A table is what was measured.
type table struct {
	columns  []column
	sections []section
	legend   string
	lines    [][]line // by section
}

const legend = `Each figure is a ratio of processor time to plain Go: the geometric mean, over its 95 % interval. Reads, runs and an
event are ratios to a read of context.Value, at depth 1; HTTP is elapsed time for the same number of requests.
A name with a slash is a ratio to the program's own. - is what a program does not do, or carries nothing in; ! is
beyond the limit with the whole interval, or allocates where it must not; allocs are toolexec's for one operation.
`

const nodeLegend = `Each figure is a ratio of processor time to the same language's plain program: the geometric mean, over its 95 %
interval. allocs are toolexec's for one operation.
`

// A line is a row that was measured.
type line struct {
	row
	ns     float64 // of one operation in the plain program; NaN: there is none
	allocs float64 // of one operation with toolexec; NaN: not known
	cells  []cell  // by column
}

// A cell is one figure.
type cell struct {
	there   bool
	ratio   interval.Ratio
	bytes   float64 // in its place, for that kind
	exceeds bool
}

// column returns the column of a name, or nil.
func (t *table) column(name string) *column {
	for i := range t.columns {
		if t.columns[i].name == name {
			return &t.columns[i]
		}
	}
	return nil
}

// baseOp is the operation that a row is a ratio to.
func (s *section) baseOp(r row) string {
	if s.op != "" {
		return s.op
	}
	return r.op
}

// measure measures all rows that are wanted.
func (t *table) measure(c config) error {
	wanted := 0
	for _, s := range t.sections {
		for _, r := range s.rows {
			if c.rows.MatchString(s.name + ":" + r.name) {
				wanted++
			}
		}
	}
	done := 0
	for _, s := range t.sections {
		var lines []line
		for _, r := range s.rows {
			if !c.rows.MatchString(s.name + ":" + r.name) {
				continue
			}
			progress("%d of %d: %s, %s", done, wanted, s.name, r.name)
			l, err := t.measureRow(c, &s, r)
			if err != nil {
				return err
			}
			lines = append(lines, l)
			done++
		}
		t.lines = append(t.lines, lines)
	}
	progress("")
	if done == 0 {
		return fmt.Errorf("no row has a name that matches %q", c.rows)
	}
	return nil
}

// exceeded reports whether a figure is beyond its limit.
func (t *table) exceeded() bool {
	for _, lines := range t.lines {
		for _, l := range lines {
			for _, c := range l.cells {
				if c.exceeds {
					return true
				}
			}
		}
	}
	return false
}

// shown are the columns of ratios.
func (t *table) shown() (all []int) {
	for i, c := range t.columns {
		if c.name != plain && c.name != nodePlain {
			all = append(all, i)
		}
	}
	return all
}

// print prints the table, each figure over its interval, and what its columns are.
func (t *table) print(w io.Writer) {
	lines := [][]string{{"", plain, "limit", "allocs"}}
	for _, i := range t.shown() {
		lines[0] = append(lines[0], t.columns[i].name)
	}
	for i, s := range t.sections {
		if len(t.lines[i]) > 0 {
			lines = append(lines, []string{s.name})
		}
		for _, l := range t.lines[i] {
			figures := []string{"  " + l.name, number(l.ns), limit(l.limit), number(l.allocs)}
			intervals := []string{"", "", "", ""}
			for _, i := range t.shown() {
				f, in := l.cells[i].text(s.kind)
				figures, intervals = append(figures, f), append(intervals, in)
			}
			lines = append(lines, figures)
			if s.kind != bytes {
				lines = append(lines, intervals)
			}
		}
	}
	var widths []int
	for _, l := range lines {
		for i, text := range l {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	for _, l := range lines {
		var b strings.Builder
		for i, text := range l {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
			if i == 0 {
				b.WriteString(text + pad)
			} else {
				b.WriteString("  " + pad + text)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	fmt.Fprintln(w)
	for _, c := range t.columns {
		fmt.Fprintf(w, "%s: %s\n", c.name, c.note)
	}
	fmt.Fprint(w, t.legend)
}

// text returns a figure and its interval.
func (c cell) text(kind kind) (figure, interval string) {
	mark := ""
	if c.exceeds {
		mark = "!"
	}
	switch {
	case !c.there:
		return "-", ""
	case kind == bytes:
		return fmt.Sprintf("%s%+.0f B", mark, c.bytes), ""
	}
	return mark + number(c.ratio.Mean), number(c.ratio.Low) + "–" + number(c.ratio.High)
}

// number returns a number to two digits after the point, or fewer if it is large.
func number(x float64) string {
	switch {
	case math.IsNaN(x):
		return "-"
	case x < 9.995:
		return fmt.Sprintf("%.2f", x)
	case x < 99.95:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}

func limit(x float64) string {
	if x == 0 {
		return ""
	}
	return strconv.FormatFloat(math.Round(100*x)/100, 'g', -1, 64)
}
