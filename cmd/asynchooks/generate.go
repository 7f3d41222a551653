package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/generate"
)

const generateHelp = `
Generate writes instrumented source to disk, for builds that can have no tool in
them. Without a pattern it is about the package in the current folder, so that a
line in one of its files does:

	//go:generate asynchooks generate

It writes the rewritten files of the packages, and of their dependencies outside
of the module cache, to a folder, .asynchooks in the main module's, and
overlay.json for the go command. The sources stay as they are.

	asynchooks generate ./...
	go build -overlay .asynchooks/overlay.json ./...

The package is printed by 'go doc github.com/asynchooks/asynchooks/rewrite/generate'.

	-o dir
		the folder of the overlay
	-test
		rewrite the packages' test files as well
	-platforms list
		the platforms that the files are for, as in linux/amd64,windows/amd64;
		without it, the one that the go command builds for here
	-check
		change nothing; print as a diff what is stale, and exit with 1 if
		something is
	-force
		overwrite generated files that were edited by hand, and other files that
		are in the way
	-buildtags list
		the build tags that choose among the files
	-C dir, -mod mode, -modfile file, -race
		as the go command has them
`

// runGenerate is the generate command.
func runGenerate(args []string) int {
	c := generate.Config{Diff: os.Stdout, Messages: prefixed{os.Stderr}}
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb" {
		c.Progress = os.Stderr
	}
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	out := flags.String("o", "", "")
	flags.BoolVar(&c.Tests, "test", false, "")
	flags.BoolVar(&c.Check, "check", false, "")
	flags.BoolVar(&c.Force, "force", false, "")
	flags.StringVar(&c.Dir, "C", "", "")
	flags.Func("platforms", "", func(list string) error {
		for pair := range strings.SplitSeq(list, ",") {
			goos, goarch, ok := strings.Cut(pair, "/")
			if !ok || goos == "" || goarch == "" {
				return fmt.Errorf("%q is no platform: write GOOS/GOARCH, as in linux/amd64", pair)
			}
			c.Platforms = append(c.Platforms, generate.Platform{OS: goos, Arch: goarch})
		}
		return nil
	})
	build := map[string]*string{"tags": flags.String("buildtags", "", "")}
	for _, name := range []string{"mod", "modfile"} {
		build[name] = flags.String(name, "", "")
	}
	race := flags.Bool("race", false, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return runHelp([]string{"generate"})
	} else if err != nil {
		return refuse("generate: %v: run 'asynchooks help generate' for its flags", err)
	}
	for _, name := range []string{"tags", "mod", "modfile"} {
		if *build[name] != "" {
			c.Flags = append(c.Flags, "-"+name+"="+*build[name])
		}
	}
	if *race {
		c.Flags = append(c.Flags, "-race")
	}
	c.Patterns = flags.Args()
	_, err := generate.Overlay(&c, *out)
	return generated(err)
}

// generated is the exit code of a run that ended with err, which it prints.
func generated(err error) int {
	if err == nil {
		return 0
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(os.Stderr, "asynchooks: generate: %s\n", line)
	}
	return 1
}

// prefixed writes each message with the name of the command in front.
type prefixed struct{ w io.Writer }

func (p prefixed) Write(text []byte) (int, error) {
	if _, err := fmt.Fprintf(p.w, "asynchooks: generate: %s", text); err != nil {
		return 0, err
	}
	return len(text), nil
}
