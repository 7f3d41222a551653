package pair

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// mayMatter reports whether fn must be explored to understand its callers.
func (e *Engine) mayMatter(fn *ssa.Function) bool {
	return e.relevant[fn] || e.isSmall(fn) || setsCaptured(fn)
}

// setsCaptured reports whether a literal, or one in it, assigns to variables
// that it captures, which may be what branches look at.
func setsCaptured(fn *ssa.Function) bool {
	if len(fn.FreeVars) == 0 {
		return false
	}
	sets := slices.ContainsFunc(fn.AnonFuncs, setsCaptured)
	eachInstr(fn, func(instr ssa.Instruction) {
		if st, ok := instr.(*ssa.Store); ok {
			_, captured := st.Addr.(*ssa.FreeVar)
			sets = sets || captured
		}
	})
	return sets
}

// isSmall reports whether fn is so small that it may be a getter or a predicate
// which says something about resources.
func (e *Engine) isSmall(fn *ssa.Function) bool {
	if isWrapper(fn) {
		return fn.Blocks != nil
	}
	if fn.Blocks == nil || len(fn.Blocks) > 6 {
		return false
	}
	n := 0
	eachInstr(fn, func(ssa.Instruction) { n++ })
	if n <= 40 && e.Spec.Ordered && e.hasPanic(fn) {
		return true // when it panics may depend on its arguments
	}
	return len(fn.Blocks) <= 3 && n <= 15 && givesReference(fn) || n <= 40 && callsParam(fn)
}

// callsParam reports whether fn, or a literal in it, calls a function that it is
// given.
func callsParam(fn *ssa.Function) bool {
	calls := slices.ContainsFunc(fn.AnonFuncs, callsParam)
	eachInstr(fn, func(instr ssa.Instruction) {
		if c, ok := instr.(ssa.CallInstruction); ok && !c.Common().IsInvoke() && c.Common().StaticCallee() == nil {
			calls = true
		}
	})
	return calls
}

// needsPaths reports whether the paths of fn differ in what they do to scopes:
// it calls an operation, or something that leaves a scope open or closes one.
// What only calls functions that leave everything as it was is left out, which
// is most code. unknown: it calls something that is not known.
func (e *Engine) needsPaths(fn *ssa.Function) (need, unknown bool) {
	look := func(callee *ssa.Function) {
		if e.opens(callee) {
			if s := e.imported(callee); s == nil || s.touches() {
				need = true
			} else if s.Unknown {
				unknown = true
			}
			return
		}
		callee = body(callee)
		panics := e.Spec.Ordered && e.isSmall(callee) && e.hasPanic(callee)
		if callee.Blocks == nil || !e.relevant[callee] && !isWrapper(callee) && !panics {
			return
		}
		f := e.info(callee)
		e.explore(f)
		switch {
		case f.finds != nil && len(f.finds.list)+len(f.finds.echoes) > 0:
			need = true // whether it happens depends on the arguments
		case f.sum.Unknown:
			unknown = true
		case f.sum.touches():
			need = true
		}
	}
	eachInstr(fn, func(instr ssa.Instruction) {
		var rands [10]*ssa.Value
		for _, op := range instr.Operands(rands[:0]) {
			if f, ok := (*op).(*ssa.Function); ok {
				look(f)
			}
		}
		if c, ok := instr.(ssa.CallInstruction); ok && c.Common().IsInvoke() {
			need = need || e.isOperation(c.Common().Method)
			if m := resolveInvoke(c.Common()); m != nil {
				look(m)
			}
		}
	})
	return need, unknown
}

// hasPanic reports whether fn, or what it calls in this package, has a panic
// statement.
func (e *Engine) hasPanic(fn *ssa.Function) bool {
	if has, ok := e.hard[fn]; ok {
		return has
	}
	e.hard[fn] = false
	has := false
	eachInstr(fn, func(instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.Panic:
			has = has || isPanicStmt(instr)
		case *ssa.Call:
			if callee := instr.Call.StaticCallee(); callee != nil {
				has = has || e.hasPanic(body(callee))
			}
		case *ssa.Defer:
			if callee := instr.Call.StaticCallee(); callee != nil {
				has = has || e.hasPanic(body(callee))
			}
		}
	})
	e.hard[fn] = has
	return has
}

// givesReference reports whether a function returns one thing that is worth
// knowing.
func givesReference(fn *ssa.Function) bool {
	res := fn.Signature.Results()
	return res.Len() == 1 && isFollowed(res.At(0).Type())
}
