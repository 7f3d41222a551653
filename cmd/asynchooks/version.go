package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// runVersion is the version command.
func runVersion(args []string) int {
	flags := flag.NewFlagSet("version", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return runHelp([]string{"version"})
	case err != nil:
		return refuse("version: %v: usage: asynchooks version [binary]", err)
	case flags.NArg() > 1:
		return refuse("version: too many arguments: usage: asynchooks version [binary]")
	case flags.NArg() == 0:
		fmt.Printf("asynchooks %s (runtime ABI %d, tool id %s)\n", build.Version, gopatch.ABI, build.ToolID())
		return 0
	}
	path := flags.Arg(0)
	mark, err := build.ReadMark(path)
	switch {
	case errors.Is(err, build.ErrNotInstrumented):
		fmt.Printf("%s: not instrumented\n", path)
		return 0
	case err != nil:
		return fail("version: read binary: %v", err)
	}
	fmt.Printf("%s: instrumented by asynchooks %s for %s (runtime patched, ABI %s, tool id %s)\n", path, mark.Version, mark.Go, mark.ABI, mark.ToolID)
	return 0
}
