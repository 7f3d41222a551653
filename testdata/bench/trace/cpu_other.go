//go:build !unix

package main

import "time"

// cpuTime is not known here: -cpu has nothing to count.
func cpuTime() time.Duration { return 0 }
