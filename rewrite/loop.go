package rewrite

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// function is the state of one function body.
type function struct {
	body   *ast.BlockStmt
	tokens int         // how many variables the regions need: how deep they nest
	gotos  bool        // it has a goto statement
	labels []labelled  // where its labels are
	defers []token.Pos // where its defer statements end
	again  []token.Pos // where those end that may run again and again
	stack  []construct // the statements that enclose the present one
	open   int         // how many regions enclose it

	hoisted map[hoisted]bool // the deferred calls that close regions
	early   uint             // the tokens that are closed by one at the start of the function
	late    uint             // the tokens that are closed by those of messages

	iterated uint       // the tokens of regions in bodies of loops over iterators
	opens    []lateOpen // where they are opened

	returns []*ast.ReturnStmt             // those that leave regions in bodies of loops over iterators
	left    map[*ast.ReturnStmt][]*region // which, the innermost first

	results *ast.FieldList   // nil: none
	exits   []*exit          // those that leave the body of a loop over an iterator
	values  []string         // what return statements among them set
	labeled map[ast.Stmt]int // such loops that exits go on behind: which labels they get
}

// lateOpen is an insertion that opens a region which is closed by a deferred
// call of the message's.
type lateOpen struct {
	edit, token int
	at          token.Pos
}

// hoisted is a deferred call for a token, in front of a loop.
type hoisted struct {
	at    token.Pos
	token int
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
	counted bool // a loop over something that ends by itself
}

// A region is a stretch of statements in which a message's scope is open.
type region struct {
	start, end token.Pos
	loop       ast.Stmt // whose iteration it belongs to
	token      int
	accepts    bool      // what is handled is a connection
	ranges     bool      // the loop itself receives the message, and the next one
	late       bool      // it is closed by a deferred call of the message's
	sized      bool      // only a value that has a size is handled
	iterated   bool      // it is in the body of a loop over an iterator
	closeAt    token.Pos // where it ends if it is left at its end
}

// walk looks at every function of the file.
func (f *fileRewriter) walk() {
	f.within = map[*ast.GoStmt]*ast.FuncDecl{}
	for _, d := range f.file.Decls {
		if f.isOff(d) {
			f.skipCallbacks(d)
			continue
		}
		f.on = append(f.on, d)
		f.seen = map[*ast.UnaryExpr]bool{}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.UnaryExpr:
				if n.Op == token.ARROW && !f.seen[n] {
					f.expression(n)
				}
			case *ast.FuncDecl:
				if n.Body != nil {
					f.register(n)
					f.function(n.Body, n.Type)
				}
			case *ast.FuncLit:
				f.function(n.Body, n.Type)
			case *ast.SendStmt:
				f.send(n)
			case *ast.CallExpr:
				f.foreignCall(n)
			case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.IndexListExpr:
				f.foreignValue(n.(ast.Expr))
			case *ast.GoStmt:
				f.goes = append(f.goes, n)
				if d, ok := d.(*ast.FuncDecl); ok {
					f.within[n] = d
				}
			}
			return true
		})
	}
}

// expression looks at a receive that is no statement: it awaits.
func (f *fileRewriter) expression(op *ast.UnaryExpr) {
	if f.directiveAt([]token.Pos{op.Pos()}, "await", "handle") == "handle" {
		f.refuse(op.Pos(), "//asynchooks:handle: the receive is part of an expression: give it a statement of its own")
	}
	f.note(op.Pos(), FormReceive, Await, "the receive is part of an expression")
}

// function finds the receive loops of one function. Function literals in it are
// functions of their own.
func (f *fileRewriter) function(body *ast.BlockStmt, typ *ast.FuncType) {
	fn := &function{body: body, hoisted: map[hoisted]bool{}, results: typ.Results, labeled: map[ast.Stmt]int{}}
	var gotos []*ast.BranchStmt
	var loops []ast.Stmt
	inspectFunc(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BranchStmt:
			if n.Tok == token.GOTO {
				gotos = append(gotos, n)
				fn.gotos = true
			}
		case *ast.LabeledStmt:
			fn.labels = append(fn.labels, labelled{n.Label.Name, n.Pos()})
		case *ast.DeferStmt:
			fn.defers = append(fn.defers, n.End())
		case *ast.ForStmt:
			loops = append(loops, n)
		case *ast.RangeStmt:
			loops = append(loops, n)
		}
		return true
	})
	for _, at := range fn.defers {
		if fn.gotos || slices.ContainsFunc(loops, func(l ast.Stmt) bool { return l.Pos() < at && at < l.End() }) {
			fn.again = append(fn.again, at)
		}
	}
	f.stmts(fn, body.List, body.Rbrace, false)
	f.closeReturns(fn)
	f.declareTokens(fn)
	for _, g := range gotos {
		// It jumps over the announcement in front of the label.
		if to, _ := fn.target(g, nil); f.expected[to] != "" && fn.exitOf(g) == nil {
			f.insert(g.Pos(), "%s", f.expected[to])
		}
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
		c.loop = true
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
	c.loop, c.counted = true, true
	handled, sized := false, false
	if elem, ok := chanElem(f.typeOf(s.X)); ok {
		c.counted = false
		d, reason := f.receiveDecision([]token.Pos{s.For, c.start}, elem, Handle, "a receive loop handles its messages")
		d, reason = f.assigned([]ast.Expr{s.Key}, d, reason)
		f.note(s.For, FormRange, d, reason)
		handled = d == Handle
		f.handled[s] = handled
		sized = strings.HasSuffix(reason, unlessEmpty)
	}
	fn.stack = append(fn.stack, c)
	if handled {
		reg := f.openRegion(fn, c, s.Body.Lbrace+1, s.Body.Rbrace)
		reg.sized, reg.ranges = sized, true
		f.expect(c.start, s.X)
		f.deferClose(fn, reg, c)
		f.open(fn, reg, s.Body.Lbrace+1, false)
		f.regionBody(fn, reg, s.Body.List, s.Body.Rbrace)
		f.insert(s.End(), "; if %[1]sused != %[1]snone { %[1]sclose(&%[2]s) }", f.prefix, f.tokenVar(reg.token))
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
