package pair

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// push opens a scope. Callers see it unless it closes again with nothing
// between that only they know.
func (w *world) push(e entry, auto bool) {
	e.trace = len(w.trace)
	w.trace = append(w.trace, Event{Op: Enter, T: e.t, Class: e.class, Auto: auto, at: e.at})
	w.stack = append(w.stack, e)
}

// pop closes the i-th open scope.
func (w *world) pop(i int, at site, auto bool) {
	e := w.stack[i]
	w.stack = slices.Delete(w.stack, i, i+1)
	w.noteClosed(e.t)
	for _, x := range w.trace[e.trace+1:] {
		if x.Op != Destroy && x.Op != Use && x.Op != Spawn {
			w.trace = append(w.trace, Event{Op: Exit, T: e.t, Class: e.class, Auto: auto, at: at})
			return
		}
	}
	// What is left of it is that the resource was in use, which matters if a
	// caller has ended it.
	if w.ordered && e.t.external() && !w.used(e.t, e.trace) {
		w.trace[e.trace] = Event{Op: Use, T: e.t, at: e.at}
		return
	}
	w.trace = slices.Delete(w.trace, e.trace, e.trace+1)
	for j := range w.stack {
		if w.stack[j].trace > e.trace {
			w.stack[j].trace--
		}
	}
}

// used reports whether the first n events say that t was in use, and none after
// that ends what may be the same resource.
func (w *world) used(t *Term, n int) bool {
	for _, x := range slices.Backward(w.trace[:n]) {
		switch {
		case x.Op == Use && x.T.Key() == t.Key():
			return true
		case x.Op == Destroy && relate(x.T, t) != distinct:
			return false
		}
	}
	return false
}

// noteClosed notes that a scope of t was opened and closed.
func (w *world) noteClosed(t *Term) {
	if !isClosed(w, t) && len(w.closed) < 8 {
		w.closed = append(w.closed, t)
		slices.SortFunc(w.closed, func(a, b *Term) int { return strings.Compare(a.Key(), b.Key()) })
	}
}

// close closes the i-th open scope because of an operation at at.
func (r *run) close(w *world, i int, at site) {
	if r.quiet == 0 {
		e := w.stack[i]
		r.finds.closes(e, at)
		for _, fr := range at.frames {
			r.e.closing[fr.pos] = true
		}
		for _, f := range w.late {
			if f.other.at.pos == e.at.pos {
				f.unclosed = false
				r.finds.add(r, f)
			}
		}
		for _, fr := range e.at.frames {
			r.e.adopted[fr.pos] = true
		}
	}
	w.pop(i, at, false)
}

func (r *run) enter(w *world, t *Term, eff Effect, at site) {
	if eff.Once || r.e.Spec.Local {
		for _, e := range w.stack {
			if relate(e.t, t) == same {
				return
			}
		}
	}
	w.closed = slices.DeleteFunc(w.closed, func(x *Term) bool { return x.Key() == t.Key() })
	w.push(entry{t: t, class: eff.Class, at: at}, false)
}

func isNew(t *Term) bool { return t.Kind == KFresh && t.N&freshNew != 0 }

