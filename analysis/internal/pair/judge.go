package pair

import (
	"cmp"
	"go/token"
	"go/types"
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
}

type foundKind uint8

const (
	foundLeak foundKind = iota
	foundPanic
	foundUnprotected
	foundOrder
	foundMismatch
	foundExtra
	foundLoop
	foundGoroutine
	foundYield
	foundDestroyed
	foundUsed
)

// found is what a path showed. What is wrong of it is judged when all paths
// and all functions are known.
type found struct {
	kind     foundKind
	entry    entry
	other    entry
	at       site
	t        *Term
	pos      token.Pos // where the path ends
	path     *Term     // what callers call the resource; nil: nothing
	closer   token.Pos // where a function was made that would close it
	returned bool      // a function that may close it is returned
	final    bool      // nobody else can close it
	sure     bool
	again    bool
	why      string
}

// findings are what the paths of one function showed.
type findings struct {
	list   []found
	keys   map[foundKey]int
	closed map[token.Pos][]token.Pos // where the scope opened at a position is closed
	gaveUp bool
}

type foundKey struct {
	kind     foundKind
	pos, end token.Pos
}

func (fs *findings) add(r *run, f found) {
	if r.quiet == 0 {
		fs.force(r, f)
	}
}

func (fs *findings) force(_ *run, f found) {
	k := foundKey{f.kind, f.at.pos, f.entry.at.pos}
	if f.kind == foundLeak || f.kind == foundLoop {
		k.pos = 0
	}
	if i, ok := fs.keys[k]; ok {
		old := &fs.list[i]
		// The weaker of two claims is the one that holds for all paths.
		if old.path == nil {
			old.path = f.path
		}
		old.returned = old.returned || f.returned
		if old.closer == 0 {
			old.closer = f.closer
		}
		old.sure = old.sure && f.sure
		return
	}
	if fs.keys == nil {
		fs.keys = make(map[foundKey]int)
	}
	fs.keys[k] = len(fs.list)
	fs.list = append(fs.list, f)
}

// closes notes that a scope was closed.
func (fs *findings) closes(e entry, at site) {
	if fs.closed == nil {
		fs.closed = make(map[token.Pos][]token.Pos)
	}
	if !slices.Contains(fs.closed[e.at.pos], at.pos) {
		fs.closed[e.at.pos] = append(fs.closed[e.at.pos], at.pos)
	}
}

// judges reports whether a scope that is opened at pos and left open is the
// function's own mistake, even where its callers could close it: it closes the
// scope on other paths, or has made a function that would.
func (fs *findings) judges(pos token.Pos) bool {
	return fs.closed[pos] != nil || slices.ContainsFunc(fs.list, func(x found) bool {
		return x.kind == foundLeak && x.entry.at.pos == pos && x.closer.IsValid() && !x.returned
	})
}

