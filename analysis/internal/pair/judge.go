package pair

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Finding is something wrong.
type Finding struct {
	Slug   string
	Pos    token.Pos // of the call, or of the panic
	Kind   string    // "call" or "panic": what is at Pos
	Args   []string  // for the message
	Enter  token.Pos // the EmitBefore that it is about, if any
	Other  token.Pos // another call that it is about
	Return token.Pos // the return that skips the closing call
	Closes []token.Pos
	Func   *ssa.Function
	Helper string // the finding is about a call of this helper
	Again  bool   // pairextra: the scope was closed before
	Why    string // unprotected: what may panic
	Always bool   // pairextra: the call closes nothing on any path
	// Adopted: pairleak: on other paths, who calls the function closes the scope.
	Adopted bool
}

// A role says who judges a function's scopes of things that callers can name.
type role uint8

const (
	roleFinal   role = iota // nobody calls it: the runtime does, or none
	roleOpen                // others may call it: it may be half of a pair
	roleCalled              // its callers in this package
	roleLiteral             // what captures comes from: the function around it
)

func (e *Engine) roleOf(fn *ssa.Function) role {
	if fn.Parent() != nil {
		return roleLiteral
	}
	c := e.calls[fn]
	if c == nil {
		c = new(callers)
	}
	if slices.ContainsFunc(c.static, func(by *ssa.Function) bool { return by != fn }) {
		return roleCalled
	}
	if c.spawned {
		return roleCalled // judged at the go statement
	}
	name := fn.Name()
	if fn.Signature.Recv() == nil && (name == "main" && fn.Pkg.Pkg.Name() == "main" || strings.HasPrefix(name, "init#") || isTestFunc(fn)) {
		return roleFinal
	}
	if c.value || token.IsExported(name) || fn.Signature.Recv() != nil && e.invoked[name] {
		return roleOpen
	}
	return roleFinal
}

func isTestFunc(fn *ssa.Function) bool {
	p := fn.Signature.Params()
	if p.Len() != 1 || !token.IsExported(fn.Name()) {
		return false
	}
	s := p.At(0).Type().String()
	return s == "*testing.T" || s == "*testing.B" || s == "*testing.F" || s == "*testing.M"
}

// settle drops from the summary what is reported in the function itself, so
// that its callers are not blamed as well.
func (r *run) settle() {
	if role := r.e.roleOf(r.f.fn); role == roleCalled || role == roleLiteral {
		return
	}
	reported := make(map[token.Pos]bool)
	for _, f := range r.finds.list {
		if f.kind == foundLeak && r.finds.closed[f.entry.at.pos] != nil && !f.restores && !f.success {
			reported[f.entry.at.pos] = true
		}
	}
	if len(reported) == 0 {
		return
	}
	for i := range r.sum.Outcomes {
		o := &r.sum.Outcomes[i]
		o.Events = slices.DeleteFunc(o.Events, func(ev Event) bool { return ev.Op == Enter && reported[ev.at.pos] })
	}
}

// judge turns what the paths showed into findings.
func (e *Engine) judge() {
	e.judgeAll(true)
	e.judgeAll(false)
}

// judgeAll judges the scopes that stay open, or all else.
func (e *Engine) judgeAll(leaks bool) {
	for _, fn := range e.SSA.Funcs {
		f := e.infos[fn]
		if f == nil || f.finds == nil || f.finds.gaveUp || !e.relevant[fn] {
			continue
		}
		for i := range f.finds.list {
			if k := f.finds.list[i].kind; (k == foundLeak || k == foundLoop) == leaks {
				e.judgeOne(f, i)
			}
		}
	}
}

