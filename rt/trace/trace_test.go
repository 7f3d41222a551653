package trace_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// lines are the events of resources of a type, without what differs from run to
// run: ids are counted from the first.
func lines(t *testing.T, tr *tracefile.Trace, typ string) []string {
	t.Helper()
	var out []string
	var first uint64
	mine := map[uint64]bool{}
	for e := range tr.Events() {
		if e.Kind == tracefile.Init && tr.Sites()[e.Site].Type == typ {
			mine[e.ID] = true
			if first == 0 {
				first = e.ID
			}
		}
		if !mine[e.ID] {
			continue
		}
		e.ID -= first
		if e.Kind == tracefile.Init && e.Trigger >= first {
			e.Trigger -= first
		}
		text := scrubbed.ReplaceAllString(tr.Text(e), "")
		out = append(out, place.ReplaceAllString(text, ""))
	}
	return out
}

var (
	scrubbed = regexp.MustCompile(`^[0-9.]+ g\d+ `)
	place    = regexp.MustCompile(`[^ ]*/|:\d+`)
)

// work makes two resources, one because of the other, and uses them.
func work(typ string) {
	parent := rt.NewAsyncResource(typ, nil)
	var child *rt.AsyncResource
	parent.RunInAsyncScope(func() { child = rt.NewAsyncResource(typ, nil) })
	child.RunInAsyncScope(func() {})
	child.EmitDestroy()
	parent.EmitDestroy()
	rt.Flush()
}

var worked = []string{
	"init 0 %s trigger T exec E trace_test.go trace_test.work",
	"before 0",
	"init 1 %s trigger 0 exec E trace_test.go trace_test.work.func1",
	"after 0",
	"before 1",
	"after 1",
	"destroy 1",
	"destroy 0",
}

// wantWork checks that the trace has the events of work.
func wantWork(t *testing.T, tr *tracefile.Trace, typ string) {
	t.Helper()
	got := lines(t, tr, typ)
	for i := range got {
		got[i] = regexp.MustCompile(`exec \d+`).ReplaceAllString(got[i], "exec E")
	}
	if len(got) > 0 {
		got[0] = regexp.MustCompile(`trigger \d+`).ReplaceAllString(got[0], "trigger T")
	}
	want := strings.ReplaceAll(strings.Join(worked, "\n"), "%s", typ)
	if strings.Join(got, "\n") != want {
		t.Errorf("events:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
	}
}

func record(t *testing.T, opts *trace.Options, do func()) (path string, err error) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "trace")
	r, err := trace.StartFile(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	if trace.Current() != r {
		t.Error("Current is not the recorder that was started")
	}
	do()
	err = r.Stop()
	if again := r.Stop(); !errors.Is(again, err) && (again == nil) != (err == nil) {
		t.Errorf("the second Stop returns %v, the first %v", again, err)
	}
	if trace.Current() != nil {
		t.Error("Current is a recorder that was stopped")
	}
	return path, err
}

