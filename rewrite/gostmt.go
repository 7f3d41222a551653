package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// goStmt looks at a go statement: one that starts a service loop is detached.
func (f *fileRewriter) goStmt(s *ast.GoStmt) {
	decision, reason := Inherit, "it starts no service loop of this package"
	switch f.directiveAt([]token.Pos{s.Pos()}, "detach", "inherit") {
	case "detach":
		decision, reason = Detach, "a directive says so"
	case "inherit":
		reason = "a directive says so"
	default:
		if d := f.within[s]; d != nil && f.detachedBy(d, f.Src[f.file], s) != "" {
			decision, reason = Detach, f.detachedBy(d, f.Src[f.file], s)
		} else if ch := f.serviceLoop(s.Call); ch != "" {
			decision, reason = Detach, "its function is a receive loop over "+ch
		}
	}
	f.note(s.Go, FormGo, decision, reason)
	if f.Stock {
		f.startGo(s, decision == Detach)
	} else if decision == Detach {
		f.insert(s.Go, "%sdetach(); ", f.prefix)
	}
}

// serviceLoop returns what the receive loop that a call runs receives from, if
// that outlives the function that makes the call; "" if there is no such loop.
func (r *rewriter) serviceLoop(call *ast.CallExpr) string {
	return (&service{rewriter: r, longLived: map[types.Object]string{}, visited: map[*ast.BlockStmt]bool{}}).call(call)
}

// service follows a call through the package.
type service struct {
	*rewriter
	longLived map[types.Object]string // parameters that are long-lived channels, and what they are
	visited   map[*ast.BlockStmt]bool
}

// call looks for the loop in the function that is called, if its body is in the
// package.
func (s *service) call(call *ast.CallExpr) string {
	var params *ast.FieldList
	var body *ast.BlockStmt
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
		params, body = fun.Type.Params, fun.Body
	default:
		decl := s.funcs[s.callee(fun)]
		if decl == nil || decl.Body == nil {
			return ""
		}
		params, body = decl.Type.Params, decl.Body
	}
	if s.visited[body] {
		return ""
	}
	s.visited[body] = true
	i := 0
	for _, field := range params.List {
		for _, name := range field.Names {
			if i < len(call.Args) {
				if what := s.outlives(call.Args[i]); what != "" {
					s.longLived[s.Info.Defs[name]] = what
				}
			}
			i++
		}
	}
	return s.body(body.List)
}

// callee returns the function that an expression names.
func (s *service) callee(fun ast.Expr) types.Object {
	switch fun := fun.(type) {
	case *ast.Ident:
		return origin(s.Info.Uses[fun])
	case *ast.SelectorExpr:
		return origin(s.Info.Uses[fun.Sel])
	case *ast.IndexExpr:
		return s.callee(ast.Unparen(fun.X))
	case *ast.IndexListExpr:
		return s.callee(ast.Unparen(fun.X))
	}
	return nil
}

func origin(obj types.Object) types.Object {
	if fn, ok := obj.(*types.Func); ok {
		return fn.Origin()
	}
	return obj
}

// body looks for the loop among the statements of a function. What stands in a
// branch is not what the function is for.
func (s *service) body(list []ast.Stmt) string {
	for _, st := range list {
		for {
			l, ok := st.(*ast.LabeledStmt)
			if !ok {
				break
			}
			st = l.Stmt
		}
		what := ""
		switch st := st.(type) {
		case *ast.AssignStmt:
			s.alias(st)
		case *ast.BlockStmt:
			what = s.body(st.List)
		case *ast.RangeStmt:
			if s.handled[st] {
				what = s.channel(st.X)
			}
		case *ast.ForStmt:
			what = s.forBody(st)
		case *ast.ExprStmt:
			if call, ok := st.X.(*ast.CallExpr); ok {
				what = s.call(call)
			}
		}
		if what != "" {
			return what
		}
	}
	return ""
}

// alias follows a variable that is defined as a long-lived channel.
func (s *service) alias(a *ast.AssignStmt) {
	if a.Tok != token.DEFINE || len(a.Lhs) != len(a.Rhs) {
		return
	}
	for i, lhs := range a.Lhs {
		if id, ok := lhs.(*ast.Ident); ok {
			if obj := s.Info.Defs[id]; obj != nil {
				if _, isChan := chanElem(obj.Type()); isChan {
					if what := s.outlives(a.Rhs[i]); what != "" {
						s.longLived[obj] = what
					}
				}
			}
		}
	}
}

// forBody looks for a receive that the for statement handles.
func (s *service) forBody(loop *ast.ForStmt) string {
	what := ""
	inspectFunc(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return false
		case *ast.UnaryExpr:
			if s.handled[n] && what == "" {
				what = s.channel(n.X)
			}
		}
		return true
	})
	return what
}

// channel returns what a channel expression is, if the channel is long-lived
// and its values are messages.
func (s *service) channel(e ast.Expr) string {
	elem, ok := chanElem(s.typeOf(e))
	if !ok || zeroSize(elem) {
		return ""
	}
	return s.outlives(e)
}

// outlives says what e is if its value outlives the function that evaluates it:
// a field, a package variable, or a variable known to be one of these.
func (s *service) outlives(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		if sel := s.Info.Selections[e]; sel != nil {
			if sel.Kind() == types.FieldVal {
				return "the field " + e.Sel.Name
			}
			return ""
		}
		return s.variable(s.Info.Uses[e.Sel])
	case *ast.Ident:
		return s.variable(s.Info.Uses[e])
	case *ast.IndexExpr:
		return s.outlives(e.X) // an element of a long-lived list of channels
	}
	return ""
}

func (s *service) variable(obj types.Object) string {
	if what := s.longLived[obj]; what != "" {
		return what
	}
	if v, ok := obj.(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return "the package variable " + v.Name()
	}
	return ""
}
