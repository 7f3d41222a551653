//go:build fidelity

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// stdPackages are those of the standard library whose own tests must pass
// instrumented as they pass plain: where callbacks, timers, messages and
// goroutines that serve the process are.
var stdPackages = []string{
	"context", "time", "sync", "os/signal", "os/exec", "net/http", "net/http/httptest",
	"database/sql", "log/slog", "testing/synctest",
}

// stdDiffers are tests that cannot pass instrumented, each with the reason.
var stdDiffers = map[string]string{}

// TestStd runs the standard library's own tests, short, plain and instrumented,
// and compares the outcome of each test by its name.
func TestStd(t *testing.T) {
	for _, pkg := range stdPackages {
		t.Run(pkg, func(t *testing.T) {
			plain := outcomes(t, "go", pkg)
			ours := outcomes(t, "asynchooks", pkg)
			names := maps.Clone(plain)
			maps.Copy(names, ours)
			same, differ := 0, 0
			for _, name := range slices.Sorted(maps.Keys(names)) {
				p, o := plain[name], ours[name]
				switch reason := stdDiffers[pkg+"."+name]; {
				case p.action == o.action:
					same++
				case reason != "":
					differ++
					t.Logf("%s: plain: %s, instrumented: %s: %s", name, p.action, o.action, reason)
				default:
					t.Errorf("%s: plain: %s, instrumented: %s\nplain:\n%s\ninstrumented:\n%s", name, p.action, o.action, p.output, o.output)
				}
			}
			t.Logf("%s: %d of %d tests as plain, of which %d pass; %d more are allowed to differ", pkg, same, len(names), passed(ours), differ)
		})
	}
}

// An outcome is what became of a test: pass, skip or fail; "" if it did not run.
type outcome struct{ action, output string }

func passed(all map[string]outcome) int {
	n := 0
	for _, o := range all {
		if o.action == "pass" {
			n++
		}
	}
	return n
}

// outcomes runs the tests of a package and returns what became of each.
func outcomes(t *testing.T, command, pkg string) map[string]outcome {
	t.Helper()
	cmd := exec.Command(command, "test", "-short", "-count=1", "-json", pkg)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	all := map[string]outcome{}
	text := map[string]string{}
	lines := json.NewDecoder(bufio.NewReader(out))
	for {
		var e struct{ Action, Test, Output string }
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("read what %s test %s prints: %v", command, pkg, err)
		}
		switch e.Action {
		case "output":
			text[e.Test] += e.Output
		case "pass", "fail", "skip":
			if e.Test != "" {
				all[e.Test] = outcome{e.Action, text[e.Test]}
			}
		}
	}
	exit := (*exec.ExitError)(nil)
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("%s test %s ran no test:\n%s%s", command, pkg, text[""], stderr.String())
	}
	all["the package"] = outcome{fmt.Sprint("exit code ", cmd.ProcessState.ExitCode()), text[""] + stderr.String()}
	return all
}
