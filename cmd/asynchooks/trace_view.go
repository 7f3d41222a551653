package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/asynchooks/asynchooks/rt/trace/report"
)

// traceView is the command trace view.
func traceView(args []string) int {
	flags := flag.NewFlagSet("trace view", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	text := flags.Bool("text", false, "")
	id := flags.Uint64("id", 0, "")
	file := flags.String("o", "", "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return runHelp([]string{"trace"})
	} else if err != nil {
		return refuse("trace view: %v: run 'asynchooks help trace' for its flags", err)
	}
	if flags.NArg() != 1 {
		return refuse("trace view: give one trace: asynchooks trace view FILE")
	}
	debug.SetGCPercent(40) // a large trace needs much memory for a short time
	t, code := openTrace(flags.Arg(0))
	if t == nil {
		return code
	}
	r := report.New(t)
	write := r.WriteHTML
	switch {
	case *id != 0:
		write = func(w io.Writer) error { return r.WriteChain(w, *id) }
	case *text:
		write = r.WriteText
	case *file == "":
		*file = flags.Arg(0) + ".html"
		fmt.Fprintf(os.Stderr, "asynchooks: the report is in %s: open it in a browser\n", *file)
	}
	if err := writeTo(*file, write); err != nil {
		return fail("trace view: %v", err)
	}
	return 0
}
