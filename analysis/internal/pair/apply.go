package pair

import (
	"go/token"
	"slices"
)

// subst rewrites a term of a summary in terms of the caller.
func (r *run) subst(w *world, t *Term, args, free []*Term, pos token.Pos) *Term {
	res := t.rewrite(func(x *Term) *Term {
		if x.Kind == KFresh || x.Kind == KResult {
			r.made[r.e.id(pos)] = true
		}
		switch x.Kind {
		case KParam:
			if x.N < len(args) {
				return args[x.N]
			}
			return unknown("arg")
		case KFree:
			if x.N < len(free) {
				return free[x.N]
			}
			return unknown("free")
		case KFresh, KResult:
			c := *x
			c.Kind = KFresh
			c.Str = r.e.id(pos) + "/" + x.Str
			if x.Kind == KResult {
				c.Str = r.e.id(pos) + "#" + x.Str
			}
			c.key = ""
			return &c
		}
		return nil
	}, w.load)
	if res.depth() > 2*maxDepth {
		return unknown("deep")
	}
	return res
}

// unknown is a value of which nothing is known, not even whether it is what it was
// the last time.
func unknown(what string) *Term { return &Term{Kind: KFresh, Str: what, N: freshOld} }

// apply continues w with each outcome of a call that the path allows.
func (r *run) apply(w *world, s *Summary, callee *funcInfo, args, free []*Term, at site, bind func(*world, int, *Term), depth int) []*world {
	r.confirm(w, callee, args, free, at)
	if s.Unknown || depth > maxNested {
		w.blur()
		for _, cell := range free {
			w.store(cell, &Term{Kind: KFresh, Str: "havoc " + cell.Key()})
		}
		return []*world{w}
	}
	r.listsClosed(w, s, args)
	var out []*world
	type thrownWorld struct {
		w  *world
		at site
	}
	var thrown []thrownWorld
	for i := range s.Outcomes {
		if r.steps++; r.steps > maxSteps {
			r.lost = true
			return nil
		}
		o := &s.Outcomes[i]
		x := w
		if len(s.Outcomes) > 1 {
			x = w.clone()
		}
		if !r.allow(x, o, args, free, at) {
			continue
		}
		// What the outcome says is in terms of the moment of the call.
		events := make([]Event, len(o.Events))
		for j, e := range o.Events {
			events[j] = e
			events[j].T = r.subst(x, e.T, args, free, at.pos)
		}
		if slices.ContainsFunc(events, func(e Event) bool { return e.T.throughNil() }) {
			continue // it panics instead
		}
		stores := make([]Store, len(o.Stores))
		for j, st := range o.Stores {
			stores[j] = Store{r.subst(x, st.Addr, args, free, at.pos), r.subst(x, st.Val, args, free, at.pos)}
		}
		if bind != nil {
			for j, res := range o.Results {
				if res != nil && (res.Kind != KConst || s.matters()) {
					// That a function without effect always says the same is an
					// accident of today.
					bind(x, j, r.subst(x, res, args, free, at.pos))
				}
			}
			for _, res := range o.Results {
				if res != nil && res.Kind == KFunc {
					r.noteCloser(x, r.subst(x, res, args, free, at.pos), at.pos)
				}
			}
		}
		worlds := []*world{x}
		for _, e := range events {
			var next []*world
			for _, y := range worlds {
				next = append(next, r.replay(y, e, at, depth)...)
			}
			worlds = next
		}
		for _, y := range worlds {
			for _, st := range stores {
				y.store(st.Addr, st.Val)
			}
		}
		if o.Panics {
			for _, y := range worlds {
				thrown = append(thrown, thrownWorld{y, o.at})
			}
		} else {
			out = append(out, worlds...)
		}
	}
	for _, y := range thrown {
		// Where it may return as well, checkPanic has said what there is to say.
		why := ""
		switch {
		case len(out) == 0:
		case callee != nil:
			why = "a call of " + plainName(callee.fn)
		default:
			why = "a call of " + at.via
		}
		from := at
		if callee != nil && isLoopBody(callee.fn) && y.at.pos.IsValid() {
			from = y.at
		}
		r.throw(y.w, from, why)
	}
	return out
}

