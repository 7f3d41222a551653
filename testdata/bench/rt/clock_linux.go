package main

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// threadTime returns the processor time of the calling goroutine's thread, which
// is locked to it. Other programs on the machine do not count.
func threadTime() time.Duration {
	const clockThreadCPUTime = 3
	runtime.LockOSThread()
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThreadCPUTime, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}
