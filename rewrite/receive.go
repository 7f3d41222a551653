package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// unlessEmpty ends the reason of a receive that awaits after all where its type
// argument makes the element one without size.
const unlessEmpty = ", unless its values have no size"

// receiveDecision decides about a receive of elem whose form says d. It stands
// on the line of one of the positions.
func (f *fileRewriter) receiveDecision(at []token.Pos, elem types.Type, d Decision, reason string) (Decision, string) {
	switch f.directiveAt(at, "await", "handle") {
	case "await":
		return Await, "a directive says so"
	case "handle":
		return Handle, "a directive says so"
	}
	switch {
	case d != Handle:
	case zeroSize(elem):
		return Await, "a value without size is a token"
	case mayBeEmpty(elem):
		return Handle, reason + unlessEmpty
	}
	return d, reason
}

// assigned decides about a receive whose value is assigned to lhs, of which d is
// known. The operands of these are evaluated when the message has arrived: a
// function that is called there may receive another one, and the scope would be
// that one's.
func (r *rewriter) assigned(lhs []ast.Expr, d Decision, reason string) (Decision, string) {
	if d == Handle && slices.ContainsFunc(lhs, r.runs) {
		return Await, "what the value is assigned to calls or receives first"
	}
	return d, reason
}

// runs reports whether an expression, which may be none, calls a function or
// receives.
func (r *rewriter) runs(e ast.Expr) bool {
	if e == nil {
		return false
	}
	found := receives(e) > 0
	inspectFunc(e, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			tv := r.Info.Types[call.Fun]
			found = found || !tv.IsType() && !tv.IsBuiltin()
		}
		return true
	})
	return found
}

// innermostLoop returns the loop whose iteration the present statement belongs
// to.
func (fn *function) innermostLoop() *construct {
	for i := len(fn.stack) - 1; i >= 0; i-- {
		if fn.stack[i].loop {
			return &fn.stack[i]
		}
	}
	return nil
}

// selectStmt looks at the cases of a select statement.
func (f *fileRewriter) selectStmt(fn *function, s *ast.SelectStmt, c construct) {
	loop := fn.innermostLoop()
	fn.stack = append(fn.stack, c)
	handled, sized := map[*ast.CommClause]bool{}, map[*ast.CommClause]bool{}
	var operands []ast.Expr // what is evaluated before the select waits
	for _, cl := range s.Body.List {
		cl := cl.(*ast.CommClause)
		if send, ok := cl.Comm.(*ast.SendStmt); ok {
			operands = append(operands, send.Chan, send.Value)
		}
		op := receiveOf(cl.Comm)
		if op == nil {
			continue
		}
		f.seen[op] = true
		operands = append(operands, op.X)
		elem, _ := chanElem(f.typeOf(op.X))
		d, reason := Handle, "a select in a loop handles its messages"
		switch {
		case loop == nil:
			d, reason = Await, "the select is in no loop"
		case loop.counted:
			d, reason = Await, "the loop ends by itself"
		case f.leaves(fn, loop, cl):
			d, reason = Await, "the case always leaves the loop"
		}
		d, reason = f.receiveDecision([]token.Pos{cl.Case}, elem, d, reason)
		if a, ok := cl.Comm.(*ast.AssignStmt); ok {
			d, reason = f.assigned(a.Lhs, d, reason)
		}
		f.note(cl.Case, FormSelect, d, reason)
		handled[cl], sized[cl] = d == Handle, strings.HasSuffix(reason, unlessEmpty)
		f.handled[op] = handled[cl]
	}
	outer := c
	if loop != nil {
		outer = *loop
	}
	some := slices.Contains(slices.Collect(maps.Values(handled)), true)
	if some {
		f.expect(c.start, operands...)
	}
	for _, cl := range s.Body.List {
		cl := cl.(*ast.CommClause)
		end := endOf(cl.Body, cl.Colon+1)
		isHandled, isReceive := handled[cl]
		switch {
		case isHandled:
			reg := f.openRegion(fn, outer, cl.Colon+1, end)
			reg.sized = sized[cl]
			f.deferClose(fn, reg, outer)
			f.open(fn, reg, cl.Colon+1, false)
			f.regionBody(fn, reg, cl.Body, end)
			continue
		case isReceive && some:
			f.insert(cl.Colon+1, " %sawait();", f.prefix)
		}
		f.stmts(fn, cl.Body, end, false)
	}
	fn.stack = fn.stack[:len(fn.stack)-1]
}

// receiveStmt looks at a statement in a list that ends at end. If it is a
// receive that is handled, it returns the region behind it. again is set if
// the list had one before.
func (f *fileRewriter) receiveStmt(fn *function, s ast.Stmt, end token.Pos, endless, again bool) *region {
	start := s.Pos()
	for {
		l, ok := s.(*ast.LabeledStmt)
		if !ok {
			break
		}
		s = l.Stmt
	}
	op := receiveOf(s)
	if op == nil {
		if endless {
			return f.acceptStmt(fn, s, start, end, again)
		}
		return nil
	}
	f.seen[op] = true
	elem, _ := chanElem(f.typeOf(op.X))
	d, reason := Await, "the receive is not directly in an endless loop"
	if endless {
		d, reason = Handle, "a receive in an endless loop handles its message"
	}
	d, reason = f.receiveDecision([]token.Pos{s.Pos(), start}, elem, d, reason)
	f.note(s.Pos(), FormReceive, d, reason)
	if d != Handle {
		return nil
	}
	f.handled[op] = true
	outer := construct{stmt: s, start: start}
	if loop := fn.innermostLoop(); loop != nil {
		outer = *loop
	}
	if again {
		fn.open--
		defer func() { fn.open++ }()
	}
	reg := f.openRegion(fn, outer, s.End(), end)
	reg.sized = strings.HasSuffix(reason, unlessEmpty)
	if again {
		f.insert(start, "%sclose(&%s); ", f.prefix, f.tokenVar(reg.token))
	}
	f.deferClose(fn, reg, outer)
	f.expect(start, operandsOf(s, op)...)
	f.open(fn, reg, s.End(), true)
	return reg
}

// receiveOf returns the receive operation of a statement that consists of one.
func receiveOf(s ast.Stmt) *ast.UnaryExpr {
	var e ast.Expr
	switch s := s.(type) {
	case *ast.ExprStmt:
		e = s.X
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 {
			e = s.Rhs[0]
		}
	case *ast.DeclStmt:
		if spec := varSpec(s); spec != nil && len(spec.Values) == 1 {
			e = spec.Values[0]
		}
	}
	if e == nil {
		return nil
	}
	if op, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && op.Op == token.ARROW {
		return op
	}
	return nil
}

// varSpec returns the specification of a statement that declares variables in
// one go.
func varSpec(s *ast.DeclStmt) *ast.ValueSpec {
	if d, ok := s.Decl.(*ast.GenDecl); ok && d.Tok == token.VAR && len(d.Specs) == 1 {
		spec, _ := d.Specs[0].(*ast.ValueSpec)
		return spec
	}
	return nil
}

// operandsOf returns what the statement evaluates before it receives by op.
func operandsOf(s ast.Stmt, op *ast.UnaryExpr) []ast.Expr {
	operands := []ast.Expr{op.X}
	if a, ok := s.(*ast.AssignStmt); ok {
		for _, lhs := range a.Lhs {
			// The operands of an index or a pointer come first.
			if _, ok := lhs.(*ast.Ident); !ok {
				operands = append(operands, lhs)
			}
		}
	}
	return operands
}
