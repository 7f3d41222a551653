//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// stopGroup sends a signal to all processes of the group.
func stopGroup(how string) error {
	signals := map[string]syscall.Signal{
		"killgroup":      syscall.SIGKILL,
		"interruptgroup": syscall.SIGINT,
		"terminategroup": syscall.SIGTERM,
	}
	signal, ok := signals[how]
	if !ok {
		return fmt.Errorf("stopgo %s: no such way to stop", how)
	}
	return syscall.Kill(0, signal)
}
