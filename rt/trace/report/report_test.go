package report_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/asynchooks/asynchooks/rt/trace/report"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

var update = flag.Bool("update", false, "write what is printed to the golden files")

// small returns the trace of testdata/small.txtar, and the file.
func small(t *testing.T) (*report.Report, *txtar.Archive) {
	t.Helper()
	a, err := txtar.ParseFile("testdata/small.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := tracefile.ParseText(bytes.NewReader(a.Files[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	return report.New(tr), a
}

func TestText(t *testing.T) {
	r, a := small(t)
	for i, want := range []struct {
		name  string
		write func(b *bytes.Buffer) error
	}{
		{"report", func(b *bytes.Buffer) error { return r.WriteText(b) }},
		{"chain of 12", func(b *bytes.Buffer) error { return r.WriteChain(b, 12) }},
		{"chain of 90", func(b *bytes.Buffer) error { return r.WriteChain(b, 90) }},
		{"chain of 1", func(b *bytes.Buffer) error { return r.WriteChain(b, 1) }},
	} {
		var got bytes.Buffer
		if err := want.write(&got); err != nil {
			t.Fatal(err)
		}
		if *update {
			a.Files = append(a.Files[:i+1], txtar.File{Name: want.name, Data: got.Bytes()})
			continue
		}
		if len(a.Files) <= i+1 || a.Files[i+1].Name != want.name {
			t.Fatalf("no %q in testdata/small.txtar", want.name)
		}
		if d := cmp.Diff(string(a.Files[i+1].Data), got.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", want.name, d)
		}
	}
	if *update {
		if err := os.WriteFile("testdata/small.txtar", txtar.Format(a), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.WriteChain(&bytes.Buffer{}, 1000); err == nil || !strings.Contains(err.Error(), "no resource 1000") {
		t.Errorf("the chain of a resource that is not there: %v", err)
	}
}

// The text form of a trace says all that the trace does.
func TestTextForm(t *testing.T) {
	r, a := small(t)
	var got bytes.Buffer
	if err := r.Trace.WriteText(&got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(a.Files[0].Data), got.String()); d != "" {
		t.Errorf("written again (-want +got):\n%s", d)
	}
}

// A program can invent triggers, even in a circle: chains end all the same.
func TestCircle(t *testing.T) {
	tr, err := tracefile.ParseText(strings.NewReader(`
0.000000001 g1 init 5 A trigger 6 exec 1 /a.go:1 main.a
0.000000002 g1 init 6 B trigger 7 exec 1 /a.go:2 main.a
0.000000003 g1 init 7 C trigger 5 exec 1 /a.go:3 main.a
0.000000004 g1 init 8 D trigger 8 exec 1 /a.go:4 main.a
`))
	if err != nil {
		t.Fatal(err)
	}
	r := report.New(tr)
	for i, res := range r.Resources {
		if n := len(r.Chain(int32(i))); n > 3 {
			t.Errorf("the chain of %d has %d hops", res.ID, n)
		}
	}
	if err := r.WriteText(&bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
}

// A goroutine that the end of the trace finds in the recorder does not wait for
// anything of the program's.
func TestAliveInRecorder(t *testing.T) {
	tr, err := tracefile.ParseText(strings.NewReader(`
0.000000001 g1 init 5 Goroutine trigger 1 exec 1 /a.go:1 main.a
0.000000002 g7 before 5
0.000000003 g1 init 6 Goroutine trigger 1 exec 1 /a.go:2 main.b
0.000000004 g8 before 6
`))
	if err != nil {
		t.Fatal(err)
	}
	tr.Ended = true
	const recorder = "github.com/asynchooks/asynchooks/rt/trace.(*Recorder)"
	for g, function := range map[uint64]string{7: recorder + ".refill", 8: "main.wait"} {
		tr.Stacks = append(tr.Stacks, tracefile.Stack{Goroutine: g, State: "sync.Mutex.Lock", Frames: []tracefile.Frame{
			{Func: "sync.(*Mutex).Lock", File: "/go/src/sync/mutex.go", Line: 46}, {Func: function, File: "/a.go", Line: 9},
		}})
	}
	whys := map[string]bool{}
	for _, a := range report.New(tr).Alive {
		whys[a.Why] = a.Leak
	}
	want := map[string]bool{"was running when the trace ended": false, "sync.Mutex.Lock at /a.go:9, main.wait": true}
	if d := cmp.Diff(want, whys); d != "" {
		t.Errorf("what is alive, and whether it is a leak (-want +got):\n%s", d)
	}
}

func TestQuantiles(t *testing.T) {
	var times report.Times
	for d := range int64(100_000) {
		times.Add(d)
	}
	for _, q := range []float64{0.01, 0.5, 0.95, 0.999} {
		got, want := float64(times.Quantile(q)), q*100_000
		if got > want || got < want*0.93 {
			t.Errorf("the %v quantile is %v, want %v or 7 %% less", q, got, want)
		}
	}
	if times.Mean() != 49_999 || times.Max != 99_999 || times.Quantile(1) != 99_999 {
		t.Errorf("mean %d, max %d, all %d", times.Mean(), times.Max, times.Quantile(1))
	}
}
