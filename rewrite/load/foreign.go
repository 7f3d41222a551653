package load

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
)

// foreign returns what the directives of a package say about functions of
// others. The standard library has none.
func foreign(p *packages.Package) ([]rewrite.Registration, error) {
	if p.Module == nil {
		return nil, nil
	}
	if known, ok := foreignKnown.Load(p); ok {
		return known.([]rewrite.Registration), nil
	}
	rows, err := readForeign(p)
	if err == nil {
		foreignKnown.Store(p, rows)
	}
	return rows, err
}

// foreignKnown is what foreign said before, by package: many import the same.
var foreignKnown sync.Map // *packages.Package -> []rewrite.Registration

// ImportsForeign reports whether a package that p imports has directives about
// functions of other packages, or cannot be read.
func ImportsForeign(p *packages.Package) bool {
	for _, imp := range p.Imports {
		if rows, err := foreign(imp); err != nil || len(rows) > 0 {
			return true
		}
	}
	return false
}

func readForeign(p *packages.Package) ([]rewrite.Registration, error) {
	var rows []rewrite.Registration
	for _, name := range p.GoFiles {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(src, []byte(rewrite.CallbackDirective)) {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		r, err := rewrite.ParseForeign(fset, f, func(path string) string {
			if imp := p.Imports[path]; imp != nil {
				return imp.Name
			}
			return ""
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, r...)
	}
	return rows, nil
}
