package pair

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// leakExcused reports whether a scope that f leaves open may be closed by
// others.
func (e *Engine) leakExcused(f *funcInfo, x *found, role role) bool {
	if x.path == nil {
		return e.escapes(x.t)
	}
	if x.restores {
		return true // whether that was right is another question
	}
	root := x.path.root()
	switch role {
	case roleCalled:
		// One that closes the scope on other paths is taken to mean to close it
		// on this one, unless a caller does. That its callers may end the program
		// then, or are too much for the engine, is no excuse.
		at := x.entry.at
		return !f.finds.judges(at.pos) || e.adopted[at.pos] || root.Kind == KResult || x.returned
	case roleLiteral:
		if isLoopBody(f.fn) {
			return true // the function around the loop runs it
		}
		if root.Kind == KFree {
			// Whoever calls it may close it, unless it does so itself elsewhere.
			return x.returned || e.callersOf(f.fn).applied || !f.finds.judges(x.entry.at.pos)
		}
	}
	if root.Kind == KResult || root.Kind == KFresh || x.returned || e.hasDirective(f.fn, "enters", x.path) {
		return true
	}
	if role == roleFinal {
		return false
	}
	if x.closer.IsValid() {
		return false // the function that would close it is dropped here
	}
	if x.success && e.failsElse(f, x) {
		return true
	}
	if f.finds.closed[x.entry.at.pos] != nil || e.isCareless(x.entry.at) {
		return false
	}
	return e.isThin(f.fn) || e.hasCompanion(f.fn, x.path, Exit)
}

// isCareless reports whether a scope was opened by a function that closes it on
// other paths: that was meant to close it.
func (e *Engine) isCareless(at site) bool {
	return slices.ContainsFunc(at.frames, func(fr frame) bool {
		g := e.infos[fr.in]
		return g != nil && g.finds != nil && g.finds.judges(fr.pos)
	})
}

// failsElse: the result tells whether the scope is open. It is true, or a nil
// error, where f leaves the scope open, and false or an error where it does not.
func (e *Engine) failsElse(f *funcInfo, x *found) bool {
	if f.sum == nil || f.sum.Unknown {
		return false
	}
	fails := false
	for _, o := range f.sum.Outcomes {
		if o.Panics || slices.ContainsFunc(o.Events, func(ev Event) bool { return ev.Op == Enter && ev.at.pos == x.entry.at.pos }) {
			continue
		}
		fails = true
		n := len(o.Results)
		if n == 0 || o.Results[n-1] == nil {
			return false
		}
		if r := o.Results[n-1]; r.Key() != termFalse.Key() && !r.nonNil() && !(r.Kind == KResult && r.N&freshNonNil != 0) {
			return false
		}
	}
	return fails
}

// reopens reports whether f opens a scope of t again after it closed one: it
// leaves the caller's scope for a while.
func (e *Engine) reopens(f *funcInfo, t *Term) bool {
	return f.sum != nil && slices.ContainsFunc(f.sum.Outcomes, func(o Outcome) bool {
		i := slices.IndexFunc(o.Events, func(ev Event) bool { return ev.Op == Exit && relate(ev.T, t) == same })
		return i >= 0 && slices.ContainsFunc(o.Events[i:], func(ev Event) bool { return ev.Op == Enter && relate(ev.T, t) == same })
	})
}

// extraExcused: the same for a scope that f closes and did not open.
func (e *Engine) extraExcused(f *funcInfo, x *found, role role) bool {
	root := x.t.root()
	switch role {
	case roleCalled:
		return true
	case roleLiteral:
		if root.Kind == KFree || isLoopBody(f.fn) {
			return true
		}
	}
	if !x.t.external() || e.hasDirective(f.fn, "exits", x.t) {
		return true
	}
	if role == roleOpen && e.reopens(f, x.t) {
		return true
	}
	if role == roleFinal || x.again {
		return false
	}
	if f.finds.closesAt(x.at.pos) {
		// It closes what was opened here on other paths: it is no half of a pair.
		return e.hasCompanion(f.fn, x.t, Enter)
	}
	return e.isThin(f.fn) || e.hasCompanion(f.fn, x.t, Enter)
}

// isThin reports whether fn does nothing but scope operations: it exists to be
// one half of a pair.
func (e *Engine) isThin(fn *ssa.Function) bool {
	thin := true
	eachInstr(fn, func(instr ssa.Instruction) {
		c, ok := instr.(ssa.CallInstruction)
		if !ok {
			return
		}
		if _, ok := c.Common().Value.(*ssa.Builtin); ok {
			return
		}
		if c.Common().IsInvoke() && e.isOperation(c.Common().Method) {
			return
		}
		callee := c.Common().StaticCallee()
		if callee == nil || !e.opens(callee) && !e.relevant[body(callee)] {
			obj := calleeObj(callee)
			if obj == nil || e.Spec.Effect(obj).Op == NoOp {
				thin = false
			}
		}
	})
	return thin
}

// hasCompanion reports whether another function of the package does the other
// half to resources that are got in the same way from the same type.
func (e *Engine) hasCompanion(fn *ssa.Function, path *Term, op Op) bool {
	want := e.typeKey(fn, path)
	if want == "" {
		return false
	}
	for _, g := range e.SSA.Funcs {
		info := e.infos[g]
		if g == fn || info == nil || info.sum == nil {
			continue
		}
		for _, o := range info.sum.Outcomes {
			for _, ev := range o.Events {
				if ev.Op == op && e.typeKey(g, ev.T) == want {
					return true
				}
			}
		}
	}
	return false
}

// typeKey describes how a resource is reached: the type of the parameter and
// the fields from there, or rather the last field and the type that has it,
// since what belongs together may start at different ends. It is empty for a
// parameter that is a resource: that any function could close.
func (e *Engine) typeKey(fn *ssa.Function, t *Term) string {
	root := t.root()
	switch root.Kind {
	case KParam:
		if root.N >= len(fn.Params) || root.Key() == strip(t).Key() {
			return ""
		}
		if owner := ownerOf(fn.Params[root.N].Type(), t); owner != "" {
			return owner
		}
		k := strings.Replace(t.Key(), root.Key(), "_", 1)
		return types.TypeString(fn.Params[root.N].Type(), nil) + k
	case KGlobal:
		return t.Key()
	}
	return ""
}

// ownerOf names the last of the fields that lead from a parameter of type from
// to t, and the named type whose field it is.
func ownerOf(from types.Type, t *Term) string {
	var fields []string // the last first
	for t = strip(t); t.Kind != KParam; t = t.Args[0] {
		switch t.Kind {
		case KField, KProj:
			fields = append(fields, t.Str)
		case KLoad, KIface:
		default:
			return ""
		}
	}
	owner := ""
	for i := len(fields) - 1; i >= 0; i-- {
		if p, ok := from.Underlying().(*types.Pointer); ok {
			from = p.Elem()
		}
		st, ok := from.Underlying().(*types.Struct)
		if !ok {
			return ""
		}
		if _, ok := types.Unalias(from).(*types.Named); ok {
			owner = types.TypeString(from, nil)
		}
		owner += "." + fields[i]
		for k := range st.NumFields() {
			if f := st.Field(k); f.Name() == fields[i] {
				from = f.Type()
			}
		}
	}
	return owner
}
