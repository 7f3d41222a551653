package rewrite_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
)

// TestPatterns runs the patterns of testdata/patterns, each in a process of its
// own: the store at every step, and the hooks' trace.
func TestPatterns(t *testing.T) {
	const dir = "../testdata/patterns"
	readTree(t, dir, "../rt")
	path := filepath.Join(t.TempDir(), "patterns.exe")
	build := exec.Command("go", "build", "-o", path, "-toolexec="+toolexec(t), ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, name := range patternNames(t, dir) {
		t.Run(name, func(t *testing.T) {
			out, err := exec.Command(path, name).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			golden := filepath.Join(dir, "golden", name+".txt")
			if *update {
				if err := os.WriteFile(golden, out, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := diff.Diff(golden, want, "got", out); d != nil {
				t.Errorf("(-update writes it)\n%s", d)
			}
			if strings.Contains(string(out), "problem:") {
				t.Errorf("hooks: %s", out)
			}
		})
	}
}

var patternName = regexp.MustCompile(`patterns\["(\w+)"\]`)

// patternNames returns the patterns that the program has.
func patternNames(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range patternName.FindAllStringSubmatch(string(src), -1) {
			names = append(names, m[1])
		}
	}
	if len(names) == 0 {
		t.Fatal("no patterns")
	}
	return names
}