// exit closes the scope of t. It reports false if nothing is known after it.
func (r *run) exit(w *world, t *Term, eff Effect, at site) bool {
	n := len(w.stack)
	if !r.e.Spec.Ordered {
		for i := n - 1; i >= 0; i-- {
			if w.stack[i].class == eff.Class && relate(w.stack[i].t, t) == same {
				r.close(w, i, at)
				return true
			}
		}
		for i := n - 1; i >= 0; i-- {
			if w.stack[i].class == eff.Class && relate(w.stack[i].t, t) == unsure {
				r.close(w, i, at)
				return true
			}
		}
		return r.unmatched(w, t, eff, at)
	}
	if n == 0 {
		return r.unmatched(w, t, eff, at)
	}
	top := w.stack[n-1]
	if w.tainted(top.t) || w.tainted(t) {
		// The other half may be out of sight.
		r.close(w, n-1, at)
		return true
	}
	switch r.relation(w, top.t, t) {
	case same:
		if top.auto {
			// The call that opened it closes it as well.
			r.finds.add(r, found{kind: foundExtra, at: at, t: t, sure: true})
			w.ended = true
			return true
		}
		r.close(w, n-1, at)
		return true
	case unsure:
		i := slices.IndexFunc(w.stack, func(e entry) bool { return relate(e.t, t) == same })
		if tell := r.callersTell(w, top.t, t); i < 0 || maybeAlias(top.t, t) || tell {
			if tell {
				r.doubt(w, i, t, at)
			}
			r.close(w, n-1, at)
			return true
		}
	}
	if isClosed(w, t) && !slices.ContainsFunc(w.stack, func(e entry) bool { return relate(e.t, t) == same }) {
		return r.unmatched(w, t, eff, at)
	}
	for i := n - 2; i >= 0; i-- {
		if relate(w.stack[i].t, t) == same {
			f := found{kind: foundOrder, entry: w.stack[i], other: top, at: at, t: t}
			switch {
			case r.panicking:
				// The panic skips the EmitAfter of top, which is said elsewhere,
				// unless that is deferred as well.
				w.late = append(w.late, f)
			case top.auto:
				r.finds.add(r, f)
			default:
				// Perhaps top is never closed on this path, and that is what is wrong.
				f.unclosed = true
				w.late, w.broken = append(w.late, f), true
			}
			// Go on as if it were right.
			r.finds.closes(w.stack[i], at)
			w.forgetEntry(i)
			w.ended = w.ended || top.auto
			return true
		}
	}
	if top.auto {
		// The scope around this function closes by itself: it is t that has no
		// scope here.
		if !t.external() || isClosed(w, t) {
			return r.unmatched(w, t, eff, at)
		}
		r.finds.add(r, found{kind: foundOrder, entry: top, other: top, at: at, t: t})
		w.ended = true
		return true
	}
	r.finds.add(r, found{kind: foundMismatch, entry: top, at: at, t: t})
	r.close(w, n-1, at) // it was meant to
	return true
}

// relation compares the resource of an open scope with the one whose scope is
// to be closed, as far as this path knows them.
func (r *run) relation(w *world, open, t *Term) relation {
	rel := relate(open, t)
	open, t = strip(open), strip(t)
	if rel == same {
		return same
	}
	if known, equal := w.decide(mkEql(open, t)); known && equal {
		return same
	}
	if rel == unsure && open.Kind == KLoad {
		// The cell that it was read from holds another by now.
		if m, ok := w.mem[open.Args[0].Key()]; ok && strip(m.val).Key() == t.Key() && t.Kind != KLoad && (isNew(t) || t.Kind != KFresh) {
			return distinct
		}
	}
	return rel
}

func isClosed(w *world, t *Term) bool {
	return slices.ContainsFunc(w.closed, func(x *Term) bool { return x.Key() == t.Key() })
}

// unmatched closes a scope that this function did not open.
func (r *run) unmatched(w *world, t *Term, eff Effect, at site) bool {
	for _, s := range w.spawned {
		if s.Op == Enter && relate(s.T, t) == same {
			r.finds.add(r, found{kind: foundGoroutine, at: s.at, t: t, other: entry{at: at}})
			return true
		}
	}
	if w.tainted(t) || w.blurred {
		return true
	}
	again := isClosed(w, t)
	if t.Kind == KFresh && strings.Contains(t.Str, "/") {
		return true // what a callee made for itself: its own affair
	}
	if isNew(t) {
		r.finds.add(r, found{kind: foundExtra, at: at, t: t, sure: true, again: again})
		return true
	}
	w.trace = append(w.trace, Event{Op: Exit, T: t, Class: eff.Class, at: at})
	r.finds.add(r, found{kind: foundExtra, at: at, t: t, again: again})
	return len(w.trace) <= 2*maxTrace
}

// leaveScope ends a call that opened a scope of recv and closes it: whatever
// the function opened inside must be closed.
func (r *run) leaveScope(w *world, recv *Term, at site, eff Effect) bool {
	n := len(w.stack)
	if n == 0 {
		return true
	}
	top := w.stack[n-1]
	if top.auto && relate(top.t, recv) != distinct {
		w.pop(n-1, at, true)
		return true
	}
	for i := n - 1; i >= 0; i-- {
		if w.stack[i].auto {
			if !w.tainted(top.t) {
				r.finds.add(r, found{kind: foundLeak, entry: top, t: top.t, final: true})
				w.over = r.e.Spec.Ordered
				w.ended = w.ended || w.over
			}
			for j := len(w.stack) - 1; j > i; j-- {
				w.pop(j, at, false)
			}
			w.pop(i, at, true)
			return true
		}
	}
	return true
}

