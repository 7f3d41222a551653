package build

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Options are the settings of a build. They cross the go command as flags of
// the toolexec command, which it repeats in every tool call: no environment,
// and what a build was made with can be read off its command line.
type Options struct {
	Exclude []string // patterns of import paths whose source is not rewritten

	// Record is the import configuration of the recorder that is to be linked
	// into programs; empty: none. It is not part of the id: recordFlag is.
	Record string
}

// words are the words of the toolexec command that stand for the options.
func (o Options) words() []string {
	var words []string
	for _, p := range o.Exclude {
		words = append(words, "-exclude="+p)
	}
	if o.Record != "" {
		words = append(words, "-record="+o.Record)
	}
	return words
}

// parseOptions reads the options that stand in front of a tool call.
func parseOptions(args []string) (o Options, call []string, err error) {
	flags := flag.NewFlagSet("toolexec", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("exclude", "", o.addExclude)
	flags.StringVar(&o.Record, "record", "", "")
	if err := flags.Parse(args); err != nil {
		return o, nil, fmt.Errorf("toolexec: %w", err)
	}
	return o, flags.Args(), nil
}

// addExclude adds a pattern.
func (o *Options) addExclude(pattern string) error {
	first, _, _ := strings.Cut(pattern, "/")
	if first == "" || first == "." || first == ".." {
		return fmt.Errorf("exclude %q: give import paths, as in -exclude=example.com/module/internal/...", pattern)
	}
	o.Exclude = append(o.Exclude, pattern)
	return nil
}

// id is [ToolID] with the options.
func (o Options) id() string { return toolID(o.Exclude...) }

// excludes reports whether a pattern matches the package with this import path.
func (o Options) excludes(path string) bool {
	return slices.ContainsFunc(o.Exclude, func(p string) bool { return matchPattern(p, path) })
}

// matchPattern reports whether a pattern matches an import path the way the go
// command matches: ... stands for any string, and x/... for x as well.
func matchPattern(pattern, path string) bool {
	re := regexp.QuoteMeta(pattern)
	re = strings.ReplaceAll(re, `\.\.\.`, `.*`)
	if rest, ok := strings.CutSuffix(re, `/.*`); ok {
		re = rest + `(/.*)?`
	}
	return regexp.MustCompile("^" + re + "$").MatchString(path)
}

// importPath is the import path of the package that a tool is called for, which
// the go command gives its -toolexec program in the environment: with -p, every
// program is main. That of a test variant is the path of what it tests.
func importPath(pkg string) string {
	path, ok := os.LookupEnv("TOOLEXEC_IMPORTPATH")
	if !ok {
		return pkg
	}
	path, variant, _ := strings.Cut(path, " ")
	if variant != "" {
		path = strings.TrimSuffix(path, "_test")
	}
	return path
}
