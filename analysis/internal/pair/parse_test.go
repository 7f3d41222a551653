package pair_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// plain makes all statements be written in their first form, and leaves out those
// that have no other.
func (p *program) plain() {
	var plain func(list []stmt)
	plain = func(list []stmt) {
		for i := range list {
			s := &list[i]
			if s.form = 0; s.op == "try" {
				*s = stmt{op: "nop"}
			}
			plain(s.a)
			plain(s.b)
		}
	}
	plain(p.main)
	for i := range p.helpers {
		plain(p.helpers[i].body)
	}
}

// parseProgram reads what program.source writes, and what fixes make of it.
func parseProgram(t *testing.T, src []byte) *program {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", src, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	r := &reader{t: t, src: src, helpers: make(map[string]*helper)}
	p := new(program)
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if fn.Name.Name != "program" && !strings.HasPrefix(fn.Name.Name, "helper") {
			continue // of the prelude
		}
		body := r.block(fn.Body.List)
		if fn.Name.Name == "program" {
			p.main = body
		} else {
			r.helpers[fn.Name.Name] = &helper{name: fn.Name.Name, body: body}
		}
	}
	return p
}

type reader struct {
	t       *testing.T
	src     []byte
	helpers map[string]*helper
}

func (r *reader) block(list []ast.Stmt) (body []stmt) {
	for _, s := range list {
		body = append(body, r.stmt(s)...)
	}
	return body
}

func (r *reader) stmt(s ast.Stmt) []stmt {
	switch s := s.(type) {
	case *ast.IfStmt:
		c := stmt{op: "if", cond: r.cond(s.Cond), a: r.block(s.Body.List)}
		if s.Else != nil {
			c.b = r.block(s.Else.(*ast.BlockStmt).List)
		}
		return []stmt{c}
	case *ast.ForStmt:
		return []stmt{{op: "for", a: r.block(s.Body.List)}}
	case *ast.ReturnStmt:
		return []stmt{{op: "return"}}
	case *ast.BranchStmt:
		return []stmt{{op: s.Tok.String()}}
	case *ast.DeferStmt:
		c := r.call(s.Call)
		c.op = map[string]string{"after": "defer after", "call": "defer", "helper": "defer helper"}[c.op]
		return []stmt{c}
	case *ast.ExprStmt:
		return []stmt{r.call(s.X.(*ast.CallExpr))}
	case *ast.AssignStmt:
		if text(s.Lhs[0]) == "f0" && s.Tok == token.ASSIGN {
			return []stmt{{op: map[string]string{"true": "set f0", "false": "unset f0"}[text(s.Rhs[0])]}}
		}
		return nil // declarations, and uses that are none
	}
	r.t.Fatalf("a statement that no program has: %T\n%s", s, r.src)
	return nil
}

func (r *reader) call(c *ast.CallExpr) stmt {
	switch fn := c.Fun.(type) {
	case *ast.FuncLit:
		return stmt{op: "call", a: r.block(fn.Body.List)}
	case *ast.SelectorExpr:
		s := stmt{res: resource(fn.X)}
		switch fn.Sel.Name {
		case "EmitBefore":
			s.op = "before"
		case "EmitAfter":
			s.op = "after"
		case "EmitDestroy":
			s.op = "destroy"
		case "RunInAsyncScope":
			s.op = "scope"
			s.a = r.block(c.Args[0].(*ast.FuncLit).Body.List)
		}
		return s
	case *ast.Ident:
		if fn.Name == "panic" {
			return stmt{op: "panic"}
		}
		return stmt{op: "helper", h: r.helpers[fn.Name], res: resource(c.Args[0]), cond: r.cond(c.Args[1])}
	}
	r.t.Fatalf("a call that no program has\n%s", r.src)
	return stmt{}
}

func (r *reader) cond(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.ARROW {
			return "?"
		}
		return "!" + text(e.X)
	default:
		return text(e)
	}
}

// resource is the number of r0, r1 or r2.
func resource(e ast.Expr) int { return int(strings.TrimPrefix(text(e), "r")[0] - '0') }

func text(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