func open(t *testing.T, path string) *tracefile.Trace {
	t.Helper()
	tr, err := tracefile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestFile(t *testing.T) {
	path, err := record(t, nil, func() { work("File") })
	if err != nil {
		t.Fatal(err)
	}
	tr := open(t, path)
	wantWork(t, tr, "File")
	if len(tr.Problems()) != 0 || !tr.Ended || tr.EndTime <= 0 {
		t.Errorf("problems %q, ended %v at %d", tr.Problems(), tr.Ended, tr.EndTime)
	}
	if tr.Process.PID != os.Getpid() || tr.Process.Mode != rt.Mode() || !slices.Equal(tr.Process.Args, os.Args) {
		t.Errorf("process %+v", tr.Process)
	}
	if len(tr.Stacks) == 0 || !slices.ContainsFunc(tr.Stacks[0].Frames, func(f tracefile.Frame) bool { return strings.HasSuffix(f.Func, "trace_test.TestFile") }) {
		t.Errorf("the first stack of %d is not this goroutine's", len(tr.Stacks))
	}
	var last int64
	for e := range tr.Events() {
		if e.Time < last || e.Time > tr.EndTime {
			t.Errorf("time %d after %d, the end is %d", e.Time, last, tr.EndTime)
		}
		last = e.Time
		if want := rt.GoroutineID(); rt.Instrumented() && e.Goroutine == 0 || !rt.Instrumented() && e.Goroutine != want {
			t.Errorf("goroutine %d in %s", e.Goroutine, tr.Text(e))
		}
	}
}

func TestFileExists(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace")
	if err := os.WriteFile(path, []byte("precious"), 0o666); err != nil {
		t.Fatal(err)
	}
	if r, err := trace.StartFile(path, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("StartFile of a file that is there: %v, %v", r, err)
	}
	if data, _ := os.ReadFile(path); string(data) != "precious" {
		t.Errorf("the file is now %q", data)
	}
}

// A trace can be read while it is recorded, and by what reads the file alone.
func TestLive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace")
	r, err := trace.StartFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	work("Live")
	var buf bytes.Buffer
	if _, err := r.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	tr, err := tracefile.Parse(buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	wantWork(t, tr, "Live")
	if runtime.GOOS != "windows" {
		tr = open(t, path)
		wantWork(t, tr, "Live")
	}
	if p := tr.Problems(); len(p) != 1 || !strings.Contains(p[0], "had not ended") {
		t.Errorf("problems %q", p)
	}
}

func TestMemory(t *testing.T) {
	r := trace.Start(nil)
	work("Memory")
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	work("Later")
	tr, err := tracefile.Read(pipe(t, r))
	if err != nil {
		t.Fatal(err)
	}
	wantWork(t, tr, "Memory")
	if late := lines(t, tr, "Later"); len(late) != 0 {
		t.Errorf("events after Stop: %q", late)
	}
}

func pipe(t *testing.T, r *trace.Recorder) *bytes.Buffer {
	var buf bytes.Buffer
	if _, err := r.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	return &buf
}

// Many goroutines record more than a block each; nothing is lost, and the events
// of each come in their order.
func TestManyBlocks(t *testing.T) { manyBlocks(t, func() {}) }

// Processors that come later have their buffers as well.
func TestMoreProcessors(t *testing.T) {
	n := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(n)
	manyBlocks(t, func() { runtime.GOMAXPROCS(n + 6) })
}

func manyBlocks(t *testing.T, first func()) {
	const goroutines, scopes = 8, 20_000
	path, err := record(t, nil, func() {
		first()
		var wg sync.WaitGroup
		for range goroutines {
			wg.Go(func() {
				r := rt.NewAsyncResource("Many", nil)
				for range scopes {
					r.RunInAsyncScope(func() {})
				}
			})
		}
		wg.Wait()
	})
	if err != nil {
		t.Fatal(err)
	}
	tr := open(t, path)
	if len(tr.Problems()) > 0 || tr.Lost != 0 {
		t.Errorf("problems %q, lost %d", tr.Problems(), tr.Lost)
	}
	state := map[uint64]tracefile.Kind{}
	scope := map[uint64]int{}
	for e := range tr.Events() {
		switch {
		case e.Kind == tracefile.Init && tr.Sites()[e.Site].Type == "Many":
			state[e.ID] = tracefile.After
		case state[e.ID] == 0:
		case e.Kind == tracefile.Before && state[e.ID] == tracefile.After, e.Kind == tracefile.After && state[e.ID] == tracefile.Before:
			state[e.ID] = e.Kind
			scope[e.ID]++
		case e.Kind != tracefile.Destroy: // of resources that are collected
			t.Fatalf("%s after %s", tr.Text(e), state[e.ID])
		}
	}
	if len(scope) != goroutines {
		t.Errorf("%d resources, want %d", len(scope), goroutines)
	}
	for id, n := range scope {
		if n != 2*scopes {
			t.Errorf("resource %d: %d events, want %d", id, n, 2*scopes)
		}
	}
}

// Where the limit is reached, events are counted as lost, and the rest is whole.
func TestLimit(t *testing.T) {
	const scopes = 100_000
	for _, memory := range []bool{false, true} {
		opts := &trace.Options{Limit: 4 << 16}
		var tr *tracefile.Trace
		do := func() {
			r := rt.NewAsyncResource("Limit", nil)
			for range scopes {
				r.RunInAsyncScope(func() {})
			}
		}
		var err error
		if memory {
			r := trace.Start(opts)
			do()
			err = r.Stop()
			tr, _ = tracefile.Read(pipe(t, r))
		} else {
			var path string
			path, err = record(t, opts, do)
			tr = open(t, path)
		}
		if err == nil || !strings.Contains(err.Error(), "limit") {
			t.Errorf("Stop: %v, want an error that names the limit", err)
		}
		got := uint64(0)
		for e := range tr.Events() {
			if e.Kind == tracefile.Before || e.Kind == tracefile.After {
				got++
			}
		}
		if tr.Lost == 0 || got == 0 || got+tr.Lost < 2*scopes {
			t.Errorf("%d events recorded and %d lost, of %d and more", got, tr.Lost, 2*scopes)
		}
		if p := tr.Problems(); len(p) != 1 || !strings.Contains(p[0], "limit") {
			t.Errorf("problems %q", p)
		}
	}
}

// On the hot path there is no allocation.
func TestNoAllocation(t *testing.T) {
	r := rt.NewAsyncResource("Alloc", nil)
	scope := func() { r.RunInAsyncScope(func() {}) }
	h := rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}, After: func(rt.ID) {}}).Enable()
	without := testing.AllocsPerRun(1000, scope)
	h.Disable()
	path, err := record(t, nil, func() {
		scope() // gets a block
		if with := testing.AllocsPerRun(1000, scope); with > without {
			t.Errorf("%v allocations for a scope, and %v with a hook that does nothing", with, without)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(lines(t, open(t, path), "Alloc")); n != 0 {
		t.Errorf("%d events of a resource without Init", n)
	}
}
