//go:build !unix

package main

import "time"

var started = time.Now()

// processorTime is the clock's where the process's own is not known.
func processorTime() time.Duration { return time.Since(started) }
