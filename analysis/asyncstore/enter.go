package asyncstore

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// enterWith checks a call of EnterWith. It lasts until the end of the current
// scope, which is right where a goroutine, a callback or a message begins, and
// as the last thing that a function does for its caller. In a loop each
// iteration sees the store of the one before; in the middle of a function the
// rest of it is what Run would scope, and the caller goes on with a store that
// was not meant for it.
func enterWith(r *report.Reporter, c ssa.CallInstruction) {
	call, ok := c.(*ssa.Call)
	if !ok || rtapi.IsTest(r.Pass.Fset.Position(c.Pos()).Filename) {
		return
	}
	fn := c.Parent()
	loop, body, out := around(r, c.Pos())
	for ; out > 0; out-- {
		fn = fn.Parent()
	}
	switch {
	case loop != nil:
		if !isReceiveLoop(r, loop) {
			r.ReportAt(c.Pos(), "enterwithloop", "EnterWith in a loop: the next iteration, and what follows the loop, see this store; use Run")
		}
	case body != nil && isScopeOfItsOwn(r, fn):
	case body != nil && restores(call):
		r.ReportAt(c.Pos(), "enterwith", "EnterWith here and again to restore what was there: Run does both")
	case body != nil && worksAfter(r, c.Pos(), body):
		r.ReportAt(c.Pos(), "enterwith", "EnterWith lasts beyond this function: use Run, or defer s.Enter(v)(), for the rest of it")
	}
}

// around gives the innermost loop around pos in its function, or else the
// function's body. A literal that is called where it stands belongs to the
// function around it, which is out functions further out.
func around(r *report.Reporter, pos token.Pos) (loop ast.Stmt, body *ast.BlockStmt, out int) {
	path := r.Path(pos)
	for i, n := range path {
		switch n := n.(type) {
		case *ast.ForStmt:
			return n, nil, out
		case *ast.RangeStmt:
			return n, nil, out
		case *ast.FuncLit:
			if !calledHere(path[i:]) {
				return nil, n.Body, out
			}
			out++
		case *ast.FuncDecl:
			return nil, n.Body, out
		}
	}
	return nil, nil, out
}

// calledHere reports whether path leads from a literal to a call of it that is
// neither deferred nor on a goroutine.
func calledHere(path []ast.Node) bool {
	if len(path) < 3 {
		return false
	}
	call, ok := path[1].(*ast.CallExpr)
	if !ok || call.Fun != path[0] {
		return false
	}
	switch path[2].(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return false
	}
	return true
}

// isReceiveLoop reports whether each iteration of a loop handles a message, in
// a scope of its own that ends with the iteration.
func isReceiveLoop(r *report.Reporter, loop ast.Stmt) bool {
	switch loop := loop.(type) {
	case *ast.RangeStmt:
		_, ok := r.Pass.TypesInfo.TypeOf(loop.X).Underlying().(*types.Chan)
		return ok
	case *ast.ForStmt:
		if loop.Cond != nil {
			return false
		}
		for _, s := range loop.Body.List {
			receives := false
			ast.Inspect(s, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					return false
				case *ast.SelectStmt:
					receives = true
				case *ast.UnaryExpr:
					receives = receives || n.Op == token.ARROW
				}
				return true
			})
			if receives {
				return true
			}
		}
	}
	return false
}

// isScopeOfItsOwn: fn is what a goroutine, a callback or main runs.
func isScopeOfItsOwn(r *report.Reporter, fn *ssa.Function) bool {
	if flow.Entry(fn) {
		return true
	}
	if fn.Parent() != nil {
		return true // whoever calls a literal may have a scope for it
	}
	started, called := false, false
	for _, g := range r.Code.Funcs {
		for _, b := range g.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(ssa.CallInstruction); ok && c.Common().StaticCallee() == fn {
					if _, isGo := instr.(*ssa.Go); isGo {
						started = true
					} else {
						called = true
					}
					continue
				}
				var rands [10]*ssa.Value
				for _, op := range instr.Operands(rands[:0]) {
					if f, ok := (*op).(*ssa.Function); ok && f == fn {
						return true // used as a value: a callback
					}
				}
			}
		}
	}
	return started && !called || isHandler(fn)
}

// isHandler reports whether fn has the signature of an HTTP handler, whose
// scope is the request.
func isHandler(fn *ssa.Function) bool {
	p := fn.Signature.Params()
	return p.Len() == 2 && p.At(0).Type().String() == "net/http.ResponseWriter" && p.At(1).Type().String() == "*net/http.Request"
}

// restores reports whether the same storage is given back, later in the
// function, what GetStore had returned before.
func restores(c *ssa.Call) bool {
	dom := c.Block()
	for _, b := range c.Parent().Blocks {
		for _, instr := range b.Instrs {
			other, ok := instr.(ssa.CallInstruction)
			if !ok || instr == ssa.Instruction(c) || flow.RT(other.Common()) != "AsyncLocalStorage.EnterWith" || !sameStorage(other.Common().Args[0], c.Call.Args[0]) {
				continue
			}
			x, ok := other.Common().Args[1].(*ssa.Extract)
			if !ok || !dom.Dominates(b) {
				continue
			}
			if get, ok := x.Tuple.(*ssa.Call); ok && flow.RT(&get.Call) == "AsyncLocalStorage.GetStore" && get.Pos() < c.Pos() {
				return true
			}
		}
	}
	return false
}

func sameStorage(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok1 := a.(*ssa.UnOp)
	y, ok2 := b.(*ssa.UnOp)
	if ok1 && ok2 && x.Op == token.MUL && y.Op == token.MUL {
		return sameStorage(x.X, y.X)
	}
	f, ok1 := a.(*ssa.FieldAddr)
	g, ok2 := b.(*ssa.FieldAddr)
	return ok1 && ok2 && f.Field == g.Field && sameStorage(f.X, g.X)
}

// worksAfter reports whether the function calls anything after pos, in the
// statements that follow the one at pos in its own list.
func worksAfter(r *report.Reporter, pos token.Pos, body *ast.BlockStmt) bool {
	for i, s := range body.List {
		if s.Pos() <= pos && pos < s.End() {
			if _, ok := s.(*ast.ExprStmt); !ok {
				return false // under a condition
			}
			for _, rest := range body.List[i+1:] {
				if hasCall(r, rest) {
					return true
				}
			}
		}
	}
	return false
}

// hasCall reports whether a statement calls a function other than of package rt.
func hasCall(r *report.Reporter, s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			switch fun := ast.Unparen(c.Fun).(type) {
			case *ast.SelectorExpr:
				fn, isFunc := r.Pass.TypesInfo.Uses[fun.Sel].(*types.Func)
				found = found || !isFunc || !rtapi.IsPkg(fn.Pkg())
			case *ast.Ident:
				_, isBuiltin := r.Pass.TypesInfo.Uses[fun].(*types.Builtin)
				_, isType := r.Pass.TypesInfo.Uses[fun].(*types.TypeName)
				found = found || !isBuiltin && !isType
			}
		}
		return !found
	})
	return found
}
