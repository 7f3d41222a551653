package export_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/pprof/profile"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/asynchooks/asynchooks/rt/trace/export"
	"github.com/asynchooks/asynchooks/rt/trace/report"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

var update = flag.Bool("update", false, "write what is printed to the golden files")

// small is the trace that the report is tested with.
func small(t *testing.T) *tracefile.Trace {
	t.Helper()
	a, err := txtar.ParseFile("../report/testdata/small.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := tracefile.ParseText(bytes.NewReader(a.Files[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestGolden(t *testing.T) {
	for name, write := range map[string]func(w io.Writer) error{
		"small.json":   func(w io.Writer) error { return export.JSON(w, small(t)) },
		"small.chrome": func(w io.Writer) error { return export.Chrome(w, report.New(small(t))) },
		"small.dot":    func(w io.Writer) error { return export.Dot(w, report.New(small(t))) },
		"small.pprof":  func(w io.Writer) error { return top(t, w) },
	} {
		var got bytes.Buffer
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// top writes what go tool pprof says of the profile, for each of its values.
func top(t *testing.T, w io.Writer) error {
	path := filepath.Join(t.TempDir(), "profile")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := export.Pprof(f, report.New(small(t))); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"-top", "-sample_index=resources"}, {"-top", "-sample_index=delay"}, {"-top", "-sample_index=run"},
		{"-traces", "-lines", "-sample_index=resources"},
	} {
		cmd := exec.Command("go", append(append([]string{"tool", "pprof"}, args...), path)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, &stderr)
		}
		io.WriteString(w, strings.Join(args, " ")+"\n")
		for line := range strings.Lines(string(out)) {
			if !strings.HasPrefix(line, "Time: ") { // the zone differs
				io.WriteString(w, strings.TrimRight(line, " \n")+"\n")
			}
		}
	}
	return nil
}

// The profile has all resources, and what they took, whatever their chain.
func TestPprofSums(t *testing.T) {
	var b bytes.Buffer
	r := report.New(small(t))
	if err := export.Pprof(&b, r); err != nil {
		t.Fatal(err)
	}
	p, err := profile.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	var got, want [3]int64
	for _, s := range p.Sample {
		for i := range got {
			got[i] += s.Value[i]
		}
	}
	for _, res := range r.Resources {
		if res.Init == report.Never {
			continue
		}
		want[0]++
		want[2] += res.RunTime
		if res.Before != report.Never {
			want[1] += res.Before - res.Init
		}
	}
	if got != want {
		t.Errorf("resources, delay, run: %v, want %v", got, want)
	}
}

// What Perfetto needs: each flow has a beginning and an end, and both lie in a
// slice of their thread.
func TestChromeFlows(t *testing.T) {
	var b bytes.Buffer
	if err := export.Chrome(&b, report.New(small(t))); err != nil {
		t.Fatal(err)
	}
	var file struct {
		TraceEvents []struct {
			Ph      string
			Ts, Dur float64
			Tid, ID int
		}
	}
	if err := json.Unmarshal(b.Bytes(), &file); err != nil {
		t.Fatal(err)
	}
	ends := map[string]map[int]int{"s": {}, "f": {}}
	for _, e := range file.TraceEvents {
		if ends[e.Ph] == nil {
			continue
		}
		ends[e.Ph][e.ID]++
		inSlice := false
		for _, slice := range file.TraceEvents {
			inSlice = inSlice || slice.Ph == "X" && slice.Tid == e.Tid && slice.Ts <= e.Ts && e.Ts <= slice.Ts+slice.Dur
		}
		if !inSlice {
			t.Errorf("the %q of flow %d at %v on thread %d is in no slice", e.Ph, e.ID, e.Ts, e.Tid)
		}
	}
	if d := cmp.Diff(ends["s"], ends["f"]); d != "" || len(ends["s"]) == 0 {
		t.Errorf("flows that begin and flows that end:\n%s", d)
	}
}
