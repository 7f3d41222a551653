package process

import (
	"syscall"
	"time"
	"unsafe"
)

// Used returns the processor time that this process has used, to the nanosecond:
// getrusage is no finer than the clock's ticks on some systems.
func Used() time.Duration {
	const clockProcessCPUTime = 2
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockProcessCPUTime, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}
