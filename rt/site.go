package rt

import (
	"fmt"
	"runtime"
	"strings"
)

// A Site is a place in the source.
type Site struct {
	File string // absolute path, or as -trimpath left it
	Line int    // from 1; 0: not known
	Func string // with its package path, as runtime.Frame has it
}

// String returns "file:line", or "unknown" for the zero Site.
func (s Site) String() string {
	if s.Line == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

// siteOf returns the site of a call that returns to pc.
func siteOf(pc uintptr) Site {
	if pc == 0 {
		return Site{}
	}
	f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return Site{File: f.File, Line: f.Line, Func: f.Function}
}

// callerPC returns where the function that calls it was called.
func callerPC() uintptr {
	var pcs [1]uintptr
	if runtime.Callers(3, pcs[:]) == 0 {
		return 0
	}
	return pcs[0]
}

// packageOf returns the import path in the name of a function.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[slash:], ".")
	return function[:slash] + name
}
