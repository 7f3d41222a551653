// Package ssabuild builds SSA for the packages that use package rt, and for no
// others. x/tools' buildssa builds it for every package that is analyzed, the
// standard library included, which is most of what an analyzer costs.
//
// A package that uses rt, directly or through what it imports, carries a fact;
// looking for it among the direct imports is all that other packages pay.
package ssabuild

import (
	"go/ast"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// Analyzer gives *SSA, or nil for a package in which nothing can be wrong.
var Analyzer = &analysis.Analyzer{
	Name:       "asyncssa",
	Doc:        "build SSA-form code for packages that use asynchooks",
	URL:        "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis",
	Run:        run,
	Requires:   []*analysis.Analyzer{ctrlflow.Analyzer},
	ResultType: reflect.TypeFor[*SSA](),
	FactTypes:  []analysis.Fact{new(usesRT)},
}

// usesRT is the fact that a package or one below it imports package rt.
type usesRT struct{}

func (*usesRT) AFact()         {}
func (*usesRT) String() string { return "usesRT" }

// SSA is the code of a package.
type SSA struct {
	Pkg   *ssa.Package
	Funcs []*ssa.Function // functions and, after each, its literals, in source order
	Decl  map[*ssa.Function]*ast.FuncDecl
}

func run(pass *analysis.Pass) (any, error) {
	if !relevant(pass) {
		return (*SSA)(nil), nil
	}
	pass.ExportPackageFact(new(usesRT))
	if rtapi.IsPkg(pass.Pkg) {
		// Package rt is what the rules are about; they do not bind it.
		return (*SSA)(nil), nil
	}
	return Build(pass), nil
}

// relevant reports whether pass's package is rt or can reach it.
func relevant(pass *analysis.Pass) bool {
	if rtapi.IsPkg(pass.Pkg) {
		return true
	}
	for _, imp := range pass.Pkg.Imports() {
		if rtapi.IsPkg(imp) || pass.ImportPackageFact(imp, new(usesRT)) {
			return true
		}
	}
	return false
}

// Build builds the package of pass, which must require ctrlflow.
func Build(pass *analysis.Pass) *SSA {
	cfgs := pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs)
	prog := ssa.NewProgram(pass.Fset, 0)
	prog.SetNoReturn(cfgs.NoReturn)
	for _, p := range pass.Pkg.Imports() {
		prog.CreatePackage(p, nil, nil, true)
	}
	pkg := prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false)
	pkg.Build()

	s := &SSA{Pkg: pkg, Decl: make(map[*ssa.Function]*ast.FuncDecl)}
	var add func(*ssa.Function)
	add = func(f *ssa.Function) {
		s.Funcs = append(s.Funcs, f)
		for _, anon := range f.AnonFuncs {
			add(anon)
		}
	}
	if init := pkg.Func("init"); init != nil {
		// Literals in the initializers of package variables.
		add(init)
	}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn := prog.FuncValue(pass.TypesInfo.Defs[decl.Name].(*types.Func)); fn != nil {
				s.Decl[fn] = decl
				add(fn)
			}
		}
	}
	return s
}
