package process

import (
	"syscall"
	"time"
)

// Used returns the processor time that this process has used.
func Used() time.Duration {
	const current = syscall.Handle(^uintptr(0))
	var created, exited, kernel, user syscall.Filetime
	_ = syscall.GetProcessTimes(current, &created, &exited, &kernel, &user) // fails for bad arguments only
	return 100 * time.Duration(ticks(kernel)+ticks(user))
}

// ticks returns a length of time in units of 100 ns.
func ticks(f syscall.Filetime) int64 { return int64(f.HighDateTime)<<32 | int64(f.LowDateTime) }
