package pair

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
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
	why := r.targetDanger(w, t, at)
	if why == "" || r.closesSomething(t) {
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
