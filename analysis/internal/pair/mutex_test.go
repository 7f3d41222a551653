package pair_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
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

var mutexes = flag.String("mutexes", "sync log expvar text/template", "packages in which TestMutexes follows locks; \"std\" for all; a module as path@version")

// TestMutexes points the engine at locks, in code that everyone knows. What it
// finds is listed in testdata/mutexes.txt, by package, function and rule since
// lines move, with what is to be said about it. Whoever adds to the list has
// read the code.
func TestMutexes(t *testing.T) {
	name := filepath.Join("testdata", "mutexes.txt")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[string]bool)
	for line := range strings.Lines(string(data)) {
		finding, remark, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || !strings.HasPrefix(remark, "true: ") && !strings.HasPrefix(remark, "false: ") {
			t.Errorf("%s: a finding that nobody has judged: %s", name, finding)
		}
		listed[finding] = true
	}
	var got []string
	gaveUp := 0
	for _, what := range strings.Fields(*mutexes) {
		list, n := mutexFindings(t, what)
		got = append(got, list...)
		gaveUp += n
	}
	for _, f := range got {
		if !listed[f] {
			t.Errorf("not listed: %s", f)
		}
	}
	if slices.Contains(strings.Fields(*mutexes), "std") && len(strings.Fields(*mutexes)) > 1 {
		all := slices.Sorted(maps.Keys(listed))
		slices.Sort(got)
		if diff := cmp.Diff(all, got); diff != "" {
			t.Errorf("findings (-listed +got):\n%s", diff)
		}
	}
	t.Logf("%d findings, %d functions given up", len(got), gaveUp)
}

// mutexFindings gives what is found in packages or in a module. Packages of a
// module that need what it does not require are left out.
func mutexFindings(t *testing.T, what string) (list []string, gaveUp int) {
	t.Helper()
	conf := &packages.Config{Mode: packages.LoadAllSyntax, Env: append(os.Environ(), "CGO_ENABLED=0")}
	isModule := strings.Contains(what, "@")
	if isModule {
		out, err := exec.Command("go", "mod", "download", "-json", what).Output()
		var module struct{ Dir string }
		if err == nil {
			err = json.Unmarshal(out, &module)
		}
		if err != nil {
			t.Fatalf("go mod download %s: %v", what, err)
		}
		conf.Dir, what = module.Dir, "./..."
	}
	pkgs, err := packages.Load(conf, what)
	if err != nil {
		t.Fatal(err)
	}
	if isModule {
		pkgs = slices.DeleteFunc(pkgs, func(p *packages.Package) bool {
			bad := false
			packages.Visit([]*packages.Package{p}, nil, func(p *packages.Package) { bad = bad || len(p.Errors) > 0 })
			if bad {
				t.Logf("%s is left out", p.PkgPath)
			}
			return bad
		})
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
		gaveUp += len(res.GaveUp)
		for _, f := range res.Findings {
			if f.Slug == "unprotected" || f.Slug == "pairpanic" {
				continue // what panics with a lock is dead anyway
			}
			list = append(list, fmt.Sprintf("%s: %s: %s", root.Package.PkgPath, f.Func.RelString(root.Package.Types), f.Slug))
			t.Log(root.Package.Fset.Position(f.Pos), f.Slug, f.Func)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), gaveUp
}
