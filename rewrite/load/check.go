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
// source has. With files, the package has these, by their paths, in place of its
// own and along with them; and cgo's part is not known, since the source is what
// it was before cgo.
func Check(p *packages.Package, files map[string][]byte) (*rewrite.Package, error) {
	pkg := &rewrite.Package{
		Path: p.PkgPath,
		Fset: token.NewFileSet(),
		Src:  map[*ast.File][]byte{},
		Info: &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		},
	}
	names := p.CompiledGoFiles
	if files != nil {
		names = slices.Clone(p.GoFiles)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
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
	exports := &exports{p: p, byPath: map[string]string{}}
	for _, imp := range p.Imports {
		exports.byPath[imp.PkgPath] = imp.ExportFile
	}
	exports.Importer = importer.ForCompiler(pkg.Fset, "gc", exports.open)
	var first error
	conf := types.Config{
		FakeImportC: files != nil,
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
	if first != nil {
		return nil, fmt.Errorf("load %s: %w", p.PkgPath, first)
	}
	return pkg, nil
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
