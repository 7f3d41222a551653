package asyncpair

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

// fixers give the mend of a finding, by slug, where it is certain that it is
// one: the code compiles, and nothing changes but what was wrong.
var fixers = map[string][]func(*fixer) ([]analysis.TextEdit, string){
	"pairleak":    {(*fixer).deferAfter},
	"unprotected": {(*fixer).runInScope, (*fixer).deferAfter},
	"pairpanic":   {(*fixer).runInScope, (*fixer).deferAfter},
	"pairorder":   {(*fixer).swap},
	"pairextra":   {(*fixer).deleteAfter},
	"pairclosure": {(*fixer).callDeferred},
	"pairloop":    {(*fixer).scopeInLoop},
}

// fixes are the suggested fixes of a finding.
func fixes(r *report.Reporter, f *pair.Finding) []analysis.SuggestedFix {
	fx := &fixer{r: r, f: f}
	for _, try := range fixers[f.Slug] {
		if edits, msg := try(fx); edits != nil {
			return []analysis.SuggestedFix{{Message: msg, TextEdits: edits}}
		}
	}
	return nil
}

// A fixer looks for the mend of one finding.
type fixer struct {
	r *report.Reporter
	f *pair.Finding
}

// opStmt is a statement "x.EmitBefore()", or the like, and where it stands.
type opStmt struct {
	stmt  ast.Stmt
	call  *ast.CallExpr
	recv  ast.Expr
	list  []ast.Stmt // the statement list that it is in
	index int
	body  *ast.BlockStmt // of the function that it is in
}

// op finds the statement that the call at pos is. The receiver must be a name
// or a path of fields, so that to evaluate it twice is to evaluate it once.
func (fx *fixer) op(pos token.Pos, method string) *opStmt {
	call := fx.r.Call(pos)
	if call == nil {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != method || !isPath(sel.X) || len(call.Args) > 0 {
		return nil
	}
	o := &opStmt{call: call, recv: sel.X}
	for _, n := range fx.r.Path(call.Lparen) {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if n.X == call {
				o.stmt = n
			}
		case *ast.DeferStmt:
			if n.Call == call {
				o.stmt = n
			}
		case *ast.BlockStmt:
			o.place(n.List)
		case *ast.CaseClause:
			o.place(n.Body)
		case *ast.CommClause:
			o.place(n.Body)
		case *ast.FuncLit:
			o.body = n.Body
		case *ast.FuncDecl:
			o.body = n.Body
		}
		if o.body != nil {
			break
		}
	}
	if o.stmt == nil || o.list == nil || o.body == nil {
		return nil
	}
	return o
}

func (o *opStmt) place(list []ast.Stmt) {
	if o.stmt == nil || o.list != nil {
		return
	}
	for i, s := range list {
		if s == o.stmt {
			o.list, o.index = list, i
		}
	}
}

func isPath(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return isPath(e.X)
	}
	return false
}

// enter is the EmitBefore that the finding is about.
func (fx *fixer) enter() *opStmt {
	o := fx.op(fx.f.Enter, "EmitBefore")
	if o == nil {
		return nil
	}
	if _, ok := o.stmt.(*ast.ExprStmt); !ok {
		return nil
	}
	return o
}

// deferAfter defers the EmitAfter right behind the EmitBefore, and deletes the
// later calls. They must be the last thing that the function does on their
// paths: the scope must not last longer than it did.
func (fx *fixer) deferAfter() ([]analysis.TextEdit, string) {
	o := fx.enter()
	if o == nil || fx.f.Adopted || !sameList(o.list, o.body.List) || hasLabels(o.body) {
		return nil, ""
	}
	recv := fx.r.Source(o.recv)
	closes := make(map[*ast.CallExpr]bool)
	var edits []analysis.TextEdit
	for _, pos := range fx.f.Closes {
		c := fx.op(pos, "EmitAfter")
		if c == nil || c.body != o.body || fx.r.Source(c.recv) != recv || !endsFunc(c) {
			return nil, ""
		}
		closes[c.call] = true
		edits = append(edits, fx.deleteLine(c.stmt))
	}
	if fx.otherOps(o, closes) {
		return nil, ""
	}
	edits = append(edits, analysis.TextEdit{
		Pos: o.stmt.End(), End: o.stmt.End(), NewText: []byte("\ndefer " + recv + ".EmitAfter()"),
	})
	return edits, "Defer " + recv + ".EmitAfter()"
}

