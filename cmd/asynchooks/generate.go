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

With -tags it writes twins instead: beside each file that has something to rewrite
another one for builds with the tag, and gives the file the opposite constraint.
Such a build needs no tool, no overlay and no patched Go, and of other modules
package rt alone. It carries less; the page 'asynchooks help generating' says what.

	asynchooks generate -tags async ./...
	go build -tags async ./...
	asynchooks generate -tags async -undo ./...

	-o dir
		the folder of the overlay
	-tags tag
		write twins for builds with the tag, and no overlay
	-undo
		take the twins of the tag away, and their constraints out of the sources
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
	tag := flags.String("tags", "", "")
	undo := flags.Bool("undo", false, "")
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
	twins := false
	flags.Visit(func(f *flag.Flag) { twins = twins || f.Name == "tags" })
	var err error
	switch {
	case twins && *out != "":
		return refuse("generate: -o and -tags: twins stand beside their sources, and an overlay has no tag: choose one")
	case *undo && !twins:
		return refuse("generate: -undo without -tags: name the tag whose twins are to go")
	case *undo:
		_, err = generate.Undo(&c, *tag)
	case twins:
		_, err = generate.Tags(&c, *tag)
	default:
		_, err = generate.Overlay(&c, *out)
	}
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