// listsClosed taints the resources that are in a list which a callee goes
// through and whose elements it enters or leaves: how many those are, it cannot
// be told.
func (r *run) listsClosed(w *world, s *Summary, args []*Term) {
	var lists []*Term
	for _, o := range s.Outcomes {
		for _, e := range o.Events {
			if e.Op != Enter && e.Op != Exit {
				continue
			}
			e.T.any(func(x *Term) bool {
				if p := x.root(); x.Kind == KIndex && p.Kind == KParam && p.N < len(args) {
					lists = append(lists, strip(args[p.N]).root())
				}
				return false
			})
		}
	}
	for _, list := range lists {
		in := func(addr *Term) bool {
			return addr.any(func(x *Term) bool { return x.Kind == KIndex && x.root().Key() == list.Key() })
		}
		for i := range w.stack {
			t := w.stack[i].t
			stored := false
			for _, m := range w.mem {
				stored = stored || in(m.addr) && strip(m.val).Key() == t.Key()
			}
			if stored || in(t) {
				w.addTaint(t)
			}
		}
	}
}

// allow assumes the conditions of an outcome.
func (r *run) allow(w *world, o *Outcome, args, free []*Term, at site) bool {
	for _, c := range o.Conds {
		t := r.subst(w, c.T, args, free, at.pos)
		if t.Key() == termNoPanic.Key() {
			if c.Truth == r.unwinding {
				return false
			}
			continue
		}
		if !w.assume(t, c.Truth, "", nil) {
			return false
		}
	}
	return true
}

// replay does an event of a callee.
func (r *run) replay(w *world, e Event, at site, depth int) []*world {
	r.cur = w
	inner := at
	if e.at.in != nil {
		inner.frames = append(slices.Clone(e.at.frames), frame{e.at.in, e.at.pos})
		if e.at.in != r.f.fn && r.e.info(e.at.in).decl == r.f.decl {
			inner.pos, inner.block, inner.via = e.at.pos, nil, e.at.via // in a literal of this very function
		}
	}
	eff := Effect{Class: e.Class, Recv: -1, Fn: -1}
	switch e.Op {
	case Enter:
		r.use(w, e.T, inner)
		if e.Auto {
			w.push(entry{t: e.T, at: inner, auto: true}, true)
		} else {
			r.enter(w, e.T, eff, inner)
		}
	case Exit:
		if e.Auto {
			if !r.leaveScope(w, e.T, inner, eff) {
				return nil
			}
		} else if !r.exit(w, e.T, eff, inner) {
			return nil
		}
	case Destroy:
		r.destroy(w, e.T, inner)
	case Use:
		r.use(w, e.T, inner)
		w.noteClosed(e.T)
		if !isNew(e.T) && !w.used(e.T, len(w.trace)) {
			w.trace = append(w.trace, Event{Op: Use, T: e.T, at: inner})
		}
	case Later:
		r.registerLater(w, e)
	case Spawn:
		r.start(w, strip(e.T), nil, inner, Spawn, depth+1)
	case Call:
		r.checkYieldTerm(w, e.T, inner)
		return r.replayCall(w, e, inner, depth)
	}
	return []*world{w}
}

// replayCall calls a function that a callee was given. Where the callee defers
// calls, it tells whether that function returns or panics.
func (r *run) replayCall(w *world, e Event, at site, depth int) []*world {
	if e.Class == "" {
		return r.callValue(w, e.T, nil, at, nil, depth+1)
	}
	if strip(e.T).Kind != KFunc {
		if !e.T.external() {
			if e.Class == panicking {
				return nil // checkPanic has said what there is to say
			}
			return r.callValue(w, e.T, nil, at, nil, depth+1)
		}
		w.trace = append(w.trace, Event{Op: Call, T: e.T, Class: e.Class, at: at})
		return []*world{w}
	}
	was := r.catch
	var thrown []*world
	r.catch = &thrown
	if e.Class == panicking {
		r.quiet++
	}
	returned := r.callValue(w, e.T, nil, at, nil, depth+1)
	if e.Class == panicking {
		r.quiet--
	}
	r.catch = was
	if e.Class == panicking {
		return thrown
	}
	return returned
}

// noteCall leaves a call of fn to the callers, who may know it. What this
// function defers runs if it panics, too, and may stop the panic.
func (r *run) noteCall(w *world, fn *Term, at site) {
	e := Event{Op: Call, T: fn, at: at}
	if r.e.Spec.Ordered && (len(w.defers) > 0 || r.catch != nil) {
		e.Class = returning
		x := w.clone()
		x.trace = append(x.trace, Event{Op: Call, T: fn, Class: panicking, at: at})
		r.quiet++
		r.throw(x, at, "a call of a function value")
		r.quiet--
	}
	w.trace = append(w.trace, e)
}
