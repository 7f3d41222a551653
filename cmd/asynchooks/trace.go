package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

const traceHelp = `
Trace records what a program or a test starts, because of what, where, and when
it runs; the program need not know of it. The go command and its flags follow:

	asynchooks trace run ./cmd/server -addr localhost:8080
	asynchooks trace -o failing.trace test -run TestFlaky ./internal/queue

View makes a report of a trace, a page that is written beside it or to -o file;
-text prints it, -id prints the chain of causes of one resource. Export writes
chrome (Perfetto), dot, json, pprof or text, to standard output or to -o file.

	asynchooks trace view asynchooks.trace
	asynchooks trace view -text asynchooks.trace
	asynchooks trace view -id 17 asynchooks.trace
	asynchooks trace export -format chrome -o trace.json asynchooks.trace

The flags of trace come before run or test:

	-o file
		where to record to (asynchooks.trace); an older trace there is replaced.
		Further processes record to file.2, file.3 and so on
	-limit size
		how much is recorded at most, as in 100M or 4G (1G); events that come
		later are counted
`

// runTrace is the trace command.
func runTrace(args []string) int {
	flags := flag.NewFlagSet("trace", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	file := flags.String("o", "asynchooks.trace", "")
	var limit size
	flags.Var(&limit, "limit", "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return runHelp([]string{"trace"})
	} else if err != nil {
		return refuse("trace: %v: run 'asynchooks help trace' for its flags", err)
	}
	rest := flags.Args()
	if len(rest) == 0 {
		return refuse("trace: say what to do: run, test, view or export; run 'asynchooks help trace'")
	}
	switch verb := rest[0]; verb {
	case "run", "test":
		if name := misplaced(flags, rest); name != "" {
			return refuse("trace: the flag -%s comes before run: asynchooks trace -%[1]s VALUE run …", name)
		}
		return record(*file, int64(limit), verb, rest[1:])
	case "view":
		return traceView(rest[1:])
	case "export":
		return traceExport(rest[1:])
	default:
		return refuse("trace: unknown command %q: run, test, view or export; run 'asynchooks help trace'", verb)
	}
}

// misplaced returns the name of a flag of trace that comes right behind run, and
// that go run does not know; "" if there is none.
func misplaced(flags *flag.FlagSet, args []string) string {
	if len(args) < 2 || args[0] != "run" || !strings.HasPrefix(args[1], "-") {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimLeft(args[1], "-"), "=")
	if flags.Lookup(name) == nil {
		return ""
	}
	return name
}

// record runs a program with the recorder.
func record(file string, limit int64, verb string, args []string) int {
	path, err := filepath.Abs(file)
	if err == nil {
		err = removeTraces(path)
	}
	if err != nil {
		return refuse("trace: %v", err)
	}
	env := []string{"ASYNCHOOKS_TRACE=" + path, fmt.Sprintf("ASYNCHOOKS_TRACE_LIMIT=%d", limit)}
	code, err := build.Trace(verb, args, env)
	if err != nil {
		return refuse("trace: %v", err)
	}
	for _, written := range traces(path) {
		describeTrace(written, file, path)
	}
	return code
}

// describeTrace says, on standard error, what was recorded.
func describeTrace(written, file, path string) {
	shown := file + strings.TrimPrefix(written, path)
	t, err := tracefile.Open(written)
	if err != nil {
		fmt.Fprintf(os.Stderr, "asynchooks: trace: %v\n", err)
		return
	}
	fmt.Fprintf(os.Stderr, "asynchooks: recorded %s to %s\n", filepath.Base(t.Process.Program), shown)
	for _, p := range t.Problems() {
		fmt.Fprintf(os.Stderr, "asynchooks: %s: %s\n", shown, p)
	}
}

// traces are the files that processes recorded to in the place of path.
func traces(path string) []string {
	var all []string
	for n := 1; ; n++ {
		name := path
		if n > 1 {
			name += "." + strconv.Itoa(n)
		}
		if _, err := os.Lstat(name); err != nil {
			return all
		}
		all = append(all, name)
	}
}

// removeTraces removes older traces, and nothing else.
func removeTraces(path string) error {
	for _, name := range traces(path) {
		if !isTrace(name) {
			return fmt.Errorf("%s is there already and is no trace: choose another file with -o", name)
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the older trace: %w", err)
		}
	}
	return nil
}

// isTrace reports whether a file is one that a recorder made.
func isTrace(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [64]byte
	n, _ := io.ReadFull(f, head[:])
	return n == 0 || tracefile.IsTrace(head[:n])
}

// size is a flag with a number of bytes.
type size int64

func (s *size) String() string { return strconv.FormatInt(int64(*s), 10) }

func (s *size) Set(text string) error {
	number, unit := strings.TrimSuffix(strings.ToUpper(text), "B"), 0
	for i, letter := range "KMGT" {
		if rest, ok := strings.CutSuffix(number, string(letter)); ok {
			number, unit = rest, 10*(i+1)
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || n > 1<<62>>unit {
		return errors.New("give a number of bytes, as in 100M or 4G")
	}
	*s = size(n << unit)
	return nil
}
