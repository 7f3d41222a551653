package main

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lacking are the events that resources of a type do not have.
var lacking = map[string][]string{
	"Goroutine":        {"PromiseResolve"},
	"ChanSend":         nil,
	"AfterFunc":        {"PromiseResolve"},
	"Timer":            {"PromiseResolve"},
	"Ticker":           {"PromiseResolve"},
	"ContextAfterFunc": {"PromiseResolve"},
	"Cleanup":          {"PromiseResolve"},
	"Finalizer":        {"PromiseResolve"},
	"Signal":           {"PromiseResolve"},
	"TCPServer":        {"Before", "After", "PromiseResolve"},
	"TCPConn":          {"PromiseResolve"},
	"DNSLookup":        {"Before", "After", "PromiseResolve"},
	"HTTPRequest":      {"PromiseResolve"},
	"Own":              {"PromiseResolve"},
}

// TestHookPanics runs a process for each event of each type of resource, whose
// hook panics there: it ends, says why and where, and nothing catches it.
func TestHookPanics(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readSources(t, root)
	exe := filepath.Join(t.TempDir(), "hookpanic.exe")
	build := exec.Command("asynchooks", "build", "-o", exe, "./testdata/hookpanic")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("asynchooks build: %v\n%s", err, out)
	}
	processes := 0
	for typ, without := range lacking {
		for _, event := range []string{"Init", "Before", "After", "Destroy", "PromiseResolve"} {
			processes++
			args := []string{event, typ}
			if !slices.Contains(without, event) {
				args = append(args, "wait")
			}
			cmd := exec.Command(exe, args...)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
				t.Fatal(err)
			}
			code, out := cmd.ProcessState.ExitCode(), stdout.String()
			if slices.Contains(without, event) {
				if want := fmt.Sprintf("no %s of %s\n", strings.ToLower(event), typ); code != 0 || out != want {
					t.Errorf("%s of %s: exit code %d, standard output %q; want 0 and %q\n%s", event, typ, code, out, want, &stderr)
				}
				continue
			}
			begin := fmt.Sprintf("panic: the hook fails at %s of %s\n\ngoroutine ", event, typ)
			if code != 1 || out != "exit function: 1\n" || !strings.HasPrefix(stderr.String(), begin) {
				t.Errorf("%s of %s: exit code %d, standard output %q; want 1 and that of the exit function\n%s", event, typ, code, out, &stderr)
			}
			if site := filepath.Join("testdata", "hookpanic", "main.go:"); !strings.Contains(stderr.String(), "The panic was in a callback of the hook created at ") || !strings.Contains(stderr.String(), site) {
				t.Errorf("%s of %s: the message does not name the hook:\n%s", event, typ, &stderr)
			}
		}
	}
	t.Logf("%d processes, one for each event of each type", processes)
}