func (e *Engine) judgeOne(f *funcInfo, i int) {
	x := &f.finds.list[i]
	role := e.roleOf(f.fn)
	if e.isDead(f.fn) || !e.happens(foundRef{f, i}) {
		return
	}
	switch x.kind {
	case foundLeak:
		if e.Spec.Local && (x.path != nil || !isNew(x.t)) {
			return
		}
		if !x.final && (e.leakExcused(f, x, role) || e.closedByAnotherLoop(f, x.entry)) {
			return
		}
		e.reportLeak(e.blamed(f, x))
	case foundLoop:
		if e.closedByAnotherLoop(f, x.entry) {
			return
		}
		pos := e.blame(f, x.entry.at)
		e.report(f, &Finding{Slug: "pairloop", Pos: pos, Enter: pos, Helper: x.entry.at.via})
	case foundPanic:
		e.report(f, &Finding{Slug: "pairpanic", Pos: x.at.pos, Kind: "panic", Enter: e.blame(f, x.entry.at), Closes: f.finds.closed[x.entry.at.pos]})
	case foundUnprotected:
		pos := e.blame(f, x.entry.at)
		if f.finds.closed[x.entry.at.pos] == nil {
			if e.onlyPanics(f, x.entry.at.pos) {
				e.report(f, &Finding{Slug: "pairpanic", Pos: x.at.pos, Kind: "panic", Enter: pos})
			}
			return
		}
		if e.isLeaky(f, x.entry.at.pos) {
			return
		}
		e.report(f, &Finding{Slug: "unprotected", Pos: pos, Enter: pos, Other: x.at.pos, Why: x.why, Closes: f.finds.closed[x.entry.at.pos], Helper: x.entry.at.via})
	case foundOrder:
		if old := e.out[e.blame(f, x.other.at)]; old != nil && rank[old.Slug] > 1 && (x.unclosed || f.finds.closed[x.other.at.pos] == nil) {
			return // that the other one is not closed is what is wrong
		}
		e.report(f, &Finding{Slug: "pairorder", Pos: x.at.pos, Enter: x.entry.at.pos, Other: x.other.at.pos, Helper: x.at.via})
	case foundMismatch:
		e.report(f, &Finding{Slug: "pairmismatch", Pos: x.at.pos, Enter: x.entry.at.pos, Helper: x.at.via})
	case foundExtra:
		if !x.sure && e.extraExcused(f, x, role) {
			return
		}
		pos := x.at.pos
		for _, fr := range x.at.frames {
			if g := e.infos[fr.in]; g != nil && g.finds != nil && g.finds.again(fr.pos) {
				pos = fr.pos // the helper does it whoever calls it
				break
			}
		}
		e.report(f, &Finding{Slug: "pairextra", Pos: pos, Again: x.again, Always: !e.closesAt(pos), Helper: x.at.via})
	case foundGoroutine:
		e.report(f, &Finding{Slug: "pairgoroutine", Pos: x.at.pos, Enter: x.other.at.pos, Helper: x.at.via})
	case foundYield:
		e.report(f, &Finding{Slug: "pairyield", Pos: x.at.pos, Enter: x.entry.at.pos})
	case foundDestroyed:
		e.report(f, &Finding{Slug: "doubledestroy", Pos: x.at.pos, Other: x.other.at.pos, Helper: x.at.via})
	case foundUsed:
		e.report(f, &Finding{Slug: "useafterdestroy", Pos: x.at.pos, Other: x.other.at.pos, Helper: x.at.via})
	}
}

// onlyPanics reports whether the scope that f opens at pos stays open where f
// returns, but no caller lets f return: what may panic does.
func (e *Engine) onlyPanics(f *funcInfo, pos token.Pos) bool {
	leaks := false
	for i := range f.finds.list {
		if x := &f.finds.list[i]; x.kind == foundLeak && x.entry.at.pos == pos {
			if leaks = true; e.happens(foundRef{f, i}) {
				return false
			}
		}
	}
	return leaks
}

// isDead reports whether fn is a literal that no path makes.
func (e *Engine) isDead(fn *ssa.Function) bool {
	for ; fn.Parent() != nil; fn = fn.Parent() {
		p := e.infos[fn.Parent()]
		if !e.callersOf(fn).reached && p != nil && p.finds != nil && !p.finds.gaveUp && !p.sum.Unknown {
			return true
		}
	}
	return false
}

