//go:build fidelity

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// lookInside are the programs of GOROOT/test that look at what an instrumented
// runtime has to change, each with what it looks at. They may differ.
var lookInside = map[string]string{}

// TestGoroot builds and runs each program of Go's own test suite (GOROOT/test,
// the files that begin with "// run") plain and instrumented, and compares exit
// code, standard output and, but for addresses, standard error.
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
			name, err := filepath.Rel(dir, program)
			if err != nil {
				t.Error(err)
				return
			}
			plain := runProgram("go", program, filepath.Join(work, fmt.Sprint(i, "p")))
			ours := runProgram("asynchooks", program, filepath.Join(work, fmt.Sprint(i, "i")))
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

// goPrograms lists the programs below dir that are to be built and run.
func goPrograms(t *testing.T, dir string) []string {
	choose, err := regexp.Compile(os.Getenv("ASYNCHOOKS_TEST_PROGRAMS"))
	if err != nil {
		t.Fatal(err)
	}
	var programs []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || !choose.MatchString(path) {
			return err
		}
		src, err := os.ReadFile(path)
		if bytes.HasPrefix(src, []byte("// run\n")) {
			programs = append(programs, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return programs
}

// runProgram builds a program with the command, runs it, and returns what can
// be seen of that.
func runProgram(command, path, binary string) string {
	build := exec.Command(command, "build", "-o", binary, path)
	build.Dir = filepath.Dir(path)
	build.Env = append(os.Environ(), "GOFLAGS=", "GOTOOLCHAIN=local", "GO111MODULE=off")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Sprintf("build: %v\n%s", err, out)
	}
	defer os.Remove(binary)
	var stdout, stderr bytes.Buffer
	run := exec.Command(binary)
	run.Dir = filepath.Dir(path)
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
