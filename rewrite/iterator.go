package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// The body of a loop over an iterator is a function that the iterator calls. A
// return in it goes back to the iterator first, which may be in the scope of a
// message of its own, and runs the deferred calls of the function with the loop
// last. So what was opened in the body is closed by its return statement, when the
// results have been evaluated; the deferred call is left with panics.

// inIterator reports whether the innermost statements are in the body of a loop
// over an iterator.
func (f *fileRewriter) inIterator(fn *function) bool {
	for _, c := range fn.stack {
		if loop, ok := c.stmt.(*ast.RangeStmt); ok && f.isIterator(loop) {
			return true
		}
	}
	return false
}

// isIterator reports whether a loop is one over an iterator function.
func (f *fileRewriter) isIterator(loop *ast.RangeStmt) bool {
	return signature(f.typeOf(loop.X)) != nil
}

// leaving notes the return statements of body that leave the region: inner
// regions come first. One in the body of another iterator's loop leaves the region
// when that ends (see exit).
func (f *fileRewriter) leaving(fn *function, reg *region, body []ast.Stmt) {
	for _, s := range body {
		inspectFunc(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.RangeStmt:
				return !f.isIterator(n)
			case *ast.ReturnStmt:
				if fn.left == nil {
					fn.left = map[*ast.ReturnStmt][]*region{}
				}
				if fn.left[n] == nil {
					fn.returns = append(fn.returns, n)
				}
				fn.left[n] = append(fn.left[n], reg)
			}
			return true
		})
	}
}

// closeReturns closes what the noted return statements leave.
func (f *fileRewriter) closeReturns(fn *function) {
	for _, s := range fn.returns {
		if fn.exitOf(s) != nil {
			continue // it leaves others, too
		}
		last := f.lastCall(s.Results)
		if last == nil || !f.hasOwnType(last) {
			for _, reg := range fn.left[s] {
				f.insert(s.Pos(), "%s; ", f.closing(reg, nil))
			}
			continue
		}
		n := f.count(last)
		if f.held == nil {
			f.held = map[int]bool{}
		}
		f.held[n] = true
		var tokens []string
		for _, reg := range fn.left[s] {
			tokens = append(tokens, "&"+f.tokenVar(reg.token))
		}
		f.insert(last.Pos(), "%shold%d(", f.prefix, n)
		f.insertAs(ofExpression, last.End(), ").leave("+strings.Join(tokens, ", ")+")")
	}
}

// holdFunc writes the function that holds n results until scopes are closed.
func (r *rewriter) holdFunc(b *strings.Builder, n int) {
	var params, fields, names, values []string
	for i := range n {
		params = append(params, fmt.Sprintf("R%d", i))
		fields = append(fields, fmt.Sprintf("r%d R%d", i, i))
		names = append(names, fmt.Sprintf("r%d", i))
		values = append(values, fmt.Sprintf("h.r%d", i))
	}
	list := strings.Join(params, ", ")
	fmt.Fprintf(b, `type %[1]sheld%[2]d[%[3]s interface{}] struct { %[4]s }

func %[1]shold%[2]d[%[3]s interface{}](%[5]s) %[1]sheld%[2]d[%[3]s] { return %[1]sheld%[2]d[%[3]s]{%[6]s} }

func (h %[1]sheld%[2]d[%[3]s]) leave(scopes ...*%[1]sscope) (%[3]s) {
	for _, s := range scopes {
		%[1]sclose(s)
	}
	return %[7]s
}

`, r.prefix, n, list, strings.Join(fields, "; "), strings.Join(fields, ", "), strings.Join(names, ", "), strings.Join(values, ", "))
}

// lastCall returns the last of the expressions that calls or receives: others can
// not tell in which scope they are evaluated.
func (f *fileRewriter) lastCall(list []ast.Expr) (last ast.Expr) {
	for _, e := range list {
		inspectFunc(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				last = e
			case *ast.UnaryExpr:
				if n.Op == token.ARROW {
					last = e
				}
			}
			return true
		})
	}
	return last
}

// count returns how many values an expression has.
func (f *fileRewriter) count(e ast.Expr) int {
	if t, ok := f.Info.Types[e].Type.(*types.Tuple); ok {
		return t.Len()
	}
	return 1
}

// hasOwnType reports whether an expression has the type that it has in a return
// statement in front of a type parameter as well: constants, comparisons and
// shifts of constants take theirs from where they stand.
func (f *fileRewriter) hasOwnType(e ast.Expr) bool {
	tv := f.Info.Types[e]
	if tv.Value != nil {
		return false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		switch e.Op {
		case token.NOT, token.ADD, token.SUB, token.XOR:
			return f.hasOwnType(e.X)
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return tv.Type == types.Typ[types.Bool]
		case token.SHL, token.SHR:
			return f.hasOwnType(e.X)
		}
		return f.hasOwnType(e.X) || f.hasOwnType(e.Y)
	}
	return true
}
