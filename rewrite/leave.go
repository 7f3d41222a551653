package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// leaves reports whether every way through the case of a select leaves the
// loop: such a case takes one message and is done, as a loop that retries to
// get something from a pool.
func (r *rewriter) leaves(fn *function, loop *construct, cl *ast.CommClause) bool {
	l := &leaver{rewriter: r, fn: fn, loop: loop, start: cl.Colon, end: cl.End()}
	return l.list(cl.Body, fn.stack)
}

type leaver struct {
	*rewriter
	fn         *function
	loop       *construct
	start, end token.Pos // of the case
}

func (l *leaver) list(body []ast.Stmt, stack []construct) bool {
	for i, s := range body {
		if i == len(body)-1 {
			return l.stmt(s, s.Pos(), "", stack)
		}
		if l.stays(s, stack) {
			return false
		}
	}
	return false
}

// stays reports whether a statement holds a branch to somewhere in the loop
// that is not in the case.
func (l *leaver) stays(s ast.Stmt, stack []construct) bool {
	stays := false
	l.fn.branches([]ast.Stmt{s}, stack, func(b branch) {
		inCase := l.start <= b.to && b.to < l.end
		inLoop := l.loop.start < b.to && b.to < l.loop.stmt.End()
		stays = stays || b.next == l.loop.stmt || inLoop && !inCase
	})
	return stays
}

// stmt reports whether the last statement of a list leaves the loop.
func (l *leaver) stmt(s ast.Stmt, start token.Pos, label string, stack []construct) bool {
	inner := append(stack[:len(stack):len(stack)], construct{stmt: s, start: start, label: label})
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		to, next := l.fn.target(s, stack)
		return to.IsValid() && next != l.loop.stmt && (to <= l.loop.start || to >= l.loop.stmt.End())
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		return l.rewriter.ends(call)
	case *ast.BlockStmt:
		return l.list(s.List, stack)
	case *ast.LabeledStmt:
		return l.stmt(s.Stmt, start, s.Label.Name, stack)
	case *ast.IfStmt:
		return s.Else != nil && l.list(s.Body.List, stack) && l.stmt(s.Else, s.Else.Pos(), "", stack)
	case *ast.SwitchStmt:
		return l.clauses(s.Body, inner)
	case *ast.TypeSwitchStmt:
		return l.clauses(s.Body, inner)
	case *ast.SelectStmt:
		for _, c := range s.Body.List {
			if !l.list(c.(*ast.CommClause).Body, inner) {
				return false
			}
		}
		return true
	}
	return false
}

// clauses reports whether every clause of a switch leaves, and one of them is
// the default.
func (l *leaver) clauses(body *ast.BlockStmt, stack []construct) bool {
	def := false
	for _, c := range body.List {
		cl := c.(*ast.CaseClause)
		def = def || cl.List == nil
		if !l.list(cl.Body, stack) {
			return false
		}
	}
	return def
}

// enders are the functions that do not return.
var enders = map[string]bool{"runtime.Goexit": true, "os.Exit": true, "log.Fatal": true, "log.Fatalf": true, "log.Fatalln": true}

// ends reports whether a call surely does not return.
func (r *rewriter) ends(call *ast.CallExpr) bool {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		b, ok := r.Info.Uses[fun].(*types.Builtin)
		return ok && b.Name() == "panic"
	case *ast.SelectorExpr:
		fn, ok := r.Info.Uses[fun.Sel].(*types.Func)
		return ok && enders[fn.FullName()]
	}
	return false
}
