//go:build fidelity

package main

import (
	"bytes"
	"fmt"
	"go/build/constraint"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"
)

// lookInside are the programs of GOROOT/test that look at what an instrumented
// runtime has to change, each with what it looks at. They may differ.
var lookInside = map[string]string{}

// TestGoroot builds and runs each program of Go's own test suite (GOROOT/test,
// the files whose recipe is "// run", with flags and arguments or without) plain
// and instrumented, and compares exit code, standard output and, but for
// addresses, standard error.
//
// ASYNCHOOKS_TEST_PROGRAMS is a regular expression that chooses among them.
func TestGoroot(t *testing.T) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	dir := filepath.Join(strings.TrimSpace(string(out)), "test")
	programs := goPrograms(t, dir)
	if len(programs) == 0 {
		t.Fatalf("no programs in %s", dir)
	}
	var same, excluded, allowed atomic.Int64
	var wg sync.WaitGroup
	limit := make(chan struct{}, 4)
	work := t.TempDir()
	for i, program := range programs {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			name, err := filepath.Rel(dir, program.path)
			if err != nil {
				t.Error(err)
				return
			}
			plain := program.run("go", filepath.Join(work, fmt.Sprint(i, "p")))
			ours := program.run("asynchooks", filepath.Join(work, fmt.Sprint(i, "i")))
			switch {
			case strings.Contains(plain, "build constraints exclude"):
				excluded.Add(1)
			case plain == ours:
				same.Add(1)
			case lookInside[name] != "":
				allowed.Add(1)
				t.Logf("%s differs: %s", name, lookInside[name])
			default:
				t.Errorf("%s differs\nplain:\n%s\ninstrumented:\n%s", name, plain, ours)
			}
		})
	}
	wg.Wait()
	n := int64(len(programs)) - excluded.Load()
	t.Logf("%d of %d programs behave the same; %d more are allowed to differ; %d are for other platforms", same.Load(), n, allowed.Load(), excluded.Load())
}

// A goProgram is a program of GOROOT/test and what its first line asks for.
type goProgram struct {
	path  string
	files []string // of the build: the program and what is built with it
	flags []string // of the build
	args  []string // of the program
	env   []string
}

// goPrograms lists the programs below dir that are to be built and run.
func goPrograms(t *testing.T, dir string) []goProgram {
	choose, err := regexp.Compile(os.Getenv("ASYNCHOOKS_TEST_PROGRAMS"))
	if err != nil {
		t.Fatal(err)
	}
	var programs []goProgram
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || !choose.MatchString(path) {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if p, ok := parseRecipe(path, recipe(string(src))); ok {
			programs = append(programs, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return programs
}

// recipe returns the comment that says what to do with a program: the first
// line that is neither empty nor a build constraint.
func recipe(src string) string {
	for line := range strings.Lines(src) {
		line = strings.TrimSpace(line)
		if line == "" || constraint.IsGoBuild(line) || constraint.IsPlusBuild(line) {
			continue
		}
		text, _ := strings.CutPrefix(line, "//")
		return text
	}
	return ""
}

// parseRecipe reads "run [flags] [arguments]", as the test of Go's own that runs
// these programs does.
func parseRecipe(path, text string) (p goProgram, ok bool) {
	words := splitQuoted(text)
	if len(words) == 0 || words[0] != "run" {
		return p, false
	}
	p = goProgram{path: path, files: []string{path}}
	words = words[1:]
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		if words[0] == "-goexperiment" {
			words = words[1:]
			p.env = append(p.env, "GOEXPERIMENT="+words[0])
		} else {
			p.flags = append(p.flags, words[0])
		}
		words = words[1:]
	}
	for len(words) > 0 && strings.HasSuffix(words[0], ".go") {
		p.files = append(p.files, filepath.Join(filepath.Dir(path), words[0]))
		words = words[1:]
	}
	p.args = words
	return p, true
}

// splitQuoted splits at spaces that are in no quotes, and drops the quotes.
func splitQuoted(s string) (words []string) {
	var word strings.Builder
	quote, in := rune(0), false
	for _, c := range s + " " {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote, in = c, true
		case c == quote:
			quote = 0
		case quote == 0 && unicode.IsSpace(c):
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(c)
			in = true
		}
	}
	return words
}

// run builds a program with the command, runs it, and returns what can be seen
// of that.
func (p goProgram) run(command, binary string) string {
	build := exec.Command(command, slices.Concat([]string{"build"}, p.flags, []string{"-o", binary}, p.files)...)
	build.Dir = filepath.Dir(p.path)
	build.Env = append(os.Environ(), append(p.env, "GOFLAGS=", "GOTOOLCHAIN=local", "GO111MODULE=off")...)
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Sprintf("build: %v\n%s", err, out)
	}
	defer os.Remove(binary)
	var stdout, stderr bytes.Buffer
	run := exec.Command(binary, p.args...)
	run.Dir = filepath.Dir(p.path)
	run.Env = append(os.Environ(), p.env...)
	run.Stdout, run.Stderr = &stdout, &stderr
	err := run.Run()
	text := strings.ReplaceAll(stderr.String(), binary, "PROGRAM")
	for _, re := range []*regexp.Regexp{goroutineNumber, instructionOffset, address, logTime} {
		text = re.ReplaceAllString(text, "")
	}
	return fmt.Sprintf("exit: %v\nstdout:\n%s\nstderr:\n%s", err, strings.ReplaceAll(stdout.String(), binary, "PROGRAM"), text)
}

var (
	address = regexp.MustCompile(`0x[0-9a-f]+`) // what memory layout decides
	logTime = regexp.MustCompile(`(?m)^\d+/\d+/\d+ \d+:\d+:\d+`)
)
