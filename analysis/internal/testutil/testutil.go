// Package testutil helps the tests of the analyzers.
package testutil

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/internal/manual"
)

// Data is the folder that holds the test inputs of all analyzers, as a GOPATH:
// they share a stub of package rt.
func Data() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "testdata")
}

// RunGolden compiles the golden files of a fix test as a program, runs it, and
// compares its output with the file output.txt beside them: a fix must compile
// and do what it says.
func RunGolden(t *testing.T, pkg string) {
	t.Helper()
	src := filepath.Join(Data(), "src", filepath.FromSlash(pkg))
	gopath := t.TempDir()
	dst := filepath.Join(gopath, "src", "program")
	rt := filepath.FromSlash("src/github.com/asynchooks/asynchooks/rt")
	if err := os.CopyFS(filepath.Join(gopath, rt), os.DirFS(filepath.Join(Data(), rt))); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dst, 0o777); err != nil {
		t.Fatal(err)
	}
	golden, err := filepath.Glob(filepath.Join(src, "*.golden"))
	if err != nil || len(golden) == 0 {
		t.Fatalf("golden files of %s: %d, %v", pkg, len(golden), err)
	}
	for _, g := range golden {
		data, err := os.ReadFile(g)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dst, strings.TrimSuffix(filepath.Base(g), ".golden")), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", "program")
	cmd.Dir = dst
	cmd.Env = append(os.Environ(), "GO111MODULE=off", "GOPATH="+gopath, "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go run: %v\n%s", err, out)
	}
	want, err := os.ReadFile(filepath.Join(src, "output.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(out); got != string(want) {
		t.Errorf("the mended program prints:\n%s\nwant:\n%s", got, want)
	}
}

// CheckManual runs analyzer a on the examples of its manual: each bad one must
// have a finding of its rule, each good one none at all. The rules must be
// exactly slugs.
func CheckManual(t *testing.T, a *analysis.Analyzer, src string, slugs ...string) {
	t.Helper()
	rules, err := manual.Rules(src)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.Slug)
	}
	if diff := cmp.Diff(slugs, names); diff != "" {
		t.Errorf("rules of the manual of %s (-want +got):\n%s", a.Name, diff)
	}
	gopath := t.TempDir()
	rt := filepath.FromSlash("src/github.com/asynchooks/asynchooks/rt")
	if err := os.CopyFS(filepath.Join(gopath, rt), os.DirFS(filepath.Join(Data(), rt))); err != nil {
		t.Fatal(err)
	}
	var pkgs []string
	want := make(map[string]string)
	for _, r := range rules {
		if len(r.Bad) == 0 || len(r.Good) == 0 || r.Text == "" || r.Fix == "" || !strings.HasPrefix(r.Suppress, "//asynchooks:ignore "+r.Slug+" reason") && a.Name != "asyncignore" {
			t.Errorf("the manual of %s is not complete: %+v", r.Slug, r)
		}
		if !strings.Contains(a.Doc, "# "+r.Slug+"\n") {
			t.Errorf("the help of %s does not have %s", a.Name, r.Slug)
		}
		for kind, examples := range map[string][]string{"bad": r.Bad, "good": r.Good} {
			for i, code := range examples {
				pkg := fmt.Sprintf("manual/%s/%s%d", r.Slug, kind, i)
				dir := filepath.Join(gopath, "src", filepath.FromSlash(pkg))
				if err := os.MkdirAll(dir, 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(program(code)), 0o666); err != nil {
					t.Fatal(err)
				}
				pkgs = append(pkgs, pkg)
				if kind == "bad" {
					want[pkg] = r.Slug
				}
			}
		}
	}
	slices.Sort(pkgs)
	for _, res := range analysistest.Run(ignoreErrors{t}, gopath, a, pkgs...) {
		pkg := res.Action.Package.PkgPath
		if res.Action.Err != nil {
			t.Errorf("%s: %v", pkg, res.Action.Err)
		}
		found := false
		for _, d := range res.Action.Diagnostics {
			switch {
			case want[pkg] == "" && a.Flags.Lookup(d.Category) != nil && !strings.HasPrefix(pkg, "manual/"+d.Category+"/"):
				// A rule that is off by default, and not what this is about.
			case want[pkg] == "":
				t.Errorf("%s: %s: %s", pkg, d.Category, d.Message)
			case d.Category == want[pkg]:
				found = true
				if d.URL != manual.URL(a.Name, d.Category) {
					t.Errorf("%s: link of the finding: %s", pkg, d.URL)
				}
			}
		}
		if want[pkg] != "" && !found {
			t.Errorf("%s: nothing is found: %v", pkg, res.Action.Diagnostics)
		}
	}
}

// ignoreErrors drops complaints about findings without a want comment: manuals
// have none.
type ignoreErrors struct{ *testing.T }

func (ignoreErrors) Errorf(string, ...any) {}

// program makes a file of an example.
func program(code string) string {
	var b strings.Builder
	b.WriteString("package p\n\nimport (\n")
	imports := []struct{ name, path string }{
		{"atomic.", "sync/atomic"}, {"bytes.", "bytes"}, {"context.", "context"}, {"errors.", "errors"}, {"fmt.", "fmt"}, {"http.", "net/http"}, {"log.", "log"}, {"os.", "os"},
		{"sync.", "sync"}, {"time.", "time"}, {"weak.", "weak"}, {"rt.", "github.com/asynchooks/asynchooks/rt"},
	}
	for _, i := range imports {
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(i.name)).MatchString(code) {
			fmt.Fprintf(&b, "\t%q\n", i.path)
		}
	}
	b.WriteString(")\n\n")
	for line := range strings.Lines(code) {
		b.WriteString(strings.TrimPrefix(line, "\t"))
	}
	return b.String() + "\n"
}

// SetFlag turns on a rule that is off by default, for one test.
func SetFlag(t *testing.T, a *analysis.Analyzer, name string) {
	t.Helper()
	if err := a.Flags.Set(name, "true"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Flags.Set(name, "false"); err != nil {
			t.Error(err)
		}
	})
}
