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
		if err == nil {
			err = Err(p)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, pkg)
	}
	return out, errors.Join(errs...)
}

// Err returns the first error that the go command found in a package, or nil.
func Err(p *packages.Package) error {
	switch {
	case len(p.Errors) == 0:
		return nil
	case p.Errors[0].Pos == "" || p.Errors[0].Pos == "-": // of no file
		return fmt.Errorf("load %s: %s", p.PkgPath, p.Errors[0].Msg)
	}
	return fmt.Errorf("load %s: %w", p.PkgPath, p.Errors[0])
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
	if len(found) == 0 {
		// The loader does not tell a pattern that matches nothing from a folder that
		// is in no module.
		if _, err := c.GoList(nil, patterns...); err != nil {
			return nil, fmt.Errorf("load packages: %w", err)
		}
	}
	return slices.DeleteFunc(variants(found), func(p *packages.Package) bool { return sitescan.Exempt(p.PkgPath) }), nil
}

// Any returns the packages that match the patterns, also those that are never
// rewritten, with their files and export data alone.
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
	const none = "error: " // in place of a folder
	out, err := c.GoList([]string{"-e", "-find", "-f", "{{with .Dir}}{{.}}{{else}}" + none + "{{.Error}}{{end}}"}, patterns...)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if why, failed := strings.CutPrefix(line, none); failed {
			return nil, fmt.Errorf("load packages: %s", why)
		}
		dirs = append(dirs, line)
	}
	return dirs, nil
}

// GoList runs go list with these flags and those of the configuration, and returns
// what it prints. An error has what it says.
func (c Config) GoList(flags []string, patterns ...string) ([]byte, error) {
	cmd := exec.Command("go", slices.Concat([]string{"list"}, flags, c.Flags, []string{"--"}, patterns)...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return nil, errors.New(text)
		}
		return nil, fmt.Errorf("go list: %w", err)
	}
	return out, nil
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
