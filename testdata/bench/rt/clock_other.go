//go:build !linux

package main

import "time"

// threadTime is the clock's, where the thread's own is not known.
func threadTime() time.Duration { return time.Since(started) }
