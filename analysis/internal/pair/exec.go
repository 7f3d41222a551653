package pair

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A run explores one function.
type run struct {
	e       *Engine
	f       *funcInfo
	finds   *findings
	sum     *Summary
	steps   int
	quiet   int // >0: trying something out, nothing is reported
	lost    bool
	blurred bool   // a path of it calls code that is not known
	cur     *world // that is being executed

	nest      []*funcInfo     // the function values that are being applied
	inDanger  []*funcInfo     // those that danger looks at
	catch     *[]*world       // where replay wants the worlds in which a call panics
	givesFunc bool            // the path returns a function that is not known: it may close scopes
	panicking bool            // the deferred calls of a panic are being run
	panicAt   site            // of that panic
	unwinding bool            // the same, or of a panic that is only possible
	outcomes  map[string]bool // those that the summary has
	nPanics   int
	seen      []map[string]bool
	made      map[string]bool // ids of instructions that terms mention
	work      []item
}

type item struct {
	b, pred *ssa.BasicBlock
	w       *world
}

// explore computes f's summary and findings, once.
func (e *Engine) explore(f *funcInfo) {
	if f.state != unexplored {
		return
	}
	f.state = exploring
	f.sum = nothing // what a recursive call sees
	if f.fn.Blocks == nil {
		if s := e.imported(f.fn); s != nil {
			f.sum = s
		}
		f.state = explored
		return
	}
	switch need, unknown := e.needsPaths(f.fn); {
	case !need && unknown && !setsCaptured(f.fn):
		f.sum = &Summary{Unknown: true}
		fallthrough
	case !need && !e.isSmall(f.fn) && !setsCaptured(f.fn):
		f.finds = new(findings)
		f.state = explored
		return
	}
	f.prepare()
	r := &run{e: e, f: f, finds: new(findings), sum: new(Summary), made: make(map[string]bool), outcomes: make(map[string]bool)}
	r.seen = make([]map[string]bool, len(f.fn.Blocks))
	for i := range r.seen {
		r.seen[i] = make(map[string]bool)
	}
	r.push(f.fn.Blocks[0], nil, newWorld(e.Spec.Ordered))
	for len(r.work) > 0 {
		if r.steps > maxSteps {
			r.lost = true
			r.finds = new(findings)
			r.finds.gaveUp = true
			break
		}
		it := r.work[len(r.work)-1]
		r.work = r.work[:len(r.work)-1]
		r.step(it)
	}
	if r.lost {
		e.GaveUp = append(e.GaveUp, f.fn)
	}
	if r.lost || r.blurred {
		// Where none of many ways to return leaves a scope open or closes one,
		// the rest is taken to be like them.
		if n := len(r.sum.Outcomes); n >= 8 && !r.sum.touches() {
			r.sum.Outcomes = nothing.Outcomes
		} else {
			r.sum.Outcomes, r.sum.Unknown = nil, true
		}
	}
	if !e.Spec.Ordered && slices.ContainsFunc(r.finds.list, func(x found) bool { return x.kind == foundLoop }) {
		// How many scopes it leaves open cannot be told.
		r.sum.Outcomes, r.sum.Unknown = nil, true
	}
	r.sum.withDanger(e.dangerOf(f.fn))
	f.finds = r.finds
	if !r.sum.Unknown {
		r.settle()
		if r.sum.reduce(); r.sum.Unknown {
			e.GaveUp = append(e.GaveUp, f.fn)
		}
	}
	f.sum = r.sum
	f.state = explored
}

// push schedules block b, unless it was entered with the same world before.
func (r *run) push(b, pred *ssa.BasicBlock, w *world) {
	if pred != nil && !r.crossLoop(w, b, pred) {
		return
	}
	r.bindPhis(w, b, pred)
	w.prune(r.f, b)
	if h := r.f.block[b.Index].loops; len(h) > 0 && slices.Contains(h, b) {
		if !slices.ContainsFunc(w.loops, func(m loopMark) bool { return m.header == b }) {
			w.loops = append(w.loops, loopMark{b, len(w.stack), eventsKey(w.trace)})
		}
	}
	key := w.key()
	if r.seen[b.Index][key] {
		return
	}
	r.seen[b.Index][key] = true
	r.work = append(r.work, item{b, pred, w})
}

// crossLoop checks a back edge: the stack must be what it was at the start of
// the iteration. It reports whether the path is worth following.
func (r *run) crossLoop(w *world, b, pred *ssa.BasicBlock) bool {
	if !b.Dominates(pred) {
		return true
	}
	// A call that the loop defers a fourth time adds nothing new.
	deferredAt := make(map[*ssa.Defer]int)
	for _, d := range w.defers {
		if deferredAt[d.at]++; deferredAt[d.at] > 3 {
			return false
		}
	}
	w.simplify()
	events := make(map[token.Pos]int)
	for _, e := range w.trace {
		if events[e.at.pos]++; events[e.at.pos] > 3 && e.Op == Exit {
			return false // nor does what it closes a fourth time
		}
	}
	r.cur = w
	if w.broken {
		r.settleOrder(w)
		return false
	}
	for _, m := range w.loops {
		if m.header != b {
			continue
		}
		// One more may be right: a flag may say that it was opened. Two are not.
		for i := m.depth; i < len(w.stack); i++ {
			for j := m.depth; j < i; j++ {
				e := w.stack[i]
				if e.at.pos != w.stack[j].at.pos {
					continue
				}
				if w.tainted(e.t) {
					r.lost = true
					return false
				}
				r.finds.add(r, found{kind: foundLoop, entry: e})
				return false
			}
		}
		if r.e.Spec.Ordered && len(w.stack) == m.depth && len(w.trace) > maxTrace {
			return false
		}
	}
	return true
}

