// Package load reads packages where there is no build around: their files, from
// the patterns that the go command knows, and their types, from the export data
// of what they import.
package load

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// A Config says how to load.
type Config struct {
	Dir   string   // where patterns are relative to; "" is the current folder
	Env   []string // of the go command; nil is this process's
	Flags []string // build flags, such as -tags
	Tests bool     // test files too
}

// Packages returns the packages that match the patterns, in the order of their
// paths. Of a package with test files it returns the variant that holds them. An
// error names every package that does not compile.
func (c Config) Packages(patterns ...string) ([]*rewrite.Package, error) {
	found, err := c.List(patterns...)
	if err != nil {
		return nil, err
	}
	var out []*rewrite.Package
	var errs []error
	for _, p := range found {
		pkg, err := Check(p)
		if err == nil && len(p.Errors) > 0 {
			err = fmt.Errorf("load %s: %w", p.PkgPath, p.Errors[0])
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, pkg)
	}
	return out, errors.Join(errs...)
}

// List returns what is known of the packages that match the patterns and of all
// that they import, but for their source. It is in the order of Packages.
func (c Config) List(patterns ...string) ([]*packages.Package, error) {
	// Types are not asked for: the Go release that a program is built with can
	// be later than what the packages' loader knows, but not than this program's.
	cfg := &packages.Config{
		Mode:       packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile | packages.NeedModule | packages.NeedTypesSizes | packages.NeedForTest,
		Dir:        c.Dir,
		Env:        c.Env,
		BuildFlags: c.Flags,
		Tests:      c.Tests,
	}
	found, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	return slices.DeleteFunc(variants(found), func(p *packages.Package) bool { return sitescan.Exempt(p.PkgPath) }), nil
}

// Any is List without leaving out what is never rewritten.
func (c Config) Any(patterns ...string) ([]*packages.Package, error) {
	cfg := &packages.Config{
		Mode:       packages.NeedName | packages.NeedFiles | packages.NeedExportFile,
		Dir:        c.Dir,
		Env:        c.Env,
		BuildFlags: c.Flags,
	}
	return packages.Load(cfg, patterns...)
}

// Folders returns the folders of the packages that match the patterns, also of
// those that the build constraints of their files leave empty.
func (c Config) Folders(patterns ...string) ([]string, error) {
	cmd := exec.Command("go", slices.Concat([]string{"list", "-e", "-find", "-f", "{{.Dir}}"}, c.Flags, []string{"--"}, patterns)...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, strings.TrimSpace(stderr.String()))
	}
	var dirs []string
	for line := range strings.Lines(string(out)) {
		if dir := strings.TrimSpace(line); dir != "" {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// variants leaves out what the go command makes for tests: the test's main
// package, and the plain form of a package that has its test files in another.
func variants(found []*packages.Package) []*packages.Package {
	withTests := map[string]bool{}
	for _, p := range found {
		if p.ForTest == p.PkgPath {
			withTests[p.PkgPath] = true
		}
	}
	found = slices.DeleteFunc(slices.Clone(found), func(p *packages.Package) bool {
		return strings.HasSuffix(p.ID, ".test") || p.ForTest == "" && withTests[p.PkgPath]
	})
	slices.SortFunc(found, func(a, b *packages.Package) int { return strings.Compare(a.ID, b.ID) })
	return found
}
