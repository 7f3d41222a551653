//go:build fidelity

package main

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestGenerated generates modules that others wrote, tests and all, in both forms,
// and compares their tests with the plain ones. Afterwards every file is as it was:
// an overlay touches none, and -undo restores them.
//
// go test -run TestGenerated/ants/tags chooses among them.
func TestGenerated(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"github.com/panjf2000/ants/v2@", "github.com/go-chi/chi/v5@", "golang.org/x/sync@", "github.com/sourcegraph/conc@"} {
		i := slices.IndexFunc(suites, func(s suite) bool { return strings.HasPrefix(s.module, name) })
		if i < 0 {
			t.Fatalf("%s is no longer among the suites", name)
		}
		s := suites[i]
		fresh := func(t *testing.T) (dir string, plain map[string]testResult, before map[string]string) {
			dir = s.fetch(t)
			plain = s.run(t, dir, "go")
			goIn(t, dir, "go", "mod", "edit", "-require=github.com/asynchooks/asynchooks@v0.0.0", "-replace=github.com/asynchooks/asynchooks="+root)
			goIn(t, dir, "go", "mod", "download") // go.sum is complete now
			return dir, plain, tree(t, dir)
		}
		t.Run(strings.ReplaceAll(s.module, "/", "_"), func(t *testing.T) {
			t.Run("overlay", func(t *testing.T) {
				dir, plain, before := fresh(t)
				goIn(t, dir, "asynchooks", "generate", "-test", "./...")
				s.compare(t, dir, plain, "-overlay="+filepath.Join(dir, ".asynchooks", "overlay.json"))
				goIn(t, dir, "asynchooks", "generate", "-test", "-check", "./...")
				if err := os.RemoveAll(filepath.Join(dir, ".asynchooks")); err != nil {
					t.Fatal(err)
				}
				if !maps.Equal(before, tree(t, dir)) {
					t.Error("an overlay changed the module's files")
				}
			})
			t.Run("tags", func(t *testing.T) {
				dir, plain, before := fresh(t)
				goIn(t, dir, "asynchooks", "generate", "-tags=async", "-test", "./...")
				s.compare(t, dir, plain, "-tags=async")
				goIn(t, dir, "asynchooks", "generate", "-tags=async", "-test", "-check", "./...")
				goIn(t, dir, "asynchooks", "vet", "-tags=async", "-asyncpair", "-asynclife", "-asynchook", "-asyncstore", "./...")
				s.compare(t, dir, plain, "-tags=")
				goIn(t, dir, "asynchooks", "generate", "-tags=async", "-undo", "./...")
				if !maps.Equal(before, tree(t, dir)) {
					t.Error("-undo did not restore every file")
				}
			})
		})
	}
}

// compare runs the tests with a flag of the go command, and compares them with
// the plain ones.
func (s suite) compare(t *testing.T, dir string, plain map[string]testResult, flag string) {
	t.Helper()
	with := s
	with.args = flag + " " + cmpOr(s.args, "./...")
	got := with.run(t, dir, "go")
	passed := 0
	for test, result := range plain {
		if result.action != "pass" {
			continue
		}
		passed++
		if r := got[test]; r.action != "pass" && excuse(got, test) == "" {
			t.Errorf("%s: %s passes plain, here: %s\n%s", flag, test, cmpOr(r.action, "not run"), r.output)
		}
	}
	t.Logf("%s %s: %d tests pass plain", s.module, flag, passed)
}

// goIn runs a command in a module.
func goIn(t *testing.T, dir, command string, args ...string) {
	t.Helper()
	cmd := exec.Command(command, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", command, strings.Join(args, " "), err, out)
	}
}

// tree returns the files below a folder and what they hold.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