func (r *run) destroy(w *world, t *Term, at site) {
	for _, d := range w.dead {
		if relate(d.T, t) == same {
			r.finds.add(r, found{kind: foundDestroyed, at: at, t: t, other: entry{at: d.at}})
			return
		}
	}
	w.dead = append(w.dead, Event{Op: Destroy, T: t, at: at})
	w.trace = append(w.trace, Event{Op: Destroy, T: t, at: at})
}

// use enters or binds t, which must not have ended.
func (r *run) use(w *world, t *Term, at site) {
	for _, d := range w.dead {
		if relate(d.T, t) == same {
			r.finds.add(r, found{kind: foundUsed, at: at, t: t, other: entry{at: d.at}})
			w.addTaint(t) // it panics: no scope is opened
			return
		}
	}
}

// noteCloser notes that a function value exists that would close scopes.
func (r *run) noteCloser(w *world, fn *Term, pos token.Pos) {
	s := fn.summary()
	if s == nil {
		return
	}
	for _, o := range s.Outcomes {
		for _, e := range o.Events {
			if e.Op != Exit {
				continue
			}
			t := r.subst(w, e.T, nil, fn.Args, pos)
			if !slices.ContainsFunc(w.closers, func(c closer) bool { return c.t.Key() == t.Key() }) {
				w.closers = append(w.closers, closer{t, pos, fn.Key()})
			}
		}
	}
}

// calls notes that a function value is called: it is not dropped, whatever it
// closes.
func (w *world) calls(fn *Term) {
	if fn = strip(fn); fn.Kind == KFunc {
		w.closers = slices.DeleteFunc(w.closers, func(c closer) bool { return c.fn == fn.Key() })
	}
}

// deferCall registers a deferred call.
func (r *run) deferCall(w *world, d *ssa.Defer) []*world {
	t := r.resolve(w, &d.Call)
	if d.DeferStack != nil && isLoopBody(r.f.fn) {
		r.deferLater(w, deferred{fn: t.fn, args: t.args, eff: t.eff, at: d})
		return []*world{w}
	}
	if len(w.defers) > 16 {
		r.lost = true
		return nil
	}
	if t.fn != nil {
		w.calls(t.fn)
	}
	w.defers = append(w.defers, deferred{fn: t.fn, args: t.args, eff: t.eff, at: d})
	return []*world{w}
}

// runDefers runs the deferred calls, the last first.
func (r *run) runDefers(w *world) []*world {
	worlds := []*world{w}
	var done []*world
	for len(worlds) > 0 {
		x := worlds[len(worlds)-1]
		worlds = worlds[:len(worlds)-1]
		r.cur = x
		n := len(x.defers)
		if n == 0 {
			done = append(done, x)
			continue
		}
		d := x.defers[n-1]
		x.defers = x.defers[:n-1]
		t := target{eff: d.eff, fn: d.fn, args: d.args}
		if d.fn != nil && d.fn.fn != nil {
			if !isWrapper(d.fn.fn.fn) {
				t.obj = calleeObj(d.fn.fn.fn)
			}
		} else if d.at.Call.IsInvoke() {
			t.obj = d.at.Call.Method
		}
		at := site{pos: d.at.Pos(), in: r.f.fn}
		if _, ok := d.at.Call.Value.(*ssa.Builtin); ok {
			worlds = append(worlds, x)
			continue
		}
		res := r.perform(x, &t, at, func(w *world, i int, res *Term) {
			if res.closes() {
				// defer r.enter(): the function that it returns is dropped.
				r.noteCloser(w, res, d.at.Pos())
			}
		}, 0)
		if len(res) > 4 {
			res = dedupe(res)
		}
		worlds = append(worlds, res...)
		if r.steps += len(res); r.steps > maxSteps {
			r.lost = true
			return nil
		}
	}
	return done
}
