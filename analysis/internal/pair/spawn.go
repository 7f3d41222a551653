package pair

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// goCall starts a goroutine.
func (r *run) goCall(w *world, g *ssa.Go) []*world {
	t := r.resolve(w, &g.Call)
	at := site{pos: g.Pos(), in: r.f.fn}
	switch t.eff.Op {
	case Exit, Enter:
		recv := strip(t.args[t.eff.Recv])
		r.foreign(w, Event{Op: t.eff.Op, T: recv, at: at}, Spawn)
		return []*world{w}
	case Call, Spawn, Scope, Callback:
		if t.eff.Fn < len(t.args) {
			r.start(w, strip(t.args[t.eff.Fn]), nil, at, Spawn, 0)
		}
		return []*world{w}
	}
	if t.fn != nil {
		r.start(w, t.fn, t.args, at, Spawn, 0)
	}
	return []*world{w}
}

// startUnknown leaves it to the callers, who may know fn, what runs on a
// goroutine that is started here.
func (r *run) startUnknown(w *world, fn *Term, at site) {
	ev := Event{Op: Spawn, T: fn, at: at}
	if fn.external() && !slices.ContainsFunc(w.trace, func(e Event) bool { return e.key() == ev.key() }) {
		w.trace = append(w.trace, ev)
	}
}

// start notes that fn runs on another goroutine, or some other time: its scopes
// must be balanced.
func (r *run) start(w *world, fn *Term, args []*Term, at site, op Op, depth int) {
	s := fn.summary()
	if s == nil && op == Spawn {
		r.startUnknown(w, fn, at)
	}
	if s == nil || s.Unknown || depth > maxNested {
		return
	}
	seen := make(map[string]bool)
	for _, o := range s.Outcomes {
		for _, e := range o.Events {
			if e.Op == Call || e.Op == Spawn {
				if f := strip(r.subst(w, e.T, args, fn.Args, at.pos)); op == Spawn && !seen[e.key()] {
					seen[e.key()] = true
					r.start(w, f, nil, at, op, depth+1)
				}
				continue
			}
			if (e.Op != Enter && e.Op != Exit) || e.Auto || seen[e.key()] {
				continue
			}
			if slices.ContainsFunc(o.Events, func(x Event) bool { return x.Op != e.Op && x.T.Key() == e.T.Key() }) {
				continue // a pair with something between that the caller knows
			}
			seen[e.key()] = true
			e.T = r.subst(w, e.T, args, fn.Args, at.pos)
			if e.at.in == nil || isWrapper(e.at.in) {
				e.at = at
			}
			r.foreign(w, e, op)
		}
	}
}

// foreign is a scope that is opened or closed on another goroutine.
func (r *run) foreign(w *world, e Event, op Op) {
	if w.tainted(e.T) {
		return
	}
	if r.e.Spec.Local {
		w.addTaint(e.T)
		return
	}
	open := slices.IndexFunc(w.stack, func(x entry) bool { return relate(x.t, e.T) == same })
	switch {
	case e.Op == Exit && op == Spawn:
		f := found{kind: foundGoroutine, at: e.at, t: e.T}
		if open >= 0 {
			f.other = w.stack[open]
		}
		r.finds.add(r, f)
	case e.Op == Exit:
		r.finds.add(r, found{kind: foundExtra, at: e.at, t: e.T, sure: true})
	default:
		r.finds.add(r, found{kind: foundLeak, entry: entry{t: e.T, at: e.at}, t: e.T, final: true})
		w.spawned = append(w.spawned, e)
	}
	w.addTaint(e.T)
}
