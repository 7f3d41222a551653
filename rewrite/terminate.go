package rewrite

import (
	"go/ast"
	"go/token"
)

// terminates reports whether the statement is a terminating one, as the language
// defines it: what is inserted behind it would never run, and would turn a
// function that ends with it into one without a return. The statement has that
// label.
func (r *rewriter) terminates(s ast.Stmt, label string) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok != token.FALLTHROUGH
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return ok && id.Name == "panic" && r.ends(call)
	case *ast.BlockStmt:
		return r.listTerminates(s.List)
	case *ast.IfStmt:
		return s.Else != nil && r.listTerminates(s.Body.List) && r.terminates(s.Else, "")
	case *ast.ForStmt:
		return s.Cond == nil && !breaks(s.Body, label)
	case *ast.LabeledStmt:
		return r.terminates(s.Stmt, s.Label.Name)
	case *ast.SwitchStmt:
		return r.clausesTerminate(s.Body, label)
	case *ast.TypeSwitchStmt:
		return r.clausesTerminate(s.Body, label)
	case *ast.SelectStmt:
		for _, c := range s.Body.List {
			if !r.listTerminates(c.(*ast.CommClause).Body) {
				return false
			}
		}
		return !breaks(s.Body, label)
	}
	return false
}

func (r *rewriter) listTerminates(list []ast.Stmt) bool {
	for len(list) > 0 {
		last := list[len(list)-1]
		if _, ok := last.(*ast.EmptyStmt); !ok {
			return r.terminates(last, "")
		}
		list = list[:len(list)-1]
	}
	return false
}

func (r *rewriter) clausesTerminate(body *ast.BlockStmt, label string) bool {
	def := false
	for _, c := range body.List {
		cl := c.(*ast.CaseClause)
		def = def || cl.List == nil
		n := len(cl.Body)
		falls := false
		if n > 0 {
			b, ok := cl.Body[n-1].(*ast.BranchStmt)
			falls = ok && b.Tok == token.FALLTHROUGH
		}
		if !falls && !r.listTerminates(cl.Body) {
			return false
		}
	}
	return def && !breaks(body, label)
}

// breaks reports whether the body of a statement with that label holds a break
// that leaves the statement.
func breaks(body *ast.BlockStmt, label string) bool {
	found := false
	var visit func(n ast.Node, direct bool)
	visit = func(n ast.Node, direct bool) {
		inspectFunc(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.BranchStmt:
				if m.Tok == token.BREAK {
					found = found || m.Label == nil && direct || m.Label != nil && m.Label.Name == label
				}
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				if m != n {
					visit(m, false)
					return false
				}
			}
			return true
		})
	}
	visit(body, true)
	return found
}
