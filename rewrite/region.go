package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

func (r *rewriter) tokenVar(n int) string { return fmt.Sprintf("%st%d", r.prefix, n) }

// tokenDecl declares the variables that hold what the regions of a function
// restore.
func (r *rewriter) tokenDecl(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = r.tokenVar(i)
	}
	return fmt.Sprintf(" var %s %sscope;", strings.Join(names, ", "), r.prefix)
}

// openRegion makes the region of a message that loop receives.
func (f *fileRewriter) openRegion(fn *function, loop construct, start, end token.Pos) *region {
	fn.tokens = max(fn.tokens, fn.open+1)
	return &region{start: start, end: end, loop: loop.stmt, token: fn.open, closeAt: end}
}

// expect announces that what the function receives next is handled.
func (f *fileRewriter) expect(at token.Pos) { f.insert(at, "%sexpect(); ", f.prefix) }

// perMessage reports whether the call that closes the region on a return or a
// panic is registered by the messages and not once in front of the loop. Before
// the loop is cheaper, but wrong where a goto can reach the loop from
// elsewhere, where the loop is run again and again by another one, and where
// the body defers calls itself: of those, the ones of earlier messages must run
// outside of the scope.
func perMessage(fn *function, loop construct) bool {
	if fn.gotos || loop.defers || !loop.loop {
		return true
	}
	for _, c := range fn.stack {
		if c.loop && c.stmt != loop.stmt {
			return true
		}
	}
	return false
}

func (f *fileRewriter) deferClose(fn *function, reg *region, loop construct) {
	if !perMessage(fn, loop) {
		f.insert(loop.start, "defer %sclose(&%s); ", f.prefix, f.tokenVar(reg.token))
	}
}

// open opens the region's scope at a position.
func (f *fileRewriter) open(fn *function, reg *region, loop construct, at token.Pos, behind bool) {
	text := fmt.Sprintf("%sopen(&%s)", f.prefix, f.tokenVar(reg.token))
	if perMessage(fn, loop) {
		name := "first"
		if loop.defers {
			name = "each"
		}
		text = fmt.Sprintf("if %s%s(&%s) != %snone { defer %sclose(&%s) }", f.prefix, name, f.tokenVar(reg.token), f.prefix, f.prefix, f.tokenVar(reg.token))
	}
	if behind {
		f.insert(at, "; %s", text)
	} else {
		f.insert(at, " %s;", text)
	}
}

// closeEnd closes the scope at the end of the region.
func (f *fileRewriter) closeEnd(reg *region, body []ast.Stmt) {
	if n := len(body); n > 0 {
		switch body[n-1].(type) {
		case *ast.ReturnStmt, *ast.BranchStmt:
			return
		}
	}
	f.insert(reg.closeAt, "; %snext(&%s); ", f.prefix, f.tokenVar(reg.token))
}

// closeExits puts a call in front of each branch statement of body that leaves
// the region. Regions inside it have been closed already: their calls come
// first where a statement leaves both.
func (f *fileRewriter) closeExits(fn *function, reg *region, body []ast.Stmt) {
	fn.branches(body, fn.stack, func(start, to token.Pos, next ast.Stmt) {
		if reg.start <= to && to < reg.end {
			return
		}
		call := "close"
		if next == reg.loop {
			call = "next"
		}
		f.insert(start, "%s%s(&%s); ", f.prefix, call, f.tokenVar(reg.token))
	})
}

// branches calls visit for each branch statement in the list: with its
// position, the position that it goes to, and the loop whose next iteration it
// begins, if it is a continue. stack holds the statements around the list.
func (fn *function) branches(list []ast.Stmt, stack []construct, visit func(start, to token.Pos, next ast.Stmt)) {
	for _, s := range list {
		fn.branchesIn(s, s.Pos(), "", stack, visit)
	}
}

func (fn *function) branchesIn(s ast.Stmt, start token.Pos, label string, stack []construct, visit func(start, to token.Pos, next ast.Stmt)) {
	inner := func(loop bool) []construct {
		return append(stack[:len(stack):len(stack)], construct{stmt: s, start: start, label: label, loop: loop})
	}
	switch s := s.(type) {
	case *ast.BranchStmt:
		if to, next := fn.target(s, stack); to.IsValid() {
			visit(start, to, next)
		}
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
