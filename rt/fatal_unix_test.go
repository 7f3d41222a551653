//go:build unix

package rt_test

import (
	"strings"
	"syscall"
	"testing"
)

// With GOTRACEBACK=crash the process aborts, so that a core can be had.
func TestFatalCrash(t *testing.T) {
	for _, program := range []string{"init panics", "wrong order", "hook calls itself"} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := runProgram(t, program, "GOTRACEBACK=crash")
			if strings.Contains(stdout, "exit function") {
				t.Errorf("exit functions ran:\n%s", stdout)
			}
			if code != -int(syscall.SIGABRT) {
				t.Errorf("exit code %d, want an abort; standard error:\n%s", code, stderr)
			}
		})
	}
}
