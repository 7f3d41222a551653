// Package toolscan deals with the calls of the compiler for packages in which a
// look at bytes and names finds nothing to instrument: most of the standard
// library, and many others. As package toolcall, it imports little, and does its
// work while others are not yet initialised.
package toolscan

import (
	"os"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/build/importcfg"
	"github.com/asynchooks/asynchooks/rewrite/build/toolcall"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// Run deals with a call of the compiler, if that is given the package as it is:
// args are those of the -toolexec program, flags first. If it does, it does not
// return.
func Run(args []string) {
	exclude, call := toolcall.SplitFlags(args)
	if len(exclude) > 0 || len(call) < 2 || toolcall.Name(call[0]) != "compile" {
		return // package build checks patterns
	}
	if c, ok := parse(call[1:]); ok && c.isPlain() {
		toolcall.ReplaceProcess(call)
	}
}

// compileCall is what decides about a call of the compiler.
type compileCall struct {
	pkg       string // -p
	std       bool   // -std
	importcfg string // -importcfg
	files     []string
}

// parse reads the arguments of a call of the compiler as package build does. ok is
// false for those of asynchooks itself and in response files, and where no Go
// files are given.
func parse(args []string) (c compileCall, ok bool) {
	first := len(args)
	for first > 0 && strings.HasSuffix(args[first-1], ".go") {
		first--
	}
	c.files = args[first:]
	for i := 0; i < first; i++ {
		name, value, joined := strings.Cut(args[i], "=")
		var to *string
		switch {
		case strings.HasPrefix(name, "-asynchooks"):
			return c, false
		case name == "-std":
			c.std = true
		case name == "-p":
			to = &c.pkg
		case name == "-importcfg":
			to = &c.importcfg
		}
		if to == nil || *to != "" {
			continue
		}
		if !joined && i+1 < first {
			i++
			value = args[i]
		}
		*to = value
	}
	return c, c.pkg != "" && len(c.files) > 0
}

// isPlain reports whether the compiler is given the package as it is.
func (c compileCall) isPlain() bool {
	if sitescan.IsNamed(c.pkg) {
		return false
	}
	if sitescan.Exempt(c.pkg) {
		return true
	}
	for _, file := range c.files {
		if src, err := os.ReadFile(file); err != nil || sitescan.MayHaveSites(src) {
			return false
		}
	}
	return c.std || !importcfg.HasForeign(c.importcfg)
}
