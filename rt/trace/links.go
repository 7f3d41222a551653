package trace

import _ "unsafe" // for go:linkname

// nanotime is the monotonic clock, in nanoseconds.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64

// procPin keeps the goroutine on its processor, and returns that one's number,
// until procUnpin.
//
//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()
