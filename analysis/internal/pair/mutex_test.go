package pair_test

import (
	"flag"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/analysis/internal/pair"
)

var (
	mutexes  = flag.String("mutexes", "sync,log,expvar,text/template", "packages in which TestMutexes follows locks; \"std\" for all")
	mutexdir = flag.String("mutexdir", "", "")
	update   = flag.Bool("update", false, "write what TestMutexes finds to testdata/mutexes.txt")
)

// TestMutexes points the engine at the locks of the standard library. What it
// finds is listed in testdata/mutexes.txt, with what is to be said about it; a
// finding that is not in the list is a false alarm until someone has looked.
func TestMutexes(t *testing.T) {
	got, gaveUp := mutexFindings(t, *mutexdir, strings.Split(*mutexes, ",")...)
	name := filepath.Join("testdata", "mutexes.txt")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		if finding, remark, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			listed[finding] = remark
		}
	}
	if *update {
		out := "# What the engine finds of Lock and Unlock in the standard library of Go 1.26.\n"
		for _, f := range got {
			remark := listed[f]
			if remark == "" {
				remark = "not looked at"
			}
			out += f + "\t" + remark + "\n"
		}
		if err := os.WriteFile(name, []byte(out), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, f := range got {
		if listed[f] == "" {
			t.Errorf("not listed: %s", f)
		}
	}
	if *mutexes == "std" {
		var all []string
		for f := range listed {
			all = append(all, f)
		}
		slices.Sort(all)
		if diff := cmp.Diff(all, got); diff != "" {
			t.Errorf("findings (-listed +got):\n%s", diff)
		}
	}
	t.Logf("%d findings, %d functions given up", len(got), gaveUp)
}

// mutexFindings gives findings as package, function and rule: lines move.
func mutexFindings(t *testing.T, dir string, patterns ...string) (list []string, gaveUp int) {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir, Env: append(os.Environ(), "CGO_ENABLED=0")}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{pair.MutexAnalyzer}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range graph.Roots {
		if root.Err != nil {
			t.Errorf("%s: %v", root.Package.PkgPath, root.Err)
			continue
		}
		res, ok := root.Result.(*pair.Result)
		if !ok || res == nil {
			continue
		}
		gaveUp += res.GaveUp
		for _, f := range res.Findings {
			if f.Slug == "unprotected" || f.Slug == "pairpanic" {
				continue // what panics with a lock is dead anyway
			}
			list = append(list, fmt.Sprintf("%s: %s: %s", root.Package.PkgPath, f.Func.RelString(root.Package.Types), f.Slug))
			if testing.Verbose() {
				t.Log(position(root.Package.Fset, f.Pos), f.Slug, f.Func)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list), gaveUp
}

func position(fset *token.FileSet, pos token.Pos) string { return fset.Position(pos).String() }
