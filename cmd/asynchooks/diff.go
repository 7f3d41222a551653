package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rewrite/load"
)

const diffHelp = `
Diff prints what a build would rewrite in the packages, as a unified diff, and
changes nothing. In front of a file's changes stands each place in it that was
looked at, what is decided there, and why:

	# worker.go:12:2: range over channel: handle (a receive loop handles its messages)

To decide otherwise, put a directive on the line above: //asynchooks:await or
//asynchooks:handle above a receive, //asynchooks:detach or //asynchooks:inherit
above a go statement. //asynchooks:off leaves alone the declaration or, above the
package clause, the file that it stands above; //asynchooks:off package above any
package clause leaves the package alone. //asynchooks:callback names a parameter
that is called later; see 'asynchooks help callbacks'. A directive above nothing
that it could be about is an error.

A build inserts line directives too, so that each statement keeps its position;
-exact shows them. It adds a file with the inserted names to the package; -added
shows that.

The flags of the go command -C, -tags, -mod, -modfile and -race say which files
there are, as do GOOS, GOARCH and GOFLAGS; with -test the packages' test files are
looked at as well.

	asynchooks diff ./...
	asynchooks diff -test -tags integration ./internal/queue
`

// diffOptions are the flags of diff.
type diffOptions struct {
	load.Config
	exact, added bool
}

// runDiff is the diff command.
func runDiff(args []string) int {
	var opts diffOptions
	flags := flag.NewFlagSet("diff", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&opts.exact, "exact", false, "")
	flags.BoolVar(&opts.added, "added", false, "")
	flags.BoolVar(&opts.Tests, "test", false, "")
	flags.StringVar(&opts.Dir, "C", "", "")
	goFlags := map[string]*string{}
	for _, name := range []string{"tags", "mod", "modfile"} {
		goFlags[name] = flags.String(name, "", "")
	}
	race := flags.Bool("race", false, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return runHelp([]string{"diff"})
	} else if err != nil {
		return refuse("diff: %v: run 'asynchooks help diff' for its flags", err)
	}
	for name, value := range goFlags {
		if *value != "" {
			opts.Flags = append(opts.Flags, "-"+name+"="+*value)
		}
	}
	if *race {
		opts.Flags = append(opts.Flags, "-race")
	}
	if _, err := build.FindGo(); err != nil {
		return refuse("diff: %v", err)
	}
	code := 0
	pkgs, err := opts.Packages(flags.Args()...)
	if err != nil {
		code = fail("diff: %v", err)
	}
	for _, p := range pkgs {
		if err := opts.diff(os.Stdout, p); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n", err)
			code = 1
		}
	}
	return code
}

// diff prints what would be rewritten in a package.
func (opts *diffOptions) diff(w io.Writer, p *rewrite.Package) error {
	p.Readable = !opts.exact
	res, err := rewrite.Rewrite(p)
	if err != nil {
		return err
	}
	sites := map[string][]rewrite.Site{}
	for _, s := range res.Sites {
		sites[s.Pos.Filename] = append(sites[s.Pos.Filename], s)
	}
	for _, f := range p.Files {
		// As positions name it: what cgo made of a file goes by the file's name.
		path := p.Fset.PositionFor(f.Package, true).Filename
		name := opts.shown(path)
		for _, s := range sites[path] {
			s.Pos.Filename = name
			fmt.Fprintf(w, "# %s\n", s)
		}
		delete(sites, path)
		if out, ok := res.Files[f]; ok {
			opts.print(w, name, p.Src[f], out)
		}
	}
	if opts.added && res.Added != nil {
		dir := filepath.Dir(p.Fset.PositionFor(p.Files[0].Package, true).Filename)
		opts.print(w, opts.shown(filepath.Join(dir, "asynchooks_sites.go")), nil, res.Added)
	}
	return nil
}

func (opts *diffOptions) print(w io.Writer, name string, before, after []byte) {
	text := diff.Diff("a/"+name, before, "b/"+name, after)
	_, hunks, _ := strings.Cut(string(text), "\n") // the first line names a command
	if before == nil {
		hunks = strings.Replace(hunks, "--- a/"+name, "--- /dev/null", 1)
	}
	fmt.Fprint(w, hunks)
}

// shown is a path as it is printed: below the folder that the packages are
// relative to, if it is there.
func (opts *diffOptions) shown(path string) string {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}
