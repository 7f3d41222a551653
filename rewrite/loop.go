package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// function is the state of one function body.
type function struct {
	body   *ast.BlockStmt
	tokens int         // how many variables the regions need: how deep they nest
	gotos  bool        // it has a goto statement
	labels []labelled  // where its labels are
	stack  []construct // the statements that enclose the present one
	open   int         // how many regions enclose it
}

type labelled struct {
	name string
	pos  token.Pos
}

// A construct is a statement that break or continue can aim at.
type construct struct {
	stmt    ast.Stmt
	start   token.Pos // of the statement, or of its label
	label   string
	loop    bool
	defers  bool // its body registers deferred calls
	counted bool // a loop over something that ends by itself
}

// A region is a stretch of statements in which a message's scope is open.
type region struct {
	start, end token.Pos
	loop       ast.Stmt // whose iteration it belongs to
	token      int
	closeAt    token.Pos // where it ends if it is left at its end; NoPos: it is not
}

// walk looks at every function of the file.
func (f *fileRewriter) walk() {
	for _, d := range f.file.Decls {
		line := f.Fset.PositionFor(d.Pos(), false).Line
		if f.directives.at(line, "off") != "" {
			continue
		}
		f.seen = map[*ast.UnaryExpr]bool{}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.UnaryExpr:
				if n.Op == token.ARROW && !f.seen[n] {
					f.note(n.Pos(), FormReceive, Await, "the receive is part of an expression")
				}
			case *ast.FuncDecl:
				if n.Body != nil {
					f.function(n.Body)
				}
			case *ast.FuncLit:
				f.function(n.Body)
			case *ast.SendStmt:
				f.send(n)
			case *ast.GoStmt:
				f.goStmt(n)
			}
			return true
		})
	}
}

// function finds the receive loops of one function. Function literals in it are
// functions of their own.
func (f *fileRewriter) function(body *ast.BlockStmt) {
	fn := &function{body: body}
	inspectFunc(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BranchStmt:
			fn.gotos = fn.gotos || n.Tok == token.GOTO
		case *ast.LabeledStmt:
			fn.labels = append(fn.labels, labelled{n.Label.Name, n.Pos()})
		}
		return true
	})
	f.stmts(fn, body.List, body.Rbrace, false)
	if fn.tokens > 0 {
		f.edits = append(f.edits, edit{f.offset(body.Lbrace) + 1, body.Lbrace + 1, f.tokenDecl(fn.tokens)})
	}
}

// inspectFunc is ast.Inspect without the function literals in n.
func inspectFunc(n ast.Node, visit func(ast.Node) bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		return n == nil || visit(n)
	})
}

// stmts looks at a list of statements that ends at end. endless is set if it
// is the body of a for with no condition.
func (f *fileRewriter) stmts(fn *function, list []ast.Stmt, end token.Pos, endless bool) {
	var regions []*region
	var first []int // the index of the first statement of each region
	for i, s := range list {
		f.stmt(fn, s, s.Pos(), "")
		reg := f.receiveStmt(fn, s, end, endless, len(regions) > 0)
		if reg == nil {
			continue
		}
		if regions == nil {
			fn.open++ // for the rest of the list
		}
		regions = append(regions, reg)
		first = append(first, i+1)
	}
	if regions == nil {
		return
	}
	fn.open--
	for i, reg := range regions {
		body := list[first[i]:]
		if i+1 < len(regions) {
			body = list[first[i] : first[i+1]-1]
		}
		f.closeExits(fn, reg, body)
	}
	f.closeEnd(regions[len(regions)-1], list)
}

// stmt looks at one statement. start is its position or that of its label.
func (f *fileRewriter) stmt(fn *function, s ast.Stmt, start token.Pos, label string) {
	c := construct{stmt: s, start: start, label: label}
	switch s := s.(type) {
	case *ast.LabeledStmt:
		f.stmt(fn, s.Stmt, start, s.Label.Name)
	case *ast.BlockStmt:
		f.stmts(fn, s.List, s.Rbrace, false)
	case *ast.IfStmt:
		f.stmts(fn, s.Body.List, s.Body.Rbrace, false)
		if s.Else != nil {
			f.stmt(fn, s.Else, s.Else.Pos(), "")
		}
	case *ast.SwitchStmt:
		f.clauses(fn, c, s.Body)
	case *ast.TypeSwitchStmt:
		f.clauses(fn, c, s.Body)
	case *ast.SelectStmt:
		f.selectStmt(fn, s, c)
	case *ast.RangeStmt:
		f.rangeStmt(fn, s, c)
	case *ast.ForStmt:
		c.loop, c.defers = true, hasDefer(s.Body)
		c.counted = s.Cond != nil && s.Post != nil
		fn.stack = append(fn.stack, c)
		f.stmts(fn, s.Body.List, s.Body.Rbrace, s.Cond == nil)
		fn.stack = fn.stack[:len(fn.stack)-1]
	}
}

func (f *fileRewriter) clauses(fn *function, c construct, body *ast.BlockStmt) {
	fn.stack = append(fn.stack, c)
	for _, cl := range body.List {
		if cl, ok := cl.(*ast.CaseClause); ok {
			f.stmts(fn, cl.Body, endOf(cl.Body, cl.Colon+1), false)
		}
	}
	fn.stack = fn.stack[:len(fn.stack)-1]
}

