// Package rtapi knows the names of package rt that the analyzers look for.
package rtapi

import (
	"go/types"
	"strings"
)

// Path is the import path of the package whose use is checked.
const Path = "github.com/asynchooks/asynchooks/rt"

// IsPkg reports whether pkg is package rt.
func IsPkg(pkg *types.Package) bool { return pkg != nil && pkg.Path() == Path }

// Func names a function or method of package rt: "Bind" for the function,
// "AsyncResource.Bind" for the method. It is empty for what rt does not declare.
func Func(fn *types.Func) string {
	if fn == nil || !IsPkg(fn.Pkg()) {
		return ""
	}
	fn = fn.Origin()
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	if named := Named(recv.Type()); named != nil {
		return named.Obj().Name() + "." + fn.Name()
	}
	return ""
}

// Named is the named type of t or of what t points to, or nil.
func Named(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		if _, isNamed := t.(*types.Named); !isNamed {
			t = types.Unalias(p.Elem())
		}
	}
	named, _ := t.(*types.Named)
	return named
}

// IsType reports whether t is rt's type of that name, or a pointer to it.
func IsType(t types.Type, name string) bool {
	named := Named(t)
	return named != nil && IsPkg(named.Obj().Pkg()) && named.Obj().Name() == name
}

// IsTest reports whether a file name is a test's.
func IsTest(file string) bool { return strings.HasSuffix(file, "_test.go") }
