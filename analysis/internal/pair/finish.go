package pair

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// ret ends a path.
func (r *run) ret(w *world, instr *ssa.Return) {
	var results []*Term
	for _, x := range instr.Results {
		t := r.eval(w, x)
		if t.Kind == KFresh {
			// A branch may have shown whether it is nil.
			if known, isNil := w.decide(mkEql(t, termNil)); known && !isNil {
				c := *t
				c.N |= freshNonNil
				c.key = ""
				t = &c
			} else if known && isNil {
				t = termNil
			}
		}
		results = append(results, t)
		r.givesFunc = r.givesFunc || isFuncType(x.Type()) && t.Kind != KFunc && t.Kind != KConst
	}
	r.finish(w, results, instr.Pos(), false)
	r.givesFunc = false
}

// throw ends a path in a panic, unless replay wants to know of it.
func (r *run) throw(w *world, at site, why string) {
	if r.catch != nil {
		*r.catch = append(*r.catch, w)
		return
	}
	r.panics(w, at, why)
}

// panics ends a path in a panic: deferred calls run, and a deferred function
// may recover. Scopes that stay open are reported: as skipped by this panic or,
// if there is a why, as unprotected against a call that may return as well.
func (r *run) panics(w *world, at site, why string) {
	if r.panicking {
		at, why = r.panicAt, "" // a deferred call panics in turn
	}
	kind := foundPanic
	if why != "" {
		kind = foundUnprotected
	}
	was := r.panicking
	unwinding, nest := r.unwinding, r.nest
	r.panicking, r.panicAt, r.unwinding = was || why == "", at, true
	r.nest = nil // what panics has been left: to call it once more is no recursion
	worlds := r.runDefers(w)
	r.panicking, r.unwinding, r.nest = was, unwinding, nest
	for _, x := range worlds {
		r.cur = x
		if isLoopBody(r.f.fn) {
			r.finish(x, nil, at.pos, true) // the function around the loop defers
			continue
		}
		said := false
		for i := len(x.stack) - 1; i >= 0; i-- {
			e := x.stack[i]
			if x.closedBefore(e) {
				continue // open again, as the caller has it
			}
			if !said && !e.auto && !x.tainted(e.t) && (why == "" || r.e.Spec.Ordered && !r.inTest(at)) {
				r.finds.add(r, found{kind: kind, entry: e, at: at, t: e.t, why: why})
			}
			said = true // once, here
			x.forgetEntry(i)
		}
		if r.f.recover {
			r.finish(x, make([]*Term, r.f.fn.Signature.Results().Len()), at.pos, false)
		} else {
			r.finish(x, nil, token.NoPos, true)
		}
	}
}

func (r *run) inTest(at site) bool { return rtapi.IsTest(r.e.Fset.Position(at.pos).Filename) }

