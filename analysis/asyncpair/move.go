package asyncpair

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// canMove reports whether statements can be put into a function literal of
// their own: control does not leave them, nothing that they declare is used
// after end, they defer and recover nothing, and the receiver of o stays what
// it is.
func (fx *fixer) canMove(region []ast.Stmt, end token.Pos, o *opStmt) bool {
	if len(region) == 0 {
		return false
	}
	ok := true
	root := rootIdent(o.recv)
	declared := make(map[types.Object]bool)
	for _, s := range region {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt, *ast.BranchStmt, *ast.LabeledStmt, *ast.DeferStmt:
				ok = false
			case *ast.CallExpr:
				if id, isIdent := n.Fun.(*ast.Ident); isIdent && id.Name == "recover" {
					ok = false
				}
				if fx.touchesScopes(n) {
					ok = false
				}
			case *ast.AssignStmt:
				for _, lhs := range n.Lhs {
					if id := rootIdent(lhs); id != nil && root != nil && id.Name == root.Name {
						ok = false
					}
				}
			case *ast.Ident:
				if obj := fx.r.Pass.TypesInfo.Defs[n]; obj != nil {
					declared[obj] = true
				}
			}
			return ok
		})
	}
	if !ok {
		return false
	}
	ast.Inspect(o.body, func(n ast.Node) bool {
		if id, isIdent := n.(*ast.Ident); isIdent && id.Pos() > end && declared[fx.r.Pass.TypesInfo.Uses[id]] {
			ok = false
		}
		return ok
	})
	return ok
}

func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// touchesScopes reports whether a call opens or closes a scope that stays open
// or closed, as far as its name tells.
func (fx *fixer) touchesScopes(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := fx.r.Pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	if !ok {
		return false
	}
	switch rtapi.Func(fn) {
	case "AsyncResource.EmitBefore", "AsyncResource.EmitAfter", "AsyncLocalStorage.EnterWith", "AsyncLocalStorage.Enter":
		return true
	}
	return false
}

// usedElsewhere reports whether the variable that o is about has another use:
// without one, the program would not compile once o is gone.
func (fx *fixer) usedElsewhere(o *opStmt) bool {
	root := rootIdent(o.recv)
	if root == nil {
		return false
	}
	info := fx.r.Pass.TypesInfo
	v, ok := info.Uses[root].(*types.Var)
	if !ok || v.Pkg() == nil {
		return false
	}
	if v.Parent() == v.Pkg().Scope() || v.IsField() {
		return true
	}
	used := false
	isParam := true
	ast.Inspect(fx.r.File(o.stmt.Pos()), func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if id != root && info.Uses[id] == v {
				used = true
			}
			if info.Defs[id] == v && id.Pos() > o.body.Pos() && id.Pos() < o.body.End() {
				isParam = false
			}
		}
		return true
	})
	return used || isParam
}

// deleteLine deletes a statement, and its lines if it has them to itself.
func (fx *fixer) deleteLine(s ast.Stmt) analysis.TextEdit {
	edit := analysis.TextEdit{Pos: s.Pos(), End: s.End()}
	file := fx.r.Pass.Fset.File(s.Pos())
	src, err := fx.r.Pass.ReadFile(file.Name())
	if err != nil {
		return edit
	}
	from, to := file.Offset(s.Pos()), file.Offset(s.End())
	for from > 0 && (src[from-1] == ' ' || src[from-1] == '\t') {
		from--
	}
	if from > 0 && src[from-1] != '\n' || to >= len(src) || src[to] != '\n' {
		return edit
	}
	return analysis.TextEdit{Pos: file.Pos(from), End: file.Pos(to + 1)}
}

// returnsCloser reports whether a call gives one function that takes nothing.
func (fx *fixer) returnsCloser(call *ast.CallExpr) bool {
	sig, ok := fx.r.Pass.TypesInfo.TypeOf(call).Underlying().(*types.Signature)
	return ok && sig.Params().Len() == 0
}
