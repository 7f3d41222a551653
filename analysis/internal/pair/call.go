package pair

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// target is what a call instruction calls, on one path.
type target struct {
	eff  Effect
	fn   *Term       // the function value, nil for an interface method that is not known
	obj  *types.Func // the declared function or method, if any
	name string      // for messages
	args []*Term
	std  bool // declared by the standard library

	static bool // a function of this package that was not explored
}

// resolve finds what c calls.
func (r *run) resolve(w *world, c *ssa.CallCommon) target {
	var t target
	t.eff = Effect{Recv: -1, Fn: -1}
	if c.IsInvoke() {
		t.obj = c.Method
		t.name = c.Method.Name()
		t.args = append(t.args, r.eval(w, c.Value))
		if m := resolveInvoke(c); m != nil {
			t.fn = r.funcTerm(m, nil)
			if !isWrapper(m) {
				t.obj = calleeObj(m)
			}
		}
	} else {
		t.name = c.Value.Name()
		t.fn = r.eval(w, c.Value)
		t.std = fromStd(c.Value)
		if f := t.fn.fn; t.fn.Kind == KFunc && f != nil {
			t.name = f.fn.Name()
			if !isWrapper(f.fn) {
				t.obj = calleeObj(f.fn)
			}
		}
	}
	generic := body(c.StaticCallee())
	for i, a := range c.Args {
		x := r.eval(w, a)
		if generic != nil && i < len(generic.Params) && isTypeParam(generic.Params[i].Type()) && hasScopes(generic.Params[i].Type()) {
			x = embedded(w, x, a.Type())
		}
		t.args = append(t.args, x)
		if from, ok := a.(*ssa.Extract); ok && isFuncType(a.Type()) && x.Kind != KFunc {
			// A function that came with a scope is passed on: it may close it.
			for _, e := range w.stack {
				if e.at.pos == from.Tuple.Pos() {
					w.addTaint(e.t)
				}
			}
		}
	}
	if t.obj != nil {
		t.std = isStd(t.obj.Pkg())
		t.eff = r.e.Spec.Effect(t.obj)
	}
	return t
}

// isWrapper reports whether fn is a synthetic method that forwards to another.
func isWrapper(fn *ssa.Function) bool {
	for _, p := range []string{"wrapper ", "bound ", "thunk "} {
		if strings.HasPrefix(fn.Synthetic, p) {
			return true
		}
	}
	return false
}

func isStd(pkg *types.Package) bool {
	if pkg == nil {
		return true
	}
	first, _, _ := strings.Cut(pkg.Path(), "/")
	return !strings.Contains(first, ".") && stdRoots[first]
}

// call executes a call instruction.
func (r *run) call(w *world, c *ssa.Call) []*world {
	t := r.resolve(w, &c.Call)
	r.remake(w, c)
	delete(w.env, c)
	for _, ref := range *c.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok {
			delete(w.env, x)
			r.remake(w, x)
		}
	}
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			for _, a := range t.args {
				r.handOver(w, a)
			}
		}
		switch b.Name() {
		case "len", "cap":
			w.env[c] = r.callTerm(w, c, 0)
		case "recover":
			w.env[c] = termRecover
		}
		return []*world{w}
	}
	if noReturn(&t) {
		r.panics(w, site{pos: c.Pos(), in: r.f.fn}, "")
		return nil
	}
	def := r.callTerm(w, c, 0)
	if t.obj != nil && t.fn != nil && nonNilResults[t.obj.FullName()] || t.eff.Op == New {
		def = r.fresh(c, freshNew|freshNonNil)
	} else if isCancelled(c) {
		def = r.fresh(c, freshNonNil)
	}
	if len(*c.Referrers()) > 0 {
		w.env[c] = def
	}
	at := site{pos: c.Pos(), in: r.f.fn, block: c.Block()}
	if t.eff.Op == New && r.e.Spec.Makes != nil && r.e.Spec.Makes(&c.Call) {
		r.enter(w, def, t.eff, at)
	}
	r.checkYield(w, &c.Call, t, at)
	r.checkPanic(w, &t, at)
	if r.f.recover && (t.fn == nil || t.fn.Kind == KFunc && t.fn.summary() == nil || t.fn.Kind != KFunc && !t.fn.external()) && r.targetDanger(w, &t, at) != "" {
		// A deferred function recovers, and this one returns.
		r.quiet++
		r.panics(w.clone(), at, "a call")
		r.quiet--
	}
	bind := func(w *world, i int, t *Term) { r.bindResult(w, c, i, t) }
	return r.perform(w, &t, at, bind, 0)
}

