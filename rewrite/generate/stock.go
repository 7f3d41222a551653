package generate

import (
	"fmt"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
	"github.com/asynchooks/asynchooks/rewrite/load"
)

// Files for the stock runtime import package rt, whether the package that they
// are in does or not.

// findRT finds package rt for each platform.
func (c *Config) findRT(all []*loaded) (map[Platform]*packages.Package, error) {
	rt := map[Platform]*packages.Package{}
	for _, p := range all {
		if p.PkgPath == gopatch.RT && p.ForTest == "" {
			rt[p.platform] = p.Package
		}
	}
	for _, p := range all {
		if rt[p.platform] != nil {
			continue
		}
		found, err := c.forPlatform(p.platform).Any(gopatch.RT)
		if err != nil || len(found) != 1 || len(found[0].Errors) > 0 {
			return nil, fmt.Errorf("find package rt, which the generated files import: require it in the module, with go get %s", gopatch.RT)
		}
		rt[p.platform] = found[0]
	}
	return rt, nil
}

// compiles type-checks a package with generated files in place of their sources.
// nameOf is the name of a generated file.
func compiles(p *loaded, rt *packages.Package, pkg *rewrite.Package, generated map[string][]byte, nameOf func(path string) string) error {
	with := *p.Package
	with.Imports = map[string]*packages.Package{gopatch.RT: rt}
	for path, imp := range p.Imports {
		with.Imports[path] = imp
	}
	with.GoFiles = nil
	files := map[string][]byte{}
	for _, f := range pkg.Files {
		path := pkg.Fset.PositionFor(f.Package, false).Filename
		if text, ok := generated[path]; ok {
			files[nameOf(path)] = text
		} else {
			files[path] = pkg.Src[f]
		}
	}
	check, err := load.Parse(&with, files)
	if err == nil {
		err = load.Types(&with, check, true)
	}
	if err != nil {
		return fmt.Errorf("%w, in the generated files only: leave the declaration alone with //asynchooks:off, and report this as a bug of asynchooks", err)
	}
	return nil
}
