package rewrite

import (
	"path/filepath"
	"slices"
	"testing"
)

// undeciding are the files of package build that have no part in what the compiler
// is given: they call the go command, or name and diagnose its tools.
var undeciding = []string{
	"diagnose.go", "doc.go", "exec_other.go", "exec_unix.go", "gocommand.go", "heap.go",
	"later.go", "recorder.go", "settings.go", "trace.go", "version.go",
}

// TestSources holds that each file of package build is in the tool's id, or known
// to have no place there: one that is forgotten would leave what older tools
// compiled in the build cache.
func TestSources(t *testing.T) {
	files, err := filepath.Glob("build/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, file := range files {
		file = filepath.ToSlash(file)
		if _, err := sources.ReadFile(file); err != nil && !isTest(file) {
			left = append(left, filepath.Base(file))
		}
	}
	if !slices.Equal(left, undeciding) {
		t.Errorf("files that are not in the tool's id:\n%q\nknown to have no part in it:\n%q", left, undeciding)
	}
}

func isTest(file string) bool {
	ok, _ := filepath.Match("*_test.go", filepath.Base(file))
	return ok
}
