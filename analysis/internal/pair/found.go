package pair

import (
	"go/token"
	"slices"
)

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
	restores bool      // the function had closed one of the caller's before
	success  bool      // it returns true, or a nil error
	sure     bool
	again    bool
	unclosed bool // of a foundOrder: on no path the inner scope is closed after all
	why      string
	when     [][]Cond // what must hold of the arguments, one list for each path; empty: nothing
}

// findings are what the paths of one function showed.
type findings struct {
	list   []found
	keys   map[foundKey]int
	closed map[token.Pos][]token.Pos // where the scope opened at a position is closed
	echoes map[foundRef][][]Cond     // findings of callees, and when calls from here make them happen
	lists  map[string]bool           // what was made here and put into a list
	gaveUp bool
}

func (fs *findings) listed(t *Term) {
	if fs.lists == nil {
		fs.lists = make(map[string]bool)
	}
	fs.lists[t.Key()] = true
}

type foundKey struct {
	kind     foundKind
	pos, end token.Pos
}

func (fs *findings) add(r *run, f found) {
	if r.quiet > 0 || r.cur.ended {
		return
	}
	fs.force(r, f)
	switch f.kind {
	case foundOrder, foundMismatch, foundDestroyed, foundUsed:
		r.cur.broken = true
	case foundExtra:
		r.cur.broken = r.cur.broken || f.sure
	}
}

func (fs *findings) force(r *run, f found) { fs.when(r, f, r.cur.conds()) }

// when adds a finding that happens under these conditions.
func (fs *findings) when(r *run, f found, conds []Cond) {
	f.when = [][]Cond{conds}
	k := foundKey{f.kind, f.at.pos, f.entry.at.pos}
	if f.kind == foundLeak || f.kind == foundLoop {
		k.pos = 0
	}
	if i, ok := fs.keys[k]; ok {
		old := &fs.list[i]
		old.when = mergeWhen(old.when, f.when)
		// The weaker of two claims is the one that holds for all paths.
		if old.path == nil {
			old.path = f.path
		}
		old.returned = old.returned || f.returned
		old.restores = old.restores && f.restores
		old.success = old.success && f.success
		if old.closer == 0 {
			old.closer = f.closer
		}
		old.sure = old.sure && f.sure
		old.unclosed = old.unclosed && f.unclosed
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

// conds are the conditions on the arguments under which the path is taken.
func (w *world) conds() []Cond {
	var cs []Cond
	for _, a := range w.asm {
		if a.t.external() {
			cs = append(cs, Cond{T: a.t, Truth: a.truth})
		}
	}
	return cs
}

// A foundRef names a finding.
type foundRef struct {
	f *funcInfo
	i int
}

// mergeWhen adds ways for something to happen. Past a number of them, it is
// taken to happen anyway.
func mergeWhen(a, b [][]Cond) [][]Cond {
	if a = append(a, b...); len(a) <= 16 {
		return a
	}
	if !slices.ContainsFunc(a, isCertain) {
		return a[:16]
	}
	return [][]Cond{nil}
}

// isCertain: none of these conditions is still to be shown.
func isCertain(when []Cond) bool {
	return !slices.ContainsFunc(when, func(c Cond) bool { return c.must })
}

// confirm notes which findings of a callee, and of what it calls, this call can
// make happen, and under which conditions on the arguments of this function.
func (r *run) confirm(w *world, callee *funcInfo, args, free []*Term, at site) {
	if callee == nil || callee.finds == nil {
		return
	}
	r.e.callersOf(callee.fn).applied = true
	here := w.conds()
	note := func(ref foundRef, when [][]Cond) {
		var possible [][]Cond
		for _, cs := range when {
			mine := slices.Clone(here)
			ok := true
			for _, c := range cs {
				t := r.subst(w, c.T, args, free, at.pos)
				if known, truth := w.decide(t); known {
					ok = ok && truth == c.Truth
				} else if t.external() {
					mine = append(mine, Cond{t, c.Truth, c.must})
				} else if c.must {
					ok = false
				}
			}
			if ok {
				possible = append(possible, mine)
			}
		}
		if possible == nil {
			return
		}
		if r.finds.echoes == nil {
			r.finds.echoes = make(map[foundRef][][]Cond)
		}
		r.finds.echoes[ref] = mergeWhen(r.finds.echoes[ref], possible)
	}
	for i := range callee.finds.list {
		note(foundRef{callee, i}, callee.finds.list[i].when)
	}
	for ref, when := range callee.finds.echoes {
		note(ref, when)
	}
}

// again reports whether the call at pos closes what the function has closed.
func (fs *findings) again(pos token.Pos) bool {
	return slices.ContainsFunc(fs.list, func(x found) bool { return x.kind == foundExtra && x.again && x.at.pos == pos })
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
