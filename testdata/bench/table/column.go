package main

import (
	"fmt"
	"slices"
	"strings"
)

// The columns, by name.
const (
	plain     = "plain Go"
	byHand    = "context.Value"
	toolexec  = "toolexec"
	stock     = "not instrumented"
	nodePlain = "Node.js, plain"
)

// A column is a program.
type column struct {
	name    string
	command []string
	peer    bool   // it carries one value, and there are no other uses of it
	kept    bool   // one process is measured all along
	base    string // the column that it is a ratio to; "": the section's
	note    string
}

// columns are all that there may be, in their order.
var columns = []column{
	{name: plain, peer: true, note: "one operation in a program that carries nothing, in nanoseconds; for reads, runs and an event a read of context.Value"},
	{name: toolexec, note: "built by asynchooks build; the limits are this column's"},
	{name: "overlay", note: "built by go build -overlay, with what asynchooks generate wrote"},
	{name: "tags", note: "built by go build -tags, with the files that asynchooks generate -tags wrote, on the stock runtime"},
	{name: stock, note: "built by go build, with package rt"},
	{name: byHand, peer: true, note: "a context passed along by hand, in closures, messages and requests; for select and loops that await that is left out"},
	{name: "orchestrion", peer: true, note: "built by its own tool; messages that carry a value take its own type of channel, which has no select; the others carry none"},
	{name: "goid", peer: true, note: "petermattis/goid, which has a number for each goroutine and carries nothing"},
	{name: "routine", peer: true, note: "timandy/routine; goroutines take its own Go; messages and timers carry nothing"},
	{name: "gls", peer: true, note: "jtolds/gls; goroutines take its own Go; messages and timers carry nothing"},
	{name: nodePlain, kept: true, note: "one operation, in nanoseconds"},
	{name: "Node.js", base: nodePlain, kept: true, note: "its ratios are to its own plain program"},
}

func newColumn(name string, command []string) (column, error) {
	i := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
	if i < 0 {
		return column{}, fmt.Errorf("no column has the name %q", name)
	}
	if len(command) == 0 {
		return column{}, fmt.Errorf("%s: no program: want %s=program", name, name)
	}
	c := columns[i]
	c.command = command
	return c, nil
}

// with returns the command of the column's program with something used.
func (c *column) with(use string) []string {
	if c.peer {
		return c.command
	}
	return slices.Concat(c.command, strings.Fields(use))
}
