package main

import (
	"syscall"
	"time"
	"unsafe"
)

// processorTime is what the process has used, to the nanosecond: getrusage is no
// finer than the clock's ticks on some systems.
func processorTime() time.Duration {
	const clockProcessCPUTime = 2
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockProcessCPUTime, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}