// step executes a block.
func (r *run) step(it item) {
	r.steps += 1 + (len(it.w.env)+len(it.w.mem)+len(it.w.trace))/8
	worlds := []*world{it.w}
	for i, instr := range it.b.Instrs {
		var next []*world
		for _, w := range worlds {
			r.cur = w
			next = append(next, r.exec(w, instr)...)
		}
		worlds = next
		if len(worlds) == 0 {
			return
		}
		if len(worlds) > 1 && i%8 == 0 {
			worlds = dedupe(worlds)
		}
		if r.steps += len(worlds) / 8; r.steps > maxSteps {
			r.lost = true
			return
		}
	}
}

func dedupe(ws []*world) []*world {
	seen := make(map[string]bool)
	return slices.DeleteFunc(ws, func(w *world) bool {
		k := w.key()
		if seen[k] {
			return true
		}
		seen[k] = true
		return false
	})
}

// exec executes an instruction and gives the worlds that follow from it.
func (r *run) exec(w *world, instr ssa.Instruction) []*world {
	one := []*world{w}
	switch instr := instr.(type) {
	case *ssa.Phi:
	case *ssa.Alloc:
		r.remake(w, instr)
		elem := instr.Type().(*types.Pointer).Elem()
		if z := zero(elem); z != nil {
			w.mem[r.eval(w, instr).Key()] = binding{r.eval(w, instr), z}
		}
	case *ssa.Store:
		r.store(w, instr)
	case *ssa.MapUpdate:
		r.handOver(w, r.eval(w, instr.Value))
	case *ssa.Send:
		r.handOver(w, r.eval(w, instr.X))
	case *ssa.MakeClosure:
		pos := instr.Pos()
		if fn := instr.Fn.(*ssa.Function); !pos.IsValid() && fn.Parent() != nil {
			pos = fn.Pos()
		}
		r.noteCloser(w, r.eval(w, instr), pos)
	case *ssa.Call:
		return r.call(w, instr)
	case *ssa.Defer:
		return r.deferCall(w, instr)
	case *ssa.Go:
		return r.goCall(w, instr)
	case *ssa.RunDefers:
		return r.runDefers(w)
	case *ssa.Jump:
		r.push(instr.Block().Succs[0], instr.Block(), w)
		return nil
	case *ssa.If:
		r.branch(w, instr)
		return nil
	case *ssa.Return:
		// go/ssa forgets to run what only bodies of loops over iterators defer.
		for _, x := range r.runDefers(w) {
			r.ret(x, instr)
		}
		return nil
	case *ssa.Panic:
		if isPanicStmt(instr) {
			r.panics(w, site{pos: instr.Pos(), in: r.f.fn}, "")
		}
		return nil
	case *ssa.Extract:
		if _, ok := instr.Tuple.(*ssa.Call); !ok {
			r.bind(w, instr) // the results of a call are bound by the call
		}
	case ssa.Value:
		r.bind(w, instr)
	}
	return one
}

// isPanicStmt tells a panic of the program's from those that go/ssa adds: for a
// blocking select, and after calls that do not return.
func isPanicStmt(p *ssa.Panic) bool {
	if !p.Pos().IsValid() {
		return false
	}
	if mi, ok := p.X.(*ssa.MakeInterface); ok {
		if c, ok := mi.X.(*ssa.Const); ok && !mi.Pos().IsValid() && c.Value != nil && c.Value.ExactString() == `"noreturn"` {
			return false
		}
	}
	return true
}

// bind notes the value of an instruction if this path determines it.
func (r *run) bind(w *world, v ssa.Value) {
	delete(w.env, v)
	var rands [10]*ssa.Value
	bound := false
	for _, op := range v.(ssa.Instruction).Operands(rands[:0]) {
		if _, ok := w.env[*op]; ok {
			bound = true
		}
	}
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		if !bound {
			// A new look at a cell that may have changed.
			r.forget(w, v)
		}
		bound = true // the cell may be written before the value is used
	}
	r.remake(w, v)
	if bound {
		w.env[v] = r.eval(w, v)
	}
}

// forget drops what was assumed of a memory cell when the same load is
// executed again, in a loop: the cell may hold something else by now.
func (r *run) forget(w *world, v ssa.Value) {
	if len(w.asm) == 0 || len(r.f.block[v.(ssa.Instruction).Block().Index].loops) == 0 {
		return
	}
	w.asm = slices.DeleteFunc(w.asm, func(a assumption) bool { return a.root == v })
}

func (r *run) store(w *world, s *ssa.Store) {
	addr, val := r.eval(w, s.Addr), r.eval(w, s.Val)
	if _, isConst := s.Val.(*ssa.Const); !isConst && !isFollowed(s.Val.Type()) {
		val = r.fresh(s, 0)
	}
	if addr.Kind != KFresh && addr.Kind != KFree {
		// Out of sight: whoever reads it may call it.
		r.handOver(w, val)
		if r.e.Spec.Local {
			w.addTaint(val)
		}
	}
	if addr.Kind == KIndex && strip(val).Kind == KFresh {
		// An element of a list: other code may close it there.
		r.finds.listed(strip(val))
	}
	if addr.depth() > maxDepth || addr.Kind == KField && !r.e.fields[addr.Str] {
		return
	}
	w.store(addr, val)
	// A struct that is copied brings its fields.
	if val.Kind == KLoad {
		prefix := val.Args[0]
		for _, m := range w.mem {
			if m.addr.Kind == KField && m.addr.Args[0].Key() == prefix.Key() {
				w.mem[mkField(addr, m.addr.Str).Key()] = binding{mkField(addr, m.addr.Str), m.val}
			}
		}
	}
}
