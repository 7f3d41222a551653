package pair

import (
	"go/token"
	"slices"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A site is where something happened, as the function that is explored sees it.
type site struct {
	pos    token.Pos       // of the call that the function makes
	in     *ssa.Function   // the function that makes it; nil: one of another package
	frames []frame         // the calls that led from there to the operation, the operation first
	via    string          // name of the helper, if the call is not the operation
	block  *ssa.BasicBlock // of the call, where it matters
}

// A frame is a call in a helper of this package.
type frame struct {
	in  *ssa.Function
	pos token.Pos
}

// An entry is an open scope.
type entry struct {
	t     *Term
	class string
	at    site
	trace int  // place of its event in world.trace
	auto  bool // opened by a call that closes it whatever happens
}

// An Event is a thing that a function does to scopes, in the terms of its
// caller. A Call event calls the function value T, a Spawn event does so on
// another goroutine. The class of a Call tells, where that makes a difference,
// whether T panics: panicking, or returning.
type Event struct {
	Op    Op
	T     *Term
	Class string
	Auto  bool
	at    site
	later *deferred // of Later
}

// Classes of Call events.
const (
	panicking = "panics"
	returning = "returns"
)

func (e Event) key() string {
	k := strconv.Itoa(int(e.Op)) + e.Class + e.T.Key()
	if e.Auto {
		k += "!"
	}
	return k
}

// An assumption is what a branch that was taken implies.
type assumption struct {
	t     *Term // never a KNot
	truth bool
	key   string    // static key of the condition; empty: keep for good
	root  ssa.Value // keep while this is live
}

type deferred struct {
	fn   *Term // what is called
	eff  Effect
	args []*Term
	at   *ssa.Defer
}

type loopMark struct {
	header *ssa.BasicBlock
	depth  int
	trace  string
}

type binding struct {
	addr, val *Term
}

// forgetEntry removes the i-th open scope as if it had never been opened.
func (w *world) forgetEntry(i int) {
	e := w.stack[i]
	w.stack = slices.Delete(w.stack, i, i+1)
	w.trace = slices.Delete(w.trace, e.trace, e.trace+1)
	for j := range w.stack {
		if w.stack[j].trace > e.trace {
			w.stack[j].trace--
		}
	}
}

// A closer is a function value that would close the scope of t.
type closer struct {
	t   *Term
	pos token.Pos
	fn  string // key of the function
}

// A world is what is known at a point of a path. Worlds are copied at branches.
type world struct {
	stack   []entry
	trace   []Event // what a caller will see of it
	dead    []Event // Destroy events
	asm     []assumption
	env     map[ssa.Value]*Term
	mem     map[string]binding
	defers  []deferred
	loops   []loopMark
	taint   []*Term // resources that code which cannot be seen may close
	closers []closer
	closed  []*Term // resources entered and left here
	spawned []Event // scopes that a goroutine started here opens or closes
	ordered bool    // of the Spec
	blurred bool    // code that is not known may have opened and closed scopes
	late    []found // scopes that were closed in a wrong order while a panic ran
	ended   bool    // package rt ends the program here: nothing that follows happens
	over    bool    // the same, whoever calls the function
	broken  bool    // something was wrong: what loops would add to that is of no interest
}

func newWorld(ordered bool) *world {
	return &world{ordered: ordered, env: make(map[ssa.Value]*Term), mem: make(map[string]binding)}
}

func (w *world) clone() *world {
	c := *w
	c.stack = slices.Clone(w.stack)
	c.trace = slices.Clone(w.trace)
	c.dead = slices.Clone(w.dead)
	c.asm = slices.Clone(w.asm)
	c.defers = slices.Clone(w.defers)
	c.loops = slices.Clone(w.loops)
	c.taint = slices.Clone(w.taint)
	c.closers = slices.Clone(w.closers)
	c.closed = slices.Clone(w.closed)
	c.spawned = slices.Clone(w.spawned)
	c.late = slices.Clone(w.late)
	c.env = make(map[ssa.Value]*Term, len(w.env))
	for k, v := range w.env {
		c.env[k] = v
	}
	c.mem = make(map[string]binding, len(w.mem))
	for k, v := range w.mem {
		c.mem[k] = v
	}
	return &c
}

// key identifies what can still matter of w, so that paths that agree merge.
func (w *world) key() string {
	var b strings.Builder
	for _, e := range w.stack {
		b.WriteString(e.t.Key())
		b.WriteString(e.class)
		b.WriteByte('@')
		b.WriteString(strconv.Itoa(int(e.at.pos)))
		b.WriteByte(';')
	}
	list := func(tag byte, n int, f func(int) string) {
		b.WriteByte(tag)
		for i := range n {
			b.WriteString(f(i))
			b.WriteByte(';')
		}
	}
	if w.broken {
		b.WriteByte('!')
	}
	if w.blurred {
		b.WriteByte('?')
	}
	if w.ended {
		b.WriteByte('.')
	}
	list('T', len(w.trace), func(i int) string { return w.trace[i].key() })
	list('D', len(w.dead), func(i int) string { return w.dead[i].key() })
	list('F', len(w.defers), func(i int) string {
		d := w.defers[i]
		s := strconv.Itoa(int(d.at.Pos()))
		for _, a := range d.args {
			s += "," + a.Key()
		}
		return s
	})
	list('L', len(w.loops), func(i int) string {
		return strconv.Itoa(w.loops[i].header.Index) + ":" + strconv.Itoa(w.loops[i].depth)
	})
	list('X', len(w.taint), func(i int) string { return w.taint[i].Key() })
	list('C', len(w.closers), func(i int) string { return w.closers[i].t.Key() })
	list('c', len(w.closed), func(i int) string { return w.closed[i].Key() })
	list('O', len(w.late), func(i int) string { return strconv.Itoa(int(w.late[i].at.pos)) })
	list('S', len(w.spawned), func(i int) string { return w.spawned[i].key() })
	sorted := func(tag byte, ss []string) {
		sort.Strings(ss)
		list(tag, len(ss), func(i int) string { return ss[i] })
	}
	var ss []string
	for _, a := range w.asm {
		ss = append(ss, a.t.Key()+strconv.FormatBool(a.truth))
	}
	sorted('A', ss)
	ss = nil
	for v, t := range w.env {
		ss = append(ss, v.Name()+"="+t.Key())
	}
	sorted('E', ss)
	ss = nil
	for k, m := range w.mem {
		ss = append(ss, k+"="+m.val.Key())
	}
	sorted('M', ss)
	return b.String()
}

// load gives what address addr holds on this path.
func (w *world) load(addr *Term) *Term {
	if m, ok := w.mem[addr.Key()]; ok {
		return m.val
	}
	if addr.Kind == KRef {
		return addr.Args[0]
	}
	if addr.Kind == KField && addr.Args[0].Kind == KFresh {
		// A field of a struct that was copied here as a whole.
		if m, ok := w.mem[addr.Args[0].Key()]; ok && m.val.Kind == KParam {
			return mkProj(m.val, addr.Str)
		}
	}
	return mkLoad(addr)
}

// store writes a cell. What is assumed of its old content stays true: terms speak
// of the time when the function was entered.
func (w *world) store(addr, val *Term) {
	if val.depth() > maxDepth {
		val = &Term{Kind: KFresh, Str: "deep"}
	}
	w.mem[addr.Key()] = binding{addr, val}
}

// remake prepares for an instruction that makes a new value each time it is
// executed: the value that it made before becomes the old one. id is the name
// of the instruction; what a call made within its callee bears it as a prefix.
func (w *world) remake(id string) {
	made := func(t *Term) bool {
		if t.Kind != KFresh || t.N&freshOld != 0 || !strings.HasPrefix(t.Str, id) {
			return false
		}
		rest := t.Str[len(id):]
		return rest == "" || rest[0] == '/' || rest[0] == '#'
	}
	drop := func(t *Term) bool { return strings.Contains(t.Key(), "'"+id) && t.any(made) }
	sub := func(t *Term) *Term {
		if !drop(t) {
			return t
		}
		return t.rewrite(func(x *Term) *Term {
			if !made(x) {
				return nil
			}
			old := *x
			old.N |= freshOld
			old.key = ""
			return &old
		}, mkLoad)
	}
	for i := range w.stack {
		w.stack[i].t = sub(w.stack[i].t)
	}
	for i := range w.trace {
		w.trace[i].T = sub(w.trace[i].T)
	}
	w.dead = slices.DeleteFunc(w.dead, func(e Event) bool { return drop(e.T) })
	w.asm = slices.DeleteFunc(w.asm, func(a assumption) bool { return drop(a.t) })
	w.taint = slices.DeleteFunc(w.taint, drop)
	w.closed = slices.DeleteFunc(w.closed, drop)
	w.closers = slices.DeleteFunc(w.closers, func(c closer) bool { return drop(c.t) })
	for i := range w.spawned {
		w.spawned[i].T = sub(w.spawned[i].T)
	}
	for v, t := range w.env {
		w.env[v] = sub(t)
	}
	for k, m := range w.mem {
		if drop(m.addr) {
			delete(w.mem, k)
		} else if drop(m.val) {
			w.mem[k] = binding{m.addr, sub(m.val)}
		}
	}
	for i := range w.defers {
		d := &w.defers[i]
		if d.fn != nil {
			d.fn = sub(d.fn)
		}
		d.args = slices.Clone(d.args)
		for j := range d.args {
			d.args[j] = sub(d.args[j])
		}
	}
}

// blur notes that anything may have happened to the scopes that are open, and
// to others.
func (w *world) blur() {
	w.blurred = true
	for _, e := range w.stack {
		w.addTaint(e.t)
	}
}

func (w *world) tainted(t *Term) bool {
	k := strip(t).Key()
	for _, x := range w.taint {
		if x.Key() == k {
			return true
		}
	}
	return false
}

func (w *world) addTaint(t *Term) {
	if t = strip(t); !w.tainted(t) {
		w.taint = append(w.taint, t)
	}
}

// prune forgets what cannot matter from block b on.
func (w *world) prune(f *funcInfo, b *ssa.BasicBlock) {
	info := &f.block[b.Index]
	for v := range w.env {
		if !info.live[v] {
			delete(w.env, v)
		}
	}
	w.asm = slices.DeleteFunc(w.asm, func(a assumption) bool {
		if a.key == "" {
			return false
		}
		if a.root != nil && info.live[a.root] {
			return false
		}
		for _, t := range f.tests[a.key] {
			if t == b || info.reach[t.Index] {
				return false
			}
		}
		return true
	})
	w.loops = slices.DeleteFunc(w.loops, func(m loopMark) bool { return !f.inLoop(b, m.header) })
}

// simplify bounds the trace, which callers see, at the end of an iteration: a
// pattern that comes three times is kept twice. Once would be too little: one
// scope closed before the loop and one in it are two.
func (w *world) simplify() {
	for again := true; again; {
		again = false
		for n := 1; n <= 6 && 3*n <= len(w.trace); n++ {
			end := len(w.trace)
			a, b, c := w.trace[end-3*n:end-2*n], w.trace[end-2*n:end-n], w.trace[end-n:]
			equal := func(x, y Event) bool { return x.key() == y.key() }
			if slices.EqualFunc(a, c, equal) && slices.EqualFunc(b, c, equal) && !w.traceOpen(end-n) {
				w.trace = w.trace[:len(w.trace)-n]
				again = true
				break
			}
		}
	}
}

// traceOpen reports whether an open entry's event is at i or after it.
func (w *world) traceOpen(i int) bool {
	for _, e := range w.stack {
		if e.trace >= i {
			return true
		}
	}
	return false
}
