package pair

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// checkPanic looks at a call that is made while scopes of this function are
// open: if it may panic and no deferred call would close them, they stay open.
// Tests are left alone: a panic ends them.
func (r *run) checkPanic(w *world, t *target, at site) {
	if !r.e.Spec.Ordered || r.quiet > 0 || len(w.stack) == 0 {
		return
	}
	top := w.stack[len(w.stack)-1]
	if top.auto || w.tainted(top.t) || r.inTest(at) {
		return
	}
	why := r.e.targetPanics(t)
	if why == "" || r.closesSomething(t) || !r.panicIsPossible(w, t, at) {
		return
	}
	r.quiet++
	r.unwinding = true
	defer func() { r.quiet--; r.unwinding = false }()
	for _, x := range r.runDefers(w.clone()) {
		for _, e := range x.stack {
			if !e.auto && !x.tainted(e.t) {
				r.finds.force(r, found{kind: foundUnprotected, entry: e, at: at, t: e.t, why: why})
			}
		}
	}
}

// panicIsPossible: a function that was explored panics as its outcomes say,
// which apply looks at. What else may panic in it is looked at here.
func (r *run) panicIsPossible(w *world, t *target, at site) bool {
	if t.obj != nil && t.fn != nil && t.fn.Kind == KFunc && (t.fn.fn == nil || t.fn.fn.fn.Blocks == nil) && r.e.Imported != nil {
		// Of another package: the same.
		if s := r.e.Imported(t.obj); s != nil && s.panics() {
			return slices.ContainsFunc(s.Outcomes, func(o Outcome) bool { return o.Panics && r.allow(w.clone(), &o, t.args, nil, at) })
		}
	}
	if t.eff.Op != NoOp || t.fn == nil || t.fn.fn == nil || t.fn.fn.fn.Blocks == nil || t.fn.fn.state != explored || t.fn.fn.sum.Unknown {
		return true
	}
	return r.e.panicsSoftly(t.fn.fn.fn)
}

// panicsSoftly reports whether fn may panic in another way than by a panic
// statement: those are followed, what else may panic is not.
func (e *Engine) panicsSoftly(fn *ssa.Function) bool {
	seen := make(map[*ssa.Function]bool)
	var visit func(fn *ssa.Function) bool
	visit = func(fn *ssa.Function) bool {
		if fn = body(fn); seen[fn] {
			return false
		}
		seen[fn] = true
		soft := false
		eachInstr(fn, func(instr ssa.Instruction) {
			switch instr := instr.(type) {
			case *ssa.TypeAssert:
				soft = soft || !instr.CommaOk && instr.Pos().IsValid()
			case ssa.CallInstruction:
				if callee := instr.Common().StaticCallee(); callee != nil && body(callee).Blocks != nil {
					soft = soft || visit(callee)
				} else {
					soft = soft || e.callPanics(instr.Common()) != ""
				}
			}
		})
		return soft
	}
	return visit(fn)
}

// closesSomething: the call is the closing half itself.
func (r *run) closesSomething(t *target) bool {
	if t.fn == nil {
		return false
	}
	s := t.fn.summary()
	if s == nil && t.obj != nil && r.e.Imported != nil {
		s = r.e.Imported(t.obj)
	}
	if s == nil {
		return false
	}
	for _, o := range s.Outcomes {
		for _, e := range o.Events {
			if e.Op == Exit && !e.Auto {
				return true
			}
		}
	}
	return s.Unknown
}

// targetPanics says what in a call may panic, or "".
func (e *Engine) targetPanics(t *target) string {
	switch t.eff.Op {
	case NoOp:
	case Call, Scope:
		if t.eff.Fn < len(t.args) {
			return e.valuePanics(strip(t.args[t.eff.Fn]))
		}
		return ""
	default:
		return ""
	}
	if t.std && t.obj == nil {
		return e.argsPanic(t.args)
	}
	if t.fn != nil {
		if t.fn.Kind == KFunc && t.fn.fn != nil && t.fn.fn.fn.Blocks == nil || t.fn.Kind == KFunc && t.fn.fn == nil {
			return e.outsidePanics(t)
		}
		return e.valuePanics(t.fn)
	}
	if t.obj != nil && t.std && !callsBack(t.obj) {
		return ""
	}
	return "a call of method " + t.name + " of an interface"
}

// outsidePanics judges a function whose code is not in this package: what the
// facts say, the conventional Must, and the functions that it is given.
func (e *Engine) outsidePanics(t *target) string {
	if t.obj == nil {
		return ""
	}
	if rest, ok := strings.CutPrefix(t.obj.Name(), "Must"); ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z') {
		return "a call of " + t.obj.Name()
	}
	if e.Imported != nil {
		if s := e.Imported(t.obj); s != nil && s.Panics != "" {
			return "a call of " + t.obj.Name()
		}
	}
	return e.argsPanic(t.args)
}

// argsPanic says what may panic in the functions that a call is given.
func (e *Engine) argsPanic(args []*Term) string {
	for _, a := range args {
		if a = strip(a); a.Kind == KFunc {
			if why := e.valuePanics(a); why != "" {
				return why
			}
		}
	}
	return ""
}