// endOf returns the end of a list of statements, or none if it is empty.
func endOf(list []ast.Stmt, none token.Pos) token.Pos {
	if len(list) == 0 {
		return none
	}
	return list[len(list)-1].End()
}

func hasDefer(n ast.Node) bool {
	found := false
	inspectFunc(n, func(n ast.Node) bool {
		_, ok := n.(*ast.DeferStmt)
		found = found || ok
		return true
	})
	return found
}

// rangeStmt looks at a range statement.
func (f *fileRewriter) rangeStmt(fn *function, s *ast.RangeStmt, c construct) {
	c.loop, c.defers, c.counted = true, hasDefer(s.Body), true
	handled := false
	if elem, ok := chanElem(f.typeOf(s.X)); ok {
		c.counted = false
		d, reason := f.receiveDecision(s.For, elem, Handle, "a receive loop handles its messages")
		f.note(s.For, FormRange, d, reason)
		handled = d == Handle
	}
	fn.stack = append(fn.stack, c)
	if handled {
		reg := f.openRegion(fn, c, s.Body.Lbrace+1, s.Body.Rbrace)
		f.expect(c.start)
		f.deferClose(fn, reg, c)
		f.open(fn, reg, c, s.Body.Lbrace+1, false)
		f.regionBody(fn, reg, s.Body.List, s.Body.Rbrace)
	} else {
		f.stmts(fn, s.Body.List, s.Body.Rbrace, false)
	}
	fn.stack = fn.stack[:len(fn.stack)-1]
}

// regionBody looks at the statements of a region and closes it.
func (f *fileRewriter) regionBody(fn *function, reg *region, body []ast.Stmt, end token.Pos) {
	fn.open++
	f.stmts(fn, body, end, false)
	fn.open--
	f.closeExits(fn, reg, body)
	f.closeEnd(reg, body)
}

// receiveDecision decides about a receive of elem on the line of pos, whose
// form says d.
func (f *fileRewriter) receiveDecision(pos token.Pos, elem types.Type, d Decision, reason string) (Decision, string) {
	switch f.directives.at(f.Fset.PositionFor(pos, false).Line, "await", "handle") {
	case "await":
		return Await, "a directive says so"
	case "handle":
		return Handle, "a directive says so"
	}
	if d == Handle && zeroSize(elem) {
		return Await, "a value without size is a token"
	}
	return d, reason
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
	handled := map[*ast.CommClause]bool{}
	for _, cl := range s.Body.List {
		cl := cl.(*ast.CommClause)
		op := receiveOf(cl.Comm)
		if op == nil {
			continue
		}
		f.seen[op] = true
		elem, _ := chanElem(f.typeOf(op.X))
		d, reason := Handle, "a select in a loop handles its messages"
		switch {
		case loop == nil:
			d, reason = Await, "the select is in no loop"
		case loop.counted:
			d, reason = Await, "the loop ends by itself"
		case leaves(fn, loop, cl):
			d, reason = Await, "the case always leaves the loop"
		}
		d, reason = f.receiveDecision(cl.Case, elem, d, reason)
		f.note(cl.Case, FormSelect, d, reason)
		handled[cl] = d == Handle
	}
	outer := c
	if loop != nil {
		outer = *loop
	}
	if len(handled) > 0 && slices.Contains(slices.Collect(maps.Values(handled)), true) {
		f.expect(c.start)
		f.deferClose(fn, &region{token: fn.open}, outer)
	}
	for _, cl := range s.Body.List {
		cl := cl.(*ast.CommClause)
		end := endOf(cl.Body, cl.Colon+1)
		isHandled, isReceive := handled[cl]
		switch {
		case isHandled:
			reg := f.openRegion(fn, outer, cl.Colon+1, end)
			f.open(fn, reg, outer, cl.Colon+1, false)
			f.regionBody(fn, reg, cl.Body, end)
			continue
		case isReceive && fn.tokens > 0:
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
		return nil
	}
	f.seen[op] = true
	elem, _ := chanElem(f.typeOf(op.X))
	d, reason := Await, "the receive is not directly in an endless loop"
	if endless {
		d, reason = Handle, "a receive in an endless loop handles its message"
	}
	d, reason = f.receiveDecision(s.Pos(), elem, d, reason)
	f.note(s.Pos(), FormReceive, d, reason)
	if d != Handle {
		return nil
	}
	outer := construct{stmt: s, start: start}
	if loop := fn.innermostLoop(); loop != nil {
		outer = *loop
	}
	if again {
		fn.open--
		defer func() { fn.open++ }()
	}
	reg := f.openRegion(fn, outer, s.End(), end)
	if again {
		f.insert(start, "%sclose(&%s); ", f.prefix, f.tokenVar(reg.token))
	} else {
		f.deferClose(fn, reg, outer)
	}
	f.expect(start)
	f.open(fn, reg, outer, s.End(), true)
	return reg
}

// receiveOf returns the receive operation of a statement that consists of one.
func receiveOf(s ast.Stmt) *ast.UnaryExpr {
	var e ast.Expr
	switch s := s.(type) {
	case *ast.ExprStmt:
		e = s.X
	case *ast.AssignStmt:
		if len(s.Rhs) != 1 {
			return nil
		}
		e = s.Rhs[0]
	default:
		return nil
	}
	if op, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && op.Op == token.ARROW {
		return op
	}
	return nil
}
