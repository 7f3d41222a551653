//go:build !amd64

package trace

// ticks returns the clock, in nanoseconds.
func ticks() uint64 { return uint64(nanotime()) }