// fromStd reports whether v is a function that the standard library has given:
// an iterator, or what ends a context. Those do not panic of themselves.
func fromStd(v ssa.Value) bool {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	c, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	obj := calleeObj(c.Call.StaticCallee())
	return obj != nil && isStd(obj.Pkg())
}

func (e *Engine) valuePanics(fn *Term) string {
	if fn.Kind != KFunc {
		return "a call of a function value"
	}
	if fn.fn == nil {
		if fn.Sum != nil {
			return fn.Sum.Panics
		}
		return ""
	}
	if e.mayPanic(fn.fn.fn) != "" {
		return "a call of " + plainName(fn.fn.fn)
	}
	return ""
}

func plainName(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return "a function literal"
	}
	return fn.Name()
}

// mayPanic says what in fn can be seen to panic: a panic statement, a type
// assertion without ok, a call of code that is only known at run time. That an
// index may be out of range or a pointer nil is not held against it.
func (e *Engine) mayPanic(fn *ssa.Function) string {
	fn = body(fn)
	if why, ok := e.panics[fn]; ok {
		return why
	}
	e.panics[fn] = "" // what a recursive call adds is nothing new
	why := ""
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if why != "" {
				break
			}
			switch instr := instr.(type) {
			case *ssa.Defer:
				if mayRecover(instr.Call.Value) {
					return ""
				}
				why = e.callPanics(&instr.Call)
			case *ssa.Call:
				why = e.callPanics(&instr.Call)
			case *ssa.Panic:
				if isPanicStmt(instr) {
					why = "a panic statement"
				}
			case *ssa.TypeAssert:
				if !instr.CommaOk && instr.Pos().IsValid() {
					why = "a type assertion"
				}
			}
		}
	}
	e.panics[fn] = why
	return why
}

func (e *Engine) callPanics(c *ssa.CallCommon) string {
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return ""
	}
	if c.IsInvoke() {
		if m := resolveInvoke(c); m != nil {
			return e.mayPanic(m)
		}
		if isStd(c.Method.Pkg()) && !callsBack(c.Method) || isHalf(c.Method) {
			return ""
		}
		return "a call of an interface method"
	}
	callee := c.StaticCallee()
	var t target
	switch {
	case callee == nil && isClosureCell(c.Value):
		return ""
	case callee == nil && !fromStd(c.Value):
		return "a call of a function value"
	case callee != nil && body(callee).Blocks != nil:
		return e.mayPanic(callee)
	case callee != nil:
		t = target{fn: &Term{Kind: KFunc}, obj: calleeObj(callee)}
		if t.obj == nil || rtapi.IsPkg(t.obj.Pkg()) {
			return ""
		}
	}
	for _, a := range c.Args {
		if mc, ok := a.(*ssa.MakeClosure); ok {
			if why := e.mayPanic(mc.Fn.(*ssa.Function)); why != "" {
				return why
			}
		}
		if f, ok := a.(*ssa.Function); ok && body(f).Blocks != nil {
			if why := e.mayPanic(f); why != "" {
				return why
			}
		}
	}
	return e.outsidePanics(&t)
}

// isClosureCell: v is loaded from a variable, local or captured, which is how
// literals that have a name are called. What such a literal does is found where
// it is called with its value known.
func isClosureCell(v ssa.Value) bool {
	u, ok := v.(*ssa.UnOp)
	if !ok || u.Op != token.MUL {
		return false
	}
	switch u.X.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return true
	}
	return false
}

// callsBack reports whether a method of the standard library's interfaces is
// one that programs implement to be called.
func callsBack(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil || fn.Pkg() == nil {
		return false
	}
	named, _ := types.Unalias(recv.Type()).(*types.Named)
	return named != nil && stdCallsBack[fn.Pkg().Path()+"."+named.Obj().Name()]
}

// checkYield looks for a call of an iterator's yield function while a scope is
// open: the loop's body would run in it, and may leave it open.
func (r *run) checkYield(w *world, c *ssa.CallCommon, t target, at site) {
	if !c.IsInvoke() && t.fn != nil {
		r.checkYieldTerm(w, t.fn, at)
	}
	if t.fn != nil && t.fn.summary() != nil && t.fn.summary() != nothing {
		return // whether it calls yield is known
	}
	for _, a := range t.args {
		r.checkYieldTerm(w, strip(a), at) // passed on, to be called
	}
}

func (r *run) checkYieldTerm(w *world, fn *Term, at site) {
	n := len(w.stack)
	if !r.e.Spec.Ordered || n == 0 || fn.Kind != KParam || r.quiet > 0 {
		return
	}
	if top := w.stack[n-1]; !top.auto && !w.tainted(top.t) && fn.N == yieldParam(r.f.fn) {
		r.finds.add(r, found{kind: foundYield, entry: top, at: at, t: top.t})
	}
}

// yieldParam is the index of the yield parameter of an iterator function, or
// -1.
func yieldParam(fn *ssa.Function) int {
	sig := fn.Signature
	if sig.Results().Len() != 0 || sig.Params().Len() != 1 {
		return -1
	}
	y, ok := sig.Params().At(0).Type().Underlying().(*types.Signature)
	if !ok || y.Params().Len() > 2 || y.Results().Len() != 1 {
		return -1
	}
	if b, ok := y.Results().At(0).Type().Underlying().(*types.Basic); !ok || b.Kind() != types.Bool {
		return -1
	}
	return len(fn.Params) - 1
}