// endsFunc: nothing happens after c but a return of what is known already.
func endsFunc(c *opStmt) bool {
	if _, ok := c.stmt.(*ast.ExprStmt); !ok {
		return false
	}
	if c.index+1 == len(c.list) {
		return sameList(c.list, c.body.List)
	}
	return isKnownReturn(c.list[c.index+1])
}

// endsWithLoop: o is in the body of a loop, and the function does nothing behind
// that but return what is known.
func (fx *fixer) endsWithLoop(o *opStmt) bool {
	for i, s := range o.body.List {
		if s.Pos() > o.stmt.Pos() || s.End() < o.stmt.End() {
			continue
		}
		switch loop := s.(type) {
		case *ast.RangeStmt:
			if !sameList(loop.Body.List, o.list) {
				return false
			}
		case *ast.ForStmt:
			if !sameList(loop.Body.List, o.list) {
				return false
			}
		default:
			return false
		}
		return i+1 == len(o.body.List) || i+2 == len(o.body.List) && isKnownReturn(o.body.List[i+1])
	}
	return false
}

func isKnownReturn(s ast.Stmt) bool {
	ret, ok := s.(*ast.ReturnStmt)
	return ok && !slices.ContainsFunc(ret.Results, func(x ast.Expr) bool { return !isKnown(x) })
}

// isKnown: to evaluate e does nothing and cannot be told from doing it later.
func isKnown(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.UnaryExpr:
		return e.Op != token.ARROW && isKnown(e.X)
	}
	return false
}

func sameList(a, b []ast.Stmt) bool { return len(a) > 0 && len(b) > 0 && &a[0] == &b[0] }

func hasLabels(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.LabeledStmt); ok {
			found = true
		}
		return !found
	})
	return found
}

// otherOps reports whether the function defers anything or touches a scope
// after o, apart from the calls in known: a deferred EmitAfter could get into
// their way.
func (fx *fixer) otherOps(o *opStmt, known map[*ast.CallExpr]bool) bool {
	found := false
	ast.Inspect(o.body, func(n ast.Node) bool {
		if n == nil || n.End() <= o.stmt.End() || n == ast.Node(o.stmt) {
			return n != nil && n.End() > o.stmt.Pos()
		}
		switch n := n.(type) {
		case *ast.DeferStmt:
			found = found || n.Pos() > o.stmt.Pos()
		case *ast.CallExpr:
			if n.Pos() > o.stmt.Pos() && !known[n] && fx.touchesScopes(n) {
				found = true
			}
		}
		return !found
	})
	return found
}

// touches reports whether a statement opens or closes a scope.
func (fx *fixer) touches(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && fx.touchesScopes(call) {
			found = true
		}
		return !found
	})
	return found
}

// runInScope puts what is between the two into a call of RunInAsyncScope.
func (fx *fixer) runInScope() ([]analysis.TextEdit, string) {
	o := fx.enter()
	if o == nil || fx.f.Adopted || len(fx.f.Closes) != 1 {
		return nil, ""
	}
	c := fx.op(fx.f.Closes[0], "EmitAfter")
	if c == nil || !sameList(c.list, o.list) || c.index <= o.index || fx.r.Source(c.recv) != fx.r.Source(o.recv) {
		return nil, ""
	}
	if _, ok := c.stmt.(*ast.ExprStmt); !ok {
		return nil, ""
	}
	region := o.list[o.index+1 : c.index]
	if !fx.canMove(region, c.stmt.End(), o) {
		return nil, ""
	}
	recv := fx.r.Source(o.recv)
	return []analysis.TextEdit{
		{Pos: o.stmt.Pos(), End: o.stmt.End(), NewText: []byte(recv + ".RunInAsyncScope(func() {")},
		{Pos: c.stmt.Pos(), End: c.stmt.End(), NewText: []byte("})")},
	}, "Use RunInAsyncScope"
}

