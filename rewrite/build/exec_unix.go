//go:build unix

package build

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// replaceProcess runs the program in place of this one: no process waits for
// it, signals reach it, and its exit code is ours. It returns only on failure.
func replaceProcess(program string, args []string) (int, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", program, err)
	}
	err = syscall.Exec(path, append([]string{program}, args...), os.Environ())
	return 0, fmt.Errorf("run %s: %w", path, err)
}

// forwarded are the signals that runThrough hands on or outlives.
var forwarded = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
