package rewrite_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"
)

// TestDifferential builds random packages into one program, runs it plain and
// instrumented, and compares what they print: with no store anywhere, with
// stores, with ids, with hooks and with hooks that come and go.
//
// With ASYNCHOOKS_FUZZ=10m it goes on with other packages for that long.
func TestDifferential(t *testing.T) {
	seed, until := uint64(0), time.Now()
	if text := os.Getenv("ASYNCHOOKS_FUZZ"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		seed, until = uint64(until.UnixNano()), until.Add(d)
	}
	const packages, functions = 8, 12
	for n := 1; ; n++ {
		t.Logf("seeds %d to %d: %d functions", seed, seed+packages-1, packages*functions)
		differential(t, seed, packages, functions, n%2 == 1)
		seed += packages
		if t.Failed() || !time.Now().Before(until) {
			t.Logf("%d functions", n*packages*functions)
			return
		}
	}
}

// functionName matches a line and the name of the function that it is in.
var functionName = regexp.MustCompile(`:(\d+) \S+`)

// differential compares the packages of n seeds. With inlining, functions have
// other names in what they are inlined into, and a loop that handles messages is
// not inlined: names are then left out.
func differential(t *testing.T, seed uint64, n, functions int, inline bool) {
	var cases []*golden
	for i := range n {
		data := randomBytes(seed+uint64(i), functions*150)
		src := (&generator{data: data}).pkg(functions)
		cases = append(cases, &golden{
			name:    fmt.Sprintf("seed%d", seed+uint64(i)),
			archive: &txtar.Archive{Files: []txtar.File{{Name: "p.go", Data: []byte(src)}}},
			got:     map[string]string{},
		})
	}
	dir := module(t, cases)
	gcflags, shown := "-gcflags=golden/cases/...=-l", func(s string) string { return s }
	if inline {
		gcflags, shown = "-gcflags=", func(s string) string { return functionName.ReplaceAllString(s, ":$1") }
	}
	plain := results(t, goRun(t, dir, gcflags))
	instrumented := results(t, goRun(t, dir, gcflags, "-toolexec="+toolexec(t)))
	for _, g := range cases {
		want := plain["off "+g.name]
		if want == nil {
			t.Fatalf("%s printed nothing", g.name)
		}
		for _, pass := range []string{"off", "stores", "ids", "hooks", "late"} {
			for how, in := range map[string]map[string][]string{"plain": plain, "instrumented": instrumented} {
				got := in[pass+" "+g.name]
				if got == nil {
					t.Fatalf("%s printed nothing %s, pass %s", g.name, how, pass)
				}
				if d := diff.Diff("plain", []byte(shown(want[0])), how+", pass "+pass, []byte(shown(got[0]))); d != nil {
					t.Errorf("%s, %s, pass %s:\n%s\n%s", g.name, how, pass, d, g.archive.Files[0].Data)
				}
			}
		}
	}
}
