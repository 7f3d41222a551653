//go:build !unix

package build

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
)

// replaceProcess runs the program and returns its exit code. An interrupt goes
// to every process of the console, so the program gets it too; this process
// only has to outlive it.
func replaceProcess(program string, args []string) (int, error) {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cmd := exec.Command(program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", program, err)
	}
	return 0, nil
}

// forwarded are the signals that runThrough hands on or outlives.
var forwarded = []os.Signal{os.Interrupt}
