package load

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
)

// foreign returns what the directives of a package say about functions of
// others. The standard library has none.
func foreign(p *packages.Package) ([]rewrite.Registration, error) {
	if p.Module == nil {
		return nil, nil
	}
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
