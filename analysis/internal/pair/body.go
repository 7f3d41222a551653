package pair

import (
	"golang.org/x/tools/go/ssa"
)

// isLoopBody reports whether fn is the body of a loop over an iterator.
func isLoopBody(fn *ssa.Function) bool { return fn != nil && fn.Synthetic == "range-over-func yield" }

func (t *Term) isBody() bool { return t.Kind == KFunc && t.fn != nil && isLoopBody(t.fn.fn) }

// loopBody runs the body of a loop over an iterator that cannot be seen, once
// and twice. That it may not run at all, its caller knows.
func (r *run) loopBody(w *world, body *Term, at site, depth int) []*world {
	if body.summary().Unknown {
		x := w.clone()
		x.blur()
		return []*world{x}
	}
	out, goOn := r.iterate(w.clone(), body, at, depth)
	for _, x := range goOn {
		over, again := r.iterate(x.clone(), body, at, depth)
		out = append(append(append(out, x), over...), again...)
	}
	return out
}

// iterate runs the body of a loop over an iterator once: over are the worlds in
// which it ends the loop.
func (r *run) iterate(w *world, body *Term, at site, depth int) (over, goOn []*world) {
	id := r.e.id(at.pos)
	w.remake(id)
	var args []*Term
	for _, p := range body.fn.fn.Params {
		args = append(args, &Term{Kind: KFresh, Str: id + "/" + p.Name()})
	}
	r.made[id] = true
	before := len(w.stack)
	for _, o := range body.summary().Outcomes {
		one := &Summary{Outcomes: []Outcome{o}}
		on := len(o.Results) == 1 && o.Results[0] != nil && o.Results[0].Key() == termTrue.Key()
		for _, x := range r.apply(w.clone(), one, body.fn, args, body.Args, at, nil, depth+1) {
			switch e, twice := reopened(x, before); {
			case !on:
				over = append(over, x)
			case !twice:
				goOn = append(goOn, x)
			case !x.tainted(e.t):
				r.cur = x
				r.finds.add(r, found{kind: foundLoop, entry: e})
			}
		}
	}
	return over, goOn
}

// reopened finds a scope above the first n that was opened where another was.
// One that an iteration leaves open may be right: a flag may say so.
func reopened(w *world, n int) (entry, bool) {
	for i := n; i < len(w.stack); i++ {
		for j := range i {
			if w.stack[i].at.pos == w.stack[j].at.pos && !w.stack[i].auto {
				return w.stack[i], true
			}
		}
	}
	return entry{}, false
}

// deferLater leaves a deferred call in the body of a loop over an iterator to
// the function around the loop, which runs it when it returns.
func (r *run) deferLater(w *world, d deferred) {
	fn := d.fn
	if fn == nil {
		fn = termNil
	}
	w.trace = append(w.trace, Event{
		Op: Later, T: &Term{Kind: KCall, Str: "defer", Args: append([]*Term{fn}, d.args...)}, later: &d, at: site{pos: d.at.Pos(), in: r.f.fn},
	})
}

// registerLater registers such a call.
func (r *run) registerLater(w *world, e Event) {
	d := *e.later
	d.fn, d.args = nil, e.T.Args[1:]
	if e.T.Args[0].Kind != KConst {
		d.fn = e.T.Args[0]
	}
	if isLoopBody(r.f.fn) {
		r.deferLater(w, d)
		return
	}
	w.defers = append(w.defers, d)
}
