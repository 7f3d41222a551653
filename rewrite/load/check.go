package load

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
)

// Check parses and type-checks a package. The error is the first one that the
// source has.
func Check(p *packages.Package) (*rewrite.Package, error) {
	pkg, err := parse(p, p.CompiledGoFiles, nil)
	if err != nil {
		return nil, err
	}
	return pkg, Types(p, pkg, false)
}

// Parse parses the source of a package, as it is before cgo, and knows no types.
// The files given, by their paths, are in the package in place of its own, and
// along with them.
func Parse(p *packages.Package, files map[string][]byte) (*rewrite.Package, error) {
	names := slices.Clone(p.GoFiles)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return parse(p, names, files)
}

func parse(p *packages.Package, names []string, files map[string][]byte) (*rewrite.Package, error) {
	pkg := &rewrite.Package{
		Path: p.PkgPath,
		Fset: token.NewFileSet(),
		Src:  map[*ast.File][]byte{},
		Info: &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
			Implicits:  map[ast.Node]types.Object{},
			Instances:  map[*ast.Ident]types.Instance{},
		},
	}
	for _, name := range names {
		src, ok := files[name]
		var err error
		if !ok {
			src, err = os.ReadFile(name)
		}
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", p.PkgPath, err)
		}
		f, err := parser.ParseFile(pkg.Fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", p.PkgPath, err)
		}
		pkg.Files = append(pkg.Files, f)
		pkg.Src[f] = src
	}
	return pkg, nil
}

// Types type-checks a package that was parsed. The error is the first one that
// the source has. beforeCgo: the source is what it was before cgo, whose part is
// not known then.
func Types(p *packages.Package, pkg *rewrite.Package, beforeCgo bool) error {
	exports := &exports{p: p, byPath: map[string]string{}}
	for _, imp := range p.Imports {
		exports.byPath[imp.PkgPath] = imp.ExportFile
	}
	exports.Importer = importer.ForCompiler(pkg.Fset, "gc", exports.open)
	var first error
	conf := types.Config{
		FakeImportC: beforeCgo,
		Importer:    exports,
		Sizes:       p.TypesSizes,
		Error: func(err error) {
			if first == nil {
				first = err
			}
		},
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		conf.GoVersion = "go" + p.Module.GoVersion
	}
	pkg.Types, _ = conf.Check(p.PkgPath, pkg.Fset, pkg.Files, pkg.Info)
	if first != nil && !(beforeCgo && usesCgo(pkg.Files) && p.ExportFile != "" && len(p.Errors) == 0) {
		return fmt.Errorf("load %s: %w", p.PkgPath, first)
	}
	for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
		rows, err := foreign(p.Imports[path])
		if err != nil {
			return fmt.Errorf("load %s: %w", p.PkgPath, err)
		}
		pkg.Foreign = append(pkg.Foreign, rows...)
	}
	return nil
}

// usesCgo reports whether one of the files has a part that only cgo knows. What
// depends on that has no type then: the go command has compiled the package, so
// that nothing else is wrong with it.
func usesCgo(files []*ast.File) bool {
	return slices.ContainsFunc(files, func(f *ast.File) bool {
		return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"C"` })
	})
}

// exports imports what a package imports, from the files that the go command
// made.
type exports struct {
	types.Importer
	p      *packages.Package
	byPath map[string]string
}

// Import imports what the path means in the package: a vendored package, or the
// variant that a test sees.
func (e *exports) Import(path string) (*types.Package, error) {
	if imp := e.p.Imports[path]; imp != nil {
		path = imp.PkgPath
	}
	return e.Importer.Import(path)
}

func (e *exports) open(path string) (io.ReadCloser, error) {
	file := e.byPath[path]
	if file == "" {
		return nil, fmt.Errorf("package %s does not compile, or is not there", path)
	}
	return os.Open(file)
}
