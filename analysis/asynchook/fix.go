package asynchook

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// debugf turns fmt.Println and fmt.Printf into rt.Debugf, which writes the same
// text to the same place. Other writers go elsewhere; they are left alone.
func debugf(r *report.Reporter, instr ssa.Instruction) []analysis.SuggestedFix {
	call := r.Call(instr.Pos())
	if call == nil || call.Ellipsis.IsValid() {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !isStatement(r, call) {
		return nil
	}
	fn, ok := r.Pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	rt := rtName(r, call.Pos())
	if !ok || rt == "" || !fmtIsUsedElsewhere(r, sel) {
		return nil
	}
	edits := []analysis.TextEdit{{Pos: sel.Pos(), End: sel.End(), NewText: []byte(rt + ".Debugf")}}
	switch fn.FullName() {
	case "fmt.Printf":
		// Debugf ends the line if the format does not.
		lit, ok := call.Args[0].(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return nil
		}
		if format, err := strconv.Unquote(lit.Value); err != nil || !strings.HasSuffix(format, "\n") {
			return nil
		}
	case "fmt.Println":
		verbs := strings.TrimSuffix(strings.Repeat("%v ", len(call.Args)), " ")
		text := strconv.Quote(verbs + "\n")
		if len(call.Args) > 0 {
			text += ", "
		}
		edits = append(edits, analysis.TextEdit{Pos: call.Lparen + 1, End: call.Lparen + 1, NewText: []byte(text)})
	default:
		return nil
	}
	return []analysis.SuggestedFix{{Message: "Use rt.Debugf", TextEdits: edits}}
}

// isStatement: nobody looks at the results of the call.
func isStatement(r *report.Reporter, call *ast.CallExpr) bool {
	for _, n := range r.Path(call.Lparen) {
		if s, ok := n.(*ast.ExprStmt); ok {
			return s.X == call
		}
	}
	return false
}

// rtName is what the file at pos calls package rt, or "" if that name means
// something else there.
func rtName(r *report.Reporter, pos token.Pos) string {
	file := r.File(pos)
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || path != rtapi.Path {
			continue
		}
		name := "rt"
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if scope := r.Pass.Pkg.Scope().Innermost(pos); scope != nil {
			if _, obj := scope.LookupParent(name, pos); obj != nil {
				if p, ok := obj.(*types.PkgName); ok && rtapi.IsPkg(p.Imported()) {
					return name
				}
			}
		}
	}
	return ""
}

// fmtIsUsedElsewhere reports whether the file uses the package of sel's function
// in another place: its import must not become unused. Other findings of the
// same kind do not count, since their fixes may be applied too.
func fmtIsUsedElsewhere(r *report.Reporter, sel *ast.SelectorExpr) bool {
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	pkg := r.Pass.TypesInfo.Uses[id]
	used := false
	ast.Inspect(r.File(sel.Pos()), func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && r.Pass.TypesInfo.Uses[x] == pkg && s.Sel.Name != "Println" && s.Sel.Name != "Printf" {
			used = true
		}
		return true
	})
	return used
}
