package asyncpair

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// unusedLeaves finds calls of AsyncLocalStorage.Enter whose result, the
// function that leaves, nobody can call.
func unusedLeaves(r *report.Reporter) {
	for _, fn := range r.Code.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(ssa.CallInstruction)
				if !ok || !isEnter(c.Common()) {
					continue
				}
				switch c := c.(type) {
				case *ssa.Defer:
					reportLeave(r, c, "defer runs Enter when the function ends; the function that leaves is dropped")
				case *ssa.Go:
					reportLeave(r, c, "Enter on a goroutine of its own has no effect here")
				case *ssa.Call:
					if len(*c.Referrers()) == 0 {
						reportLeave(r, c, "the function that Enter returns is never called: the store stays")
					}
				}
			}
		}
	}
}

func isEnter(c *ssa.CallCommon) bool {
	callee := c.StaticCallee()
	if callee == nil {
		return false
	}
	if o := callee.Origin(); o != nil {
		callee = o
	}
	obj, _ := callee.Object().(*types.Func)
	return obj != nil && rtapi.Func(obj) == "AsyncLocalStorage.Enter" && len(callee.FreeVars) == 0
}

func reportLeave(r *report.Reporter, c ssa.CallInstruction, msg string) {
	d := r.At(c.Pos(), "pairclosure", msg)
	if call := r.Call(c.Pos()); call != nil {
		if fix, ok := deferCallFix(r, c, call); ok {
			d.SuggestedFixes = []analysis.SuggestedFix{fix}
		}
	}
	r.Report(d)
}

// deferCallFix turns "defer s.Enter(v)" into "defer s.Enter(v)()", and the same
// statement without defer as well: nothing else can have been meant.
func deferCallFix(r *report.Reporter, c ssa.CallInstruction, call *ast.CallExpr) (analysis.SuggestedFix, bool) {
	fix := analysis.SuggestedFix{Message: "Defer the function that leaves"}
	switch c.(type) {
	case *ssa.Defer:
		fix.TextEdits = []analysis.TextEdit{{Pos: call.End(), End: call.End(), NewText: []byte("()")}}
		return fix, true
	case *ssa.Call:
		path := r.Path(call.Lparen)
		for i, n := range path {
			if n != call || i+2 >= len(path) {
				continue
			}
			if _, ok := path[i+1].(*ast.ExprStmt); !ok {
				return fix, false
			}
			if body, ok := path[i+2].(*ast.BlockStmt); !ok || !isFuncBody(path[i+3:], body) {
				return fix, false
			}
			fix.TextEdits = []analysis.TextEdit{
				{Pos: call.Pos(), End: call.Pos(), NewText: []byte("defer ")},
				{Pos: call.End(), End: call.End(), NewText: []byte("()")},
			}
			return fix, true
		}
	}
	return fix, false
}

// isFuncBody reports whether body is that of the function that is next on path.
func isFuncBody(path []ast.Node, body *ast.BlockStmt) bool {
	if len(path) == 0 {
		return false
	}
	switch fn := path[0].(type) {
	case *ast.FuncDecl:
		return fn.Body == body
	case *ast.FuncLit:
		return fn.Body == body
	}
	return false
}