// bindResult notes what result i of call c is.
func (r *run) bindResult(w *world, c *ssa.Call, i int, t *Term) {
	if _, isTuple := c.Type().(*types.Tuple); !isTuple {
		if i == 0 {
			w.env[c] = t
		}
		return
	}
	for _, ref := range *c.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == i {
			w.env[x] = t
		}
	}
}

// perform does what target t does. bind receives the results that are known.
func (r *run) perform(w *world, t *target, at site, bind func(*world, int, *Term), depth int) []*world {
	one := []*world{w}
	eff := t.eff
	var recv, fn *Term
	if eff.Recv >= 0 && eff.Recv < len(t.args) {
		recv = strip(t.args[eff.Recv])
	}
	if eff.Fn >= 0 && eff.Fn < len(t.args) {
		fn = strip(t.args[eff.Fn])
	}
	if recv != nil && recv.throughNil() {
		return nil
	}
	if recv != nil && eff.Destroys {
		r.use(w, recv, at)
	}
	switch eff.Op {
	case Enter:
		r.enter(w, recv, eff, at)
	case Exit:
		if !r.exit(w, recv, eff, at) {
			return nil
		}
	case Destroy:
		r.destroy(w, recv, at)
	case TryEnter:
		no := w.clone()
		bind(w, 0, termTrue)
		bind(no, 0, termFalse)
		r.enter(w, recv, eff, at)
		return []*world{w, no}
	case Scope:
		e := eff
		w.push(entry{t: recv, at: at, auto: true}, true)
		var out []*world
		for _, x := range r.callValue(w, fn, nil, at, nil, depth) {
			if r.leaveScope(x, recv, at, e) {
				out = append(out, x)
			}
		}
		return out
	case Call:
		if eff.First && recv != nil {
			return r.callOnce(w, recv, fn, at, depth)
		}
		return r.callValue(w, fn, nil, at, nil, depth)
	case Callback, Spawn:
		if fn != nil {
			r.start(w, fn, nil, at, eff.Op, depth)
		}
		if eff.Op == Callback && eff.Recv >= 0 {
			bind(w, 0, r.fresh(at.pos, freshNonNil))
		}
	case NoOp:
		return r.callTarget(w, t, at, bind, depth)
	}
	if eff.Returns && recv != nil {
		bind(w, 0, recv)
	}
	return one
}

// callTarget calls a function that is no operation itself.
func (r *run) callTarget(w *world, t *target, at site, bind func(*world, int, *Term), depth int) []*world {
	if t.fn != nil && t.fn.Kind == KFunc && (t.fn.fn == nil || t.fn.fn.fn.Blocks != nil) {
		return r.callValue(w, t.fn, t.args, at, bind, depth)
	}
	if t.obj != nil && r.e.Imported != nil {
		if s := r.e.Imported(t.obj); s != nil && (s.matters() || s.panics()) {
			at.via = t.obj.Name()
			return r.apply(w, s, nil, t.args, nil, at, bind, depth)
		}
	}
	if t.fn != nil && t.fn.Kind != KFunc {
		return r.callValue(w, t.fn, t.args, at, bind, depth)
	}
	return r.callUnknown(w, t, at, depth)
}

