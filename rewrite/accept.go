package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// acceptStmt looks at a statement in the body of a for with no condition that
// may accept a connection: the rest of the iteration handles it, as it would a
// message. Whether a listener has a resource to handle the connection for is
// known when it runs: listeners wrap others.
func (f *fileRewriter) acceptStmt(fn *function, s ast.Stmt, start, end token.Pos, again bool) *region {
	if f.acceptOf(s) == nil {
		return nil
	}
	d, reason := Handle, "an accept loop handles its connections"
	if f.directiveAt([]token.Pos{s.Pos(), start}, "await", "handle") == "await" {
		d, reason = Await, "a directive says so"
	}
	f.note(s.Pos(), FormAccept, d, reason)
	if d == Await {
		return nil
	}
	outer := *fn.innermostLoop()
	if again {
		fn.open--
		defer func() { fn.open++ }()
	}
	reg := f.openRegion(fn, outer, s.End(), end)
	reg.accepts = true
	if again {
		f.insert(start, "%sclose(&%s); ", f.prefix, f.tokenVar(reg.token))
	}
	f.deferClose(fn, reg, outer)
	f.open(fn, reg, s.End(), true)
	f.accepts = true
	return reg
}

// acceptOf returns the call of a statement that assigns the results of a
// listener's Accept: a connection, which has an address, and an error.
func (f *fileRewriter) acceptOf(s ast.Stmt) *ast.CallExpr {
	a, ok := s.(*ast.AssignStmt)
	if !ok || len(a.Lhs) != 2 || len(a.Rhs) != 1 {
		return nil
	}
	call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
	if !ok || !mayAccept(call) {
		return nil
	}
	results, ok := f.typeOf(call).(*types.Tuple)
	if !ok || results.Len() != 2 {
		return nil
	}
	conn, _, _ := types.LookupFieldOrMethod(results.At(0).Type(), true, f.Types, "RemoteAddr")
	if _, ok := conn.(*types.Func); !ok {
		return nil
	}
	return call
}

// mayAccept reports whether a call can be one of a listener's Accept, by its
// syntax.
func mayAccept(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && (sel.Sel.Name == "Accept" || sel.Sel.Name == "AcceptTCP")
}
