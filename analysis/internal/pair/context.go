package pair

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"
)

const contextMethod = "(context.Context)."

// isCancelled reports whether call asks a context for its error where the context
// is done: behind a receive from Done, or where Err was not nil before. A context
// stays done, so that "if ctx.Err() != nil { return ctx.Err() }" returns an error.
func isCancelled(call *ssa.Call) bool {
	ctx := ofContext(call, "Err")
	if ctx == nil && isCause(call) {
		ctx = call.Call.Args[0]
	}
	if ctx == nil {
		return false
	}
	for _, instr := range call.Block().Instrs {
		if instr == ssa.Instruction(call) {
			break
		}
		if isDone(instr, ctx) {
			return true
		}
	}
	for b := call.Block(); b.Idom() != nil; b = b.Idom() {
		d := b.Idom()
		for _, instr := range d.Instrs {
			if isDone(instr, ctx) {
				return true
			}
		}
		cond, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok || len(b.Preds) != 1 {
			continue
		}
		if saysDone(cond.Cond, ctx, b == d.Succs[0]) {
			return true
		}
	}
	return false
}

func isCause(call *ssa.Call) bool {
	obj := calleeObj(call.Call.StaticCallee())
	return obj != nil && obj.FullName() == "context.Cause"
}

// ofContext gives the context that v asks by a method, or nil.
func ofContext(v ssa.Value, method string) ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok || !call.Call.IsInvoke() || call.Call.Method.FullName() != contextMethod+method {
		return nil
	}
	return call.Call.Value
}

// isDone reports whether instr waits until ctx is done.
func isDone(instr ssa.Instruction, ctx ssa.Value) bool {
	recv, ok := instr.(*ssa.UnOp)
	return ok && recv.Op == token.ARROW && !recv.CommaOk && sameValue(ofContext(recv.X, "Done"), ctx)
}

// saysDone reports whether ctx is done where cond has that truth.
func saysDone(cond ssa.Value, ctx ssa.Value, truth bool) bool {
	op, ok := cond.(*ssa.BinOp)
	if !ok || op.Op != token.EQL && op.Op != token.NEQ {
		return false
	}
	equal := truth == (op.Op == token.EQL)
	c, ok := op.Y.(*ssa.Const)
	if !ok {
		return false
	}
	if c.Value == nil {
		return !equal && sameValue(ofContext(op.X, "Err"), ctx)
	}
	// The case of a select that was taken.
	index, ok := op.X.(*ssa.Extract)
	if !ok || index.Index != 0 || !equal {
		return false
	}
	sel, ok := index.Tuple.(*ssa.Select)
	if !ok {
		return false
	}
	n, exact := constant.Int64Val(c.Value)
	return exact && 0 <= n && n < int64(len(sel.States)) && sameValue(ofContext(sel.States[n].Chan, "Done"), ctx)
}

// sameValue compares values, and loads of one variable that is not written in
// between as far as programs go: a context in a field or a captured one.
func sameValue(a, b ssa.Value) bool {
	if a == nil || b == nil {
		return false
	}
	if a == b {
		return true
	}
	x, ok := a.(*ssa.UnOp)
	y, ok2 := b.(*ssa.UnOp)
	if !ok || !ok2 || x.Op != token.MUL || y.Op != token.MUL {
		return false
	}
	if f, ok := x.X.(*ssa.FieldAddr); ok {
		g, ok := y.X.(*ssa.FieldAddr)
		return ok && f.Field == g.Field && (f.X == g.X || sameValue(f.X, g.X))
	}
	return x.X == y.X
}
