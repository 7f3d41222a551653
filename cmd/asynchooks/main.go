// Asynchooks builds Go programs with async_hooks and AsyncLocalStorage.
//
// Usage:
//
//	asynchooks build|run|test|install [-exclude pattern] [go flags] [packages]
//	go build -toolexec='asynchooks toolexec' [go flags] [packages]
//
//	asynchooks diff [flags] [packages]
//	asynchooks doctor [go flags] [packages]
//	asynchooks generate [flags] [packages]
//	asynchooks trace run|test|view|export arguments
//	asynchooks version [binary]
//	asynchooks vet [go vet flags] [packages]
//	asynchooks help [command or guide]
//
// The first form is the go command of that name, with all its flags, for a
// build in which the main module, its dependencies and the standard library
// are instrumented. Nothing in the module is edited; -exclude leaves the source
// of packages as it is. The second form is the same from any other place that
// calls the go command, such as an IDE, a Makefile or GOFLAGS. "asynchooks help"
// describes the other commands.
//
// Messages go to standard error and what was asked for to standard output. The
// exit code is that of the go command; it is 2 for a command line that cannot
// be understood or carried out.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	_ "github.com/asynchooks/asynchooks/cmd/asynchooks/early"         // deals with most tool calls
	_ "github.com/asynchooks/asynchooks/cmd/asynchooks/early/scan"    // and with packages in which there is nothing to do
	_ "github.com/asynchooks/asynchooks/cmd/asynchooks/early/version" // and with the compiler's -V=full
	_ "github.com/asynchooks/asynchooks/cmd/asynchooks/early/vet"     // and with those of go vet
	"github.com/asynchooks/asynchooks/rewrite/build"
)

func main() { os.Exit(run(os.Args[1:])) }

// exitUsage is the exit code for what asynchooks itself refuses.
const exitUsage = 2

func run(args []string) int {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage())
		return exitUsage
	}
	// The go command starts this program for every tool call of a build, so
	// toolexec is looked for before anything else. Package early has dealt with
	// most such calls.
	if args[0] == "toolexec" {
		return build.Toolexec(args[1:])
	}
	name, rest := args[0], args[1:]
	if name == "-h" || name == "-help" || name == "--help" {
		name = "help"
	}
	if strings.HasPrefix(name, "-") {
		return refuse("unknown flag %s: run 'asynchooks help' for what there is", name)
	}
	if slices.Contains(build.Verbs, name) {
		code, err := build.GoCommand(name, rest)
		if err != nil {
			return refuse("%s: %v", name, err)
		}
		return code
	}
	if c := lookup(name); c != nil && c.run != nil {
		return c.run(rest)
	}
	return refuse("unknown command %q: run 'asynchooks help' for what there is", name)
}

// refuse prints why a command line cannot be understood or carried out, and
// returns the exit code for that.
func refuse(format string, args ...any) int {
	fail(format, args...)
	return exitUsage
}

// fail prints why a command has failed, and returns the exit code for that.
func fail(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "asynchooks: "+format+"\n", args...)
	return 1
}
