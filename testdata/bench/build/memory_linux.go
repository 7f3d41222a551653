package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// watchMemory prepares a command for memory to be watched; what it returns
// begins to, and what that returns ends it and returns the most megabytes that
// the command and its descendants had resident together.
func watchMemory(cmd *exec.Cmd) func() func() float64 {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func() func() float64 {
		stop, peak := make(chan struct{}), make(chan float64)
		go func() {
			most := 0.0
			ticks := time.NewTicker(50 * time.Millisecond)
			defer ticks.Stop()
			for {
				select {
				case <-ticks.C:
					most = max(most, resident(cmd.Process.Pid))
				case <-stop:
					peak <- most
					return
				}
			}
		}()
		return func() float64 {
			close(stop)
			return <-peak
		}
	}
}

// resident returns the megabytes of the processes of a group.
func resident(group int) float64 {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	pages := 0
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(data), ") ") // the name can hold spaces
		fields := strings.Fields(rest)
		if len(fields) < 22 || fields[2] != strconv.Itoa(group) {
			continue
		}
		n, _ := strconv.Atoi(fields[21])
		pages += n
	}
	return float64(pages*os.Getpagesize()) / 1e6
}
