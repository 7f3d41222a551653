package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rt/trace/export"
	"github.com/asynchooks/asynchooks/rt/trace/report"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// exportFormats are the formats of export, by name.
var exportFormats = map[string]func(w io.Writer, t *tracefile.Trace) error{
	"chrome": reported(export.Chrome),
	"dot":    reported(export.Dot),
	"json":   export.JSON,
	"pprof":  reported(export.Pprof),
	"text":   func(w io.Writer, t *tracefile.Trace) error { return t.WriteText(w) },
}

// reported makes a format of one that needs a report.
func reported(write func(w io.Writer, r *report.Report) error) func(io.Writer, *tracefile.Trace) error {
	return func(w io.Writer, t *tracefile.Trace) error { return write(w, report.New(t)) }
}

// traceExport is the command trace export.
func traceExport(args []string) int {
	names := strings.Join(slices.Sorted(maps.Keys(exportFormats)), ", ")
	flags := flag.NewFlagSet("trace export", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	format := flags.String("format", "", "")
	file := flags.String("o", "", "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return runHelp([]string{"trace"})
	} else if err != nil {
		return refuse("trace export: %v: run 'asynchooks help trace' for its flags", err)
	}
	write := exportFormats[*format]
	if write == nil {
		return refuse("trace export: -format=%s: choose one of %s", *format, names)
	}
	if flags.NArg() != 1 {
		return refuse("trace export: give one trace: asynchooks trace export -format %s FILE", *format)
	}
	t, code := openTrace(flags.Arg(0))
	if t == nil {
		return code
	}
	err := writeTo(*file, func(w io.Writer) error { return write(w, t) })
	if err != nil {
		return fail("trace export: %v", err)
	}
	return 0
}

// openTrace reads a trace and says what is missing in it.
func openTrace(file string) (*tracefile.Trace, int) {
	t, err := tracefile.Open(file)
	if err != nil {
		return nil, fail("%v", err)
	}
	for _, p := range t.Problems() {
		fmt.Fprintf(os.Stderr, "asynchooks: %s: %s\n", file, p)
	}
	return t, 0
}

// writeTo writes to a file, or to standard output if there is no name.
func writeTo(file string, write func(io.Writer) error) error {
	if file == "" {
		w := bufio.NewWriterSize(os.Stdout, 1<<16)
		return errors.Join(write(w), w.Flush())
	}
	f, err := createNew(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<16)
	return errors.Join(write(w), w.Flush(), f.Close())
}

// createNew creates a file for its owner alone, in the place of one that is
// there. It writes through no symbolic link, which may be another's.
func createNew(file string) (*os.File, error) {
	switch info, err := os.Lstat(file); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, fmt.Errorf("write %s: it is a symbolic link: name the file that it leads to", file)
	case !info.Mode().IsRegular():
		return os.OpenFile(file, os.O_WRONLY, 0) // a device, a pipe
	default:
		if err := os.Remove(file); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