// happens reports whether a finding in a function that others call can happen:
// the conditions on the arguments hold in calls all the way down from a
// function that nobody else judges.
func (e *Engine) happens(ref foundRef) bool {
	if e.isRoot(ref.f.fn) {
		return slices.ContainsFunc(ref.f.finds.list[ref.i].when, isCertain)
	}
	for fn, f := range e.infos {
		if f.finds != nil && e.isRoot(fn) && slices.ContainsFunc(f.finds.echoes[ref], isCertain) {
			return true
		}
	}
	return false
}

// isRoot: fn runs with arguments that the engine does not see.
func (e *Engine) isRoot(fn *ssa.Function) bool {
	role := e.roleOf(fn)
	return role != roleCalled && role != roleLiteral || !e.callersOf(fn).applied
}

// blame is where a scope that stays open is reported: at the call that this
// function makes, or at the operation itself if the helper that it is in was
// meant to close it.
func (e *Engine) blame(f *funcInfo, at site) token.Pos {
	for _, fr := range at.frames {
		if g := e.infos[fr.in]; g != nil && g.finds != nil && g.finds.judges(fr.pos) {
			return fr.pos
		}
	}
	return at.pos
}

// blamed is the leak that stands for x: its own, or that of the helper that
// blame names, which knows more about it.
func (e *Engine) blamed(f *funcInfo, x *found) (*funcInfo, *found) {
	pos := e.blame(f, x.entry.at)
	for _, fr := range x.entry.at.frames {
		g := e.infos[fr.in]
		if fr.pos != pos || g == nil || g.finds == nil {
			continue
		}
		for i := range g.finds.list {
			if y := &g.finds.list[i]; y.kind == foundLeak && y.entry.at.pos == pos {
				return g, y
			}
		}
	}
	return f, x
}

func (e *Engine) reportLeak(f *funcInfo, x *found) {
	slug := "pairleak"
	if x.closer.IsValid() {
		slug = "pairclosure"
	}
	pos := x.entry.at.pos
	e.report(f, &Finding{Slug: slug, Pos: pos, Enter: pos, Other: x.closer, Return: x.pos, Closes: f.finds.closed[pos], Helper: x.entry.at.via, Adopted: e.adopted[pos]})
}

// closesAt reports whether the call at pos closes a scope on any path.
func (e *Engine) closesAt(pos token.Pos) bool {
	for _, f := range e.infos {
		if f.finds != nil && f.finds.closesAt(pos) {
			return true
		}
	}
	return e.closing[pos]
}

func (e *Engine) isLeaky(f *funcInfo, pos token.Pos) bool {
	return slices.ContainsFunc(f.finds.list, func(x found) bool {
		return (x.kind == foundLeak || x.kind == foundLoop) && x.entry.at.pos == pos
	})
}

// rank orders slugs that blame the same EmitBefore: one of them is enough.
var rank = map[string]int{"pairgoroutine": 6, "pairloop": 5, "pairclosure": 4, "pairleak": 3, "unprotected": 1}

func (e *Engine) report(f *funcInfo, x *Finding) {
	if !x.Pos.IsValid() {
		return
	}
	x.Func = f.fn
	if old := e.out[x.Pos]; old != nil {
		if rank[x.Slug] > rank[old.Slug] {
			*old = *x
		}
		return
	}
	e.out[x.Pos] = x
	e.order = append(e.order, x)
}

func (e *Engine) sorted() []*Finding {
	list := slices.Clone(e.order)
	// What blames an EmitBefore twice over says it once.
	strong := make(map[token.Pos]bool)
	for _, x := range list {
		switch x.Slug {
		case "pairpanic", "pairleak", "pairorder", "pairmismatch", "pairgoroutine", "pairyield":
			strong[x.Enter] = true
		}
	}
	leaky := make(map[token.Pos]bool)
	for _, x := range list {
		if rank[x.Slug] > 1 {
			leaky[x.Pos] = true
		}
	}
	list = slices.DeleteFunc(list, func(x *Finding) bool {
		return x.Slug == "unprotected" && strong[x.Enter] || x.Slug == "pairpanic" && leaky[x.Enter]
	})
	slices.SortFunc(list, func(a, b *Finding) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}