// finish records how a path returned, or left in a panic.
func (r *run) finish(w *world, results []*Term, pos token.Pos, panics bool) {
	if w.over {
		return
	}
	o := Outcome{Results: make([]*Term, len(results)), Panics: panics}
	if panics {
		o.at = site{pos: pos, in: r.f.fn}
	}
	fresh := make(map[string]*Term) // what callers can name of what was made here
	for i, t := range results {
		if t == nil {
			continue
		}
		s := strip(t)
		if s.Kind == KFresh && fresh[s.Key()] == nil {
			fresh[s.Key()] = &Term{Kind: KResult, N: s.N&freshNonNil | s.N&freshNew, Str: string(rune('0' + i))}
		}
	}
	keys := make([]string, 0, len(w.mem))
	stored := make(map[string]*Term)
	for k := range w.mem {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	// out is t as callers see it. What a function value captured goes with it.
	nesting := 0
	var out func(*Term) *Term
	out = func(t *Term) *Term {
		return t.rewrite(func(x *Term) *Term {
			switch x.Kind {
			case KFresh:
				return fresh[x.Key()]
			case KFunc:
				c := *x
				c.key, c.Args = "", make([]*Term, len(x.Args))
				for i, a := range x.Args {
					m, ok := w.mem[a.Key()]
					if a.Kind != KFresh || !ok || nesting > 3 {
						c.Args[i] = a.rewrite(func(x *Term) *Term { return fresh[x.Key()] }, mkLoad)
						continue
					}
					nesting++
					c.Args[i] = &Term{Kind: KRef, Str: a.Str, Args: []*Term{out(m.val)}}
					nesting--
				}
				return &c
			}
			return nil
		}, mkLoad)
	}
	for i, t := range results {
		if t != nil {
			o.Results[i] = out(t)
		}
	}
	for _, k := range keys {
		m := w.mem[k]
		addr := m.addr
		if root := addr.root(); root.Kind == KFresh && root != addr && fresh[root.Key()] != nil {
			addr = out(addr) // a field of what is returned
		}
		if v := strip(m.val); addr.external() && v.Kind == KFresh && stored[v.Key()] == nil {
			stored[v.Key()] = mkLoad(addr)
		}
		if addr.external() {
			o.Stores = append(o.Stores, Store{addr, out(m.val)})
		}
	}
	for _, a := range w.asm {
		if a.t.external() {
			o.Conds = append(o.Conds, Cond{T: a.t, Truth: a.truth})
		}
	}
	// What a function that is returned has captured, callers can reach.
	captured := make(map[string]bool)
	for _, t := range o.Results {
		if t == nil {
			continue
		}
		t.any(func(x *Term) bool {
			if x.Kind == KFresh {
				captured[x.Key()] = true
			}
			return false
		})
	}
	// path is the name that callers have for t, or nil.
	path := func(t *Term) *Term {
		x := out(t)
		if x.external() || captured[strip(x).Key()] {
			return x
		}
		return stored[strip(t).Key()]
	}
	if w.blurred {
		r.blurred = true
	}
	r.settleOrder(w)
	for _, e := range w.stack {
		if e.auto || w.tainted(e.t) || isLoopBody(r.f.fn) {
			continue
		}
		f := found{kind: foundLeak, entry: e, t: e.t, pos: pos, path: path(e.t)}
		for _, c := range w.closers {
			if relate(c.t, e.t) == same {
				f.closer = c.pos
			}
		}
		for _, t := range results {
			if t != nil && (strip(t).closes() || r.givesFunc) {
				f.returned = true
			}
		}
		f.restores = w.closedBefore(e)
		if n := len(o.Results); n > 0 && o.Results[n-1] != nil {
			f.success = o.Results[n-1].Key() == termTrue.Key() || o.Results[n-1].Key() == termNil.Key()
		}
		r.finds.add(r, f)
	}
	for _, e := range w.trace {
		if w.tainted(e.T) && e.Op != Call && e.Op != Spawn {
			continue
		}
		if e.Op == Use && path(e.T) == nil {
			continue
		}
		if path(e.T) == nil && e.Op != Call && e.Op != Spawn && !e.Auto && r.isOpen(w, e) && !isLoopBody(r.f.fn) {
			continue // reported here
		}
		e.T = out(e.T)
		o.Events = append(o.Events, e)
	}
	if len(o.Events) > maxTrace {
		o.Events = slices.DeleteFunc(o.Events, func(e Event) bool { return e.Op == Call })
		if len(o.Events) > maxTrace {
			r.lost = true
		}
	}
	r.addOutcome(o)
}

// settleOrder reports the scopes that were closed before inner ones which are
// still open in the end.
func (r *run) settleOrder(w *world) {
	for _, f := range w.late {
		if f.unclosed && slices.ContainsFunc(w.stack, func(e entry) bool { return e.at.pos == f.other.at.pos }) {
			r.finds.add(r, f)
		}
	}
}

// closedBefore reports whether a scope that the caller had opened was closed
// before e was opened, which makes up for that.
func (w *world) closedBefore(e entry) bool {
	open := 0
	for _, x := range w.trace[:e.trace] {
		switch {
		case x.Op != Enter && x.Op != Exit || relate(x.T, e.t) != same:
		case x.Op == Enter:
			open++
		case open == 0:
			return true
		default:
			open--
		}
	}
	return false
}

// addOutcome adds to the summary what it does not have. Too many ways to return
// are too much for callers; of too many ways to panic some are enough.
func (r *run) addOutcome(o Outcome) {
	key := o.effectKey() + "|" + o.resultsKey() + "|" + o.condsKey()
	if r.outcomes[key] || o.Panics && (r.nPanics == maxPanics || !r.e.Spec.Ordered) {
		return
	}
	r.outcomes[key] = true
	r.sum.Outcomes = append(r.sum.Outcomes, o)
	if o.Panics {
		r.nPanics++
	} else if len(r.sum.Outcomes) > 8*maxOutcomes {
		if r.sum.Outcomes = collapse(r.sum.Outcomes); len(r.sum.Outcomes) > 1 {
			r.steps = maxSteps + 1
		}
	}
}

func (r *run) isOpen(w *world, ev Event) bool {
	return ev.Op == Enter && slices.ContainsFunc(w.stack, func(e entry) bool { return e.t.Key() == ev.T.Key() })
}