// callValue calls a function value: one that is known does what its summary
// says, one that a caller knows is left to it.
func (r *run) callValue(w *world, fn *Term, args []*Term, at site, bind func(*world, int, *Term), depth int) []*world {
	if fn == nil || depth > maxNested {
		return []*world{w}
	}
	fn = strip(fn)
	w.calls(fn)
	if fn.isBody() && !fn.fn.sum.Unknown {
		over, goOn := r.iterate(w, fn, at, depth)
		return append(over, goOn...)
	}
	if s := fn.summary(); s == nothing {
		// Not explored, since it does nothing itself. It may call what it is given.
		return r.callUnknown(w, &target{fn: fn, args: args, static: true}, at, depth)
	} else if s != nil {
		if fn.fn != nil && fn.fn.fn.Parent() == nil && !isWrapper(fn.fn.fn) && at.via == "" {
			at.via = fn.fn.fn.Name()
		}
		if fn.fn != nil {
			if slices.Contains(r.nest, fn.fn) {
				return []*world{w} // recursion has no effect
			}
			r.nest = append(r.nest, fn.fn)
			defer func() { r.nest = r.nest[:len(r.nest)-1] }()
		}
		return r.apply(w, s, fn.fn, args, fn.Args, at, bind, depth+1)
	}
	if fn.Kind == KFunc {
		return []*world{w}
	}
	if fn.external() {
		r.noteCall(w, fn, at)
	}
	return r.callUnknown(w, &target{fn: fn, args: args}, at, depth)
}

// callUnknown calls code that cannot be seen. A function that is given to it
// and opens or closes scopes ends what can be said; a resource that is given to
// code which is only known at run time may be closed there.
func (r *run) callUnknown(w *world, t *target, at site, depth int) []*world {
	dynamic := !t.static && (t.obj == nil || t.fn == nil)
	if r.e.Spec.Local {
		for _, a := range t.args {
			w.addTaint(strip(a).root())
		}
	}
	if t.fn != nil && t.obj == nil && t.fn.Kind != KParam && !t.static {
		// A function that was got from somewhere may close what a helper opened.
		for _, e := range w.stack {
			if e.at.via != "" {
				w.addTaint(e.t)
			}
		}
	}
	worlds := []*world{w}
	for _, a := range t.args {
		a = strip(a)
		if s := a.summary(); s != nil {
			if a.isBody() {
				worlds = append(worlds, r.loopBody(w, a, at, depth)...)
				continue
			}
			if s.Unknown || s.hasEvents() {
				r.giveAway(w, a)
			}
			r.havoc(w, a, s)
			continue
		}
		if !dynamic || t.std {
			continue
		}
		for _, e := range w.stack {
			if e.t.Key() == a.Key() || e.t.root().Key() == a.Key() {
				w.addTaint(e.t)
			}
		}
	}
	return worlds
}

// havoc forgets the cells that fn may write whenever it is called.
func (r *run) havoc(w *world, fn *Term, s *Summary) {
	for _, o := range s.Outcomes {
		for _, st := range o.Stores {
			addr := r.subst(w, st.Addr, nil, fn.Args, token.NoPos)
			w.store(addr, &Term{Kind: KFresh, Str: "havoc " + addr.Key()})
		}
	}
}

// handOver notes that t goes where it cannot be followed. If it is a function
// that closes a scope, the scope is that function's business from now on.
func (r *run) handOver(w *world, t *Term) {
	t = strip(t)
	if s := t.summary(); s != nil && s.hasEvents() {
		r.giveAway(w, t)
	}
}

// giveAway taints the resources whose scopes fn opens or closes.
func (r *run) giveAway(w *world, fn *Term) {
	s := fn.summary()
	if s.Unknown {
		w.blur()
		return
	}
	for _, o := range s.Outcomes {
		for _, e := range o.Events {
			if e.Op == Enter || e.Op == Exit || e.Op == Destroy {
				t := r.subst(w, e.T, nil, fn.Args, token.NoPos)
				w.addTaint(t)
			}
		}
	}
	for _, a := range fn.Args {
		if a.Kind == KFresh || a.Kind == KFree {
			// The variable may hold another resource by then.
			w.addTaint(w.load(a))
		}
	}
}

// noReturn reports whether a call ends in a panic whatever happens.
func noReturn(t *target) bool {
	if t.obj == nil {
		return false
	}
	switch t.obj.FullName() {
	case "log.Panic", "log.Panicf", "log.Panicln", "(*log.Logger).Panic", "(*log.Logger).Panicf", "(*log.Logger).Panicln":
		return true
	}
	return false
}
