//go:build !unix && !windows

package process

import "time"

var started = time.Now()

// Used returns how long this process has run: its processor time is not known here.
func Used() time.Duration { return time.Since(started) }