// scopeInLoop turns a loop body that begins with EmitBefore and a deferred
// EmitAfter into a call of RunInAsyncScope. Nothing may happen behind the loop: it
// was in the scope as well.
func (fx *fixer) scopeInLoop() ([]analysis.TextEdit, string) {
	o := fx.enter()
	if o == nil || o.index != 0 || len(o.list) < 2 {
		return nil, ""
	}
	d, ok := o.list[1].(*ast.DeferStmt)
	if !ok {
		return nil, ""
	}
	c := fx.op(d.Defer, "EmitAfter")
	if c == nil || fx.r.Source(c.recv) != fx.r.Source(o.recv) {
		return nil, ""
	}
	last := o.list[len(o.list)-1]
	if !fx.endsWithLoop(o) || !fx.canMove(o.list[2:], last.End(), o) {
		return nil, ""
	}
	recv := fx.r.Source(o.recv)
	return []analysis.TextEdit{
		{Pos: o.stmt.Pos(), End: o.stmt.End(), NewText: []byte(recv + ".RunInAsyncScope(func() {")},
		fx.deleteLine(d),
		{Pos: last.End(), End: last.End(), NewText: []byte("\n})")},
	}, "Use RunInAsyncScope"
}

// swap exchanges two neighbouring EmitAfter statements. All four calls are in one
// list of statements, so that the order is wrong whenever they run.
func (fx *fixer) swap() ([]analysis.TextEdit, string) {
	o := fx.op(fx.f.Pos, "EmitAfter")
	outer, inner := fx.op(fx.f.Enter, "EmitBefore"), fx.op(fx.f.Other, "EmitBefore")
	if o == nil || outer == nil || inner == nil || !sameList(outer.list, o.list) || !sameList(inner.list, o.list) {
		return nil, ""
	}
	next := o.index + 1
	if _, ok := o.stmt.(*ast.DeferStmt); ok {
		next = o.index - 1
	}
	if next < 0 || next >= len(o.list) {
		return nil, ""
	}
	other := fx.opOf(o.list[next], "EmitAfter")
	if other == nil || fx.r.Source(other.recv) != fx.r.Source(inner.recv) {
		return nil, ""
	}
	if _, ok := o.stmt.(*ast.DeferStmt); ok != isDefer(other.stmt) {
		return nil, ""
	}
	for _, s := range o.list[outer.index+1 : min(o.index, other.index)] {
		if s != inner.stmt && fx.touches(s) {
			return nil, ""
		}
	}
	a, b := fx.r.Source(o.recv), fx.r.Source(other.recv)
	return []analysis.TextEdit{
		{Pos: o.recv.Pos(), End: o.recv.End(), NewText: []byte(b)},
		{Pos: other.recv.Pos(), End: other.recv.End(), NewText: []byte(a)},
	}, "Close the innermost scope first"
}

func isDefer(s ast.Stmt) bool { _, ok := s.(*ast.DeferStmt); return ok }

// opOf is op for a statement.
func (fx *fixer) opOf(s ast.Stmt, method string) *opStmt {
	switch s := s.(type) {
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok {
			return fx.op(call.Lparen, method)
		}
	case *ast.DeferStmt:
		return fx.op(s.Defer, method)
	}
	return nil
}

// deleteAfter deletes an EmitAfter that closes nothing on any path.
func (fx *fixer) deleteAfter() ([]analysis.TextEdit, string) {
	o := fx.op(fx.f.Pos, "EmitAfter")
	if o == nil || !fx.f.Always || !fx.usedElsewhere(o) {
		return nil, ""
	}
	return []analysis.TextEdit{fx.deleteLine(o.stmt)}, "Delete the call"
}

// callDeferred turns "defer enter(r)" into "defer enter(r)()".
func (fx *fixer) callDeferred() ([]analysis.TextEdit, string) {
	call := fx.r.Call(fx.f.Pos)
	if call == nil {
		return nil, ""
	}
	for _, n := range fx.r.Path(call.Lparen) {
		if d, ok := n.(*ast.DeferStmt); ok && d.Call == call && fx.returnsCloser(call) {
			return []analysis.TextEdit{{Pos: call.End(), End: call.End(), NewText: []byte("()")}}, "Defer the function that closes the scope"
		}
	}
	return nil, ""
}