// closesAt reports whether the call at pos closes a scope on some path.
func (fs *findings) closesAt(pos token.Pos) bool {
	for _, list := range fs.closed {
		if slices.Contains(list, pos) {
			return true
		}
	}
	return false
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
		if f.kind == foundLeak && r.finds.closed[f.entry.at.pos] != nil {
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
	for _, fn := range e.SSA.Funcs {
		f := e.infos[fn]
		if f == nil || f.finds == nil || f.finds.gaveUp || !e.relevant[fn] {
			continue
		}
		for i := range f.finds.list {
			e.judgeOne(f, &f.finds.list[i])
		}
	}
}

func (e *Engine) judgeOne(f *funcInfo, x *found) {
	role := e.roleOf(f.fn)
	switch x.kind {
	case foundLeak:
		if !x.final && (e.leakExcused(f, x, role) || e.closedByAnotherLoop(f, x.entry.at.block)) {
			return
		}
		slug := "pairleak"
		pos := e.blame(f, x.entry.at)
		if x.closer.IsValid() {
			slug = "pairclosure"
		}
		e.report(f, &Finding{Slug: slug, Pos: pos, Enter: pos, Other: x.closer, Return: x.pos, Closes: f.finds.closed[x.entry.at.pos], Helper: x.entry.at.via})
	case foundLoop:
		if e.closedByAnotherLoop(f, x.entry.at.block) {
			return
		}
		pos := e.blame(f, x.entry.at)
		e.report(f, &Finding{Slug: "pairloop", Pos: pos, Enter: pos, Helper: x.entry.at.via})
	case foundPanic:
		if e.isLeaky(f, x.entry.at.pos) && f.finds.closed[x.entry.at.pos] == nil {
			return
		}
		e.report(f, &Finding{Slug: "pairpanic", Pos: x.at.pos, Kind: "panic", Enter: e.blame(f, x.entry.at), Closes: f.finds.closed[x.entry.at.pos]})
	case foundUnprotected:
		if f.finds.closed[x.entry.at.pos] == nil || e.isLeaky(f, x.entry.at.pos) {
			return
		}
		pos := e.blame(f, x.entry.at)
		e.report(f, &Finding{Slug: "unprotected", Pos: pos, Enter: pos, Other: x.at.pos, Why: x.why, Closes: f.finds.closed[x.entry.at.pos], Helper: x.entry.at.via})
	case foundOrder:
		if e.isLeaky(f, x.other.at.pos) && f.finds.closed[x.other.at.pos] == nil {
			return // the other one is not closed at all
		}
		e.report(f, &Finding{Slug: "pairorder", Pos: x.at.pos, Enter: x.entry.at.pos, Other: x.other.at.pos, Helper: x.at.via})
	case foundMismatch:
		e.report(f, &Finding{Slug: "pairmismatch", Pos: x.at.pos, Enter: x.entry.at.pos, Helper: x.at.via})
	case foundExtra:
		if !x.sure && e.extraExcused(f, x, role) {
			return
		}
		e.report(f, &Finding{Slug: "pairextra", Pos: x.at.pos, Again: x.again, Always: !f.finds.closesAt(x.at.pos), Helper: x.at.via})
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
	list = slices.DeleteFunc(list, func(x *Finding) bool { return x.Slug == "unprotected" && strong[x.Enter] })
	slices.SortFunc(list, func(a, b *Finding) int { return cmp.Compare(a.Pos, b.Pos) })
	return list
}

// leakExcused reports whether a scope that f leaves open may be closed by
// others.
func (e *Engine) leakExcused(f *funcInfo, x *found, role role) bool {
	if x.path == nil {
		return false
	}
	root := x.path.root()
	switch role {
	case roleCalled:
		// One that closes the scope on other paths means to close it, unless a
		// caller knows better.
		at := x.entry.at
		return !f.finds.judges(at.pos) || e.adopted[at.pos] || root.Kind == KResult || x.returned
	case roleLiteral:
		if root.Kind == KFree {
			return true
		}
	}
	if root.Kind == KResult || x.returned || e.hasDirective(f.fn, "enters", x.path) {
		return true
	}
	if role == roleFinal || f.finds.closed[x.entry.at.pos] != nil {
		return false
	}
	return e.isThin(f.fn) || e.hasCompanion(f.fn, x.path, Exit)
}

// extraExcused: the same for a scope that f closes and did not open.
func (e *Engine) extraExcused(f *funcInfo, x *found, role role) bool {
	root := x.t.root()
	switch role {
	case roleCalled:
		return true
	case roleLiteral:
		if root.Kind == KFree {
			return true
		}
	}
	if !x.t.external() || e.hasDirective(f.fn, "exits", x.t) {
		return true
	}
	if role == roleFinal {
		return false
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
// the fields from there. It is empty for a parameter that is a resource: that
// any function could close.
func (e *Engine) typeKey(fn *ssa.Function, t *Term) string {
	root := t.root()
	switch root.Kind {
	case KParam:
		if root.N >= len(fn.Params) || root.Key() == strip(t).Key() {
			return ""
		}
		k := strings.Replace(t.Key(), root.Key(), "_", 1)
		return types.TypeString(fn.Params[root.N].Type(), nil) + k
	case KGlobal:
		return t.Key()
	}
	return ""
}

// closedByAnotherLoop: scopes that one loop opens and another closes. Whether
// their numbers agree cannot be told.
func (e *Engine) closedByAnotherLoop(f *funcInfo, at *ssa.BasicBlock) bool {
	if at == nil || at.Parent() != f.fn || len(f.block[at.Index].loops) == 0 {
		return false
	}
	for _, h := range f.fn.Blocks {
		if !f.inLoop(h, h) || f.inLoop(at, h) {
			continue // not a loop, or one around the call
		}
		exits, enters := 0, 0
		for _, b := range f.fn.Blocks {
			if !f.inLoop(b, h) {
				continue
			}
			for _, instr := range b.Instrs {
				switch e.instrOp(instr) {
				case Exit:
					exits++
				case Enter:
					enters++
				}
			}
		}
		if exits > enters {
			return true
		}
	}
	return false
}

func (e *Engine) instrOp(instr ssa.Instruction) Op {
	c, ok := instr.(*ssa.Call)
	if !ok {
		return NoOp
	}
	callee := c.Call.StaticCallee()
	if obj := calleeObj(callee); obj != nil {
		if op := e.Spec.Effect(obj).Op; op != NoOp {
			return op
		}
	}
	if callee != nil {
		if f := e.infos[body(callee)]; f != nil && f.sum != nil {
			for _, o := range f.sum.Outcomes {
				for _, ev := range o.Events {
					if ev.Op == Exit || ev.Op == Enter {
						return ev.Op
					}
				}
			}
		}
	}
	return NoOp
}
