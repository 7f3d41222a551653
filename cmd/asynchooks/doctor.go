package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rewrite/load"
)

const doctorHelp = `
Doctor says what an instrumented build would fail at here, why, and what to do:
the go command and its release, flags on the command line and in GOFLAGS, whether
the patches match the source of the Go release, the caches, the version of package
rt, and the C compiler. Given packages, it looks for sites in their source as well,
and names directives that stand above nothing. Nothing is built.

	asynchooks doctor
	asynchooks doctor -race -tags integration ./...

The exit code is 1 if something is found that a build fails at.
`

// runDoctor is the doctor command.
func runDoctor(args []string) int {
	if len(args) == 1 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help") {
		return runHelp([]string{"doctor"})
	}
	findings := build.Diagnose(args)
	failed := func() bool {
		return slices.ContainsFunc(findings, func(f build.Finding) bool { return f.Level == build.Failure })
	}
	if dir, flags, patterns := build.SplitArguments(args); len(patterns) > 0 && !failed() {
		findings = append(findings, diagnoseSource(load.Config{Dir: dir, Flags: flags, Tests: true}, patterns))
	}
	for _, f := range findings {
		fmt.Printf("%-8s %-16s %s\n", f.Level, f.What, strings.ReplaceAll(f.Text, "\n", "\n"+strings.Repeat(" ", 26)))
	}
	if failed() {
		return 1
	}
	return 0
}

// diagnoseSource looks for sites in packages.
func diagnoseSource(config load.Config, patterns []string) build.Finding {
	const what = "source"
	pkgs, err := config.Packages(patterns...)
	if err != nil {
		return build.Finding{Level: build.Failure, What: what, Text: err.Error()}
	}
	sites := map[rewrite.Decision]int{}
	for _, p := range pkgs {
		res, err := rewrite.Rewrite(p)
		if err != nil {
			return build.Finding{Level: build.Failure, What: what, Text: err.Error()}
		}
		for _, s := range res.Sites {
			sites[s.Decision]++
		}
	}
	var counts []string
	for _, d := range []rewrite.Decision{rewrite.Handle, rewrite.Await, rewrite.Bind, rewrite.Detach, rewrite.Inherit} {
		counts = append(counts, fmt.Sprintf("%s %d", d, sites[d]))
	}
	return build.Finding{Level: build.OK, What: what, Text: fmt.Sprintf("%d packages; sites: %s ('asynchooks diff' shows each)", len(pkgs), strings.Join(counts, ", "))}
}
