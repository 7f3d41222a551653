package rewrite

import (
	"go/ast"
	"go/token"
)

// A branch is a statement that goes elsewhere.
type branch struct {
	stmt  ast.Stmt
	start token.Pos // of the statement, or of its label
	to    token.Pos // where it goes to; no position for a return
	next  ast.Stmt  // the loop whose next iteration it begins, if it is a continue
	stack []construct
}

// branches calls visit for each branch and return statement in the list. stack
// holds the statements around the list.
func (fn *function) branches(list []ast.Stmt, stack []construct, visit func(branch)) {
	for _, s := range list {
		fn.branchesIn(s, s.Pos(), "", stack, visit)
	}
}

func (fn *function) branchesIn(s ast.Stmt, start token.Pos, label string, stack []construct, visit func(branch)) {
	inner := func(loop bool) []construct {
		return append(stack[:len(stack):len(stack)], construct{stmt: s, start: start, label: label, loop: loop})
	}
	switch s := s.(type) {
	case *ast.BranchStmt:
		if to, next := fn.target(s, stack); to.IsValid() {
			visit(branch{s, start, to, next, stack})
		}
	case *ast.ReturnStmt:
		visit(branch{stmt: s, start: start, stack: stack})
	case *ast.LabeledStmt:
		fn.branchesIn(s.Stmt, s.Stmt.Pos(), s.Label.Name, stack, visit)
	case *ast.BlockStmt:
		fn.branches(s.List, stack, visit)
	case *ast.IfStmt:
		fn.branches(s.Body.List, stack, visit)
		if s.Else != nil {
			fn.branchesIn(s.Else, s.Else.Pos(), "", stack, visit)
		}
	case *ast.ForStmt:
		fn.branches(s.Body.List, inner(true), visit)
	case *ast.RangeStmt:
		fn.branches(s.Body.List, inner(true), visit)
	case *ast.SwitchStmt:
		fn.branches(s.Body.List, inner(false), visit)
	case *ast.TypeSwitchStmt:
		fn.branches(s.Body.List, inner(false), visit)
	case *ast.SelectStmt:
		fn.branches(s.Body.List, inner(false), visit)
	case *ast.CaseClause:
		fn.branches(s.Body, stack, visit)
	case *ast.CommClause:
		fn.branches(s.Body, stack, visit)
	}
}

// target returns the position that a branch statement goes to, and the loop
// whose next iteration it begins, if it is a continue.
func (fn *function) target(s *ast.BranchStmt, stack []construct) (to token.Pos, next ast.Stmt) {
	switch s.Tok {
	case token.GOTO:
		for _, l := range fn.labels {
			if l.name == s.Label.Name {
				return l.pos, nil
			}
		}
	case token.BREAK, token.CONTINUE:
		for i := len(stack) - 1; i >= 0; i-- {
			c := stack[i]
			switch {
			case s.Label != nil && c.label != s.Label.Name:
			case s.Tok == token.BREAK:
				return c.start, nil
			case c.loop:
				return c.start, c.stmt
			}
		}
	}
	return token.NoPos, nil
}
