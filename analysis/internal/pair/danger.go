package pair

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// A danger is what in a function can be seen to panic: a panic statement, a type
// assertion without ok, a call of code that is only known at run time. That an
// index may be out of range or a pointer nil is not held against it.
type danger struct {
	soft string // what may panic, other than a panic statement; empty: nothing
	hard string // a panic statement, here or in what is called
	// given are the functions that it is given and calls: parameter i, or -1-i for
	// captured variable i. Whether those panic, its callers know.
	given []int
}

func (d *danger) add(x danger) {
	if d.soft == "" {
		d.soft = x.soft
	}
	if d.hard == "" {
		d.hard = x.hard
	}
	for _, g := range x.given {
		d.calls(g)
	}
}

func (d *danger) calls(given int) {
	if !slices.Contains(d.given, given) {
		d.given = append(d.given, given)
	}
}

// dangerOf finds what in fn may panic.
func (e *Engine) dangerOf(fn *ssa.Function) *danger {
	fn = body(fn)
	if d := e.dangers[fn]; d != nil {
		return d
	}
	d := new(danger)
	e.dangers[fn] = new(danger) // what a recursive call adds is nothing new
	eachInstr(fn, func(instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.Defer, *ssa.Call:
			d.add(e.callDanger(fn, instr.(ssa.CallInstruction).Common()))
		case *ssa.Panic:
			if isPanicStmt(instr) {
				d.add(danger{hard: "a panic statement"})
			}
		case *ssa.TypeAssert:
			if !instr.CommaOk && instr.Pos().IsValid() {
				d.add(danger{soft: "a type assertion"})
			}
		}
	})
	if recovers(fn) {
		*d = danger{}
	}
	e.dangers[fn] = d
	return d
}

// callDanger is the danger of a call in fn.
func (e *Engine) callDanger(fn *ssa.Function, c *ssa.CallCommon) danger {
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return danger{}
	}
	if c.IsInvoke() {
		if m := resolveInvoke(c); m != nil {
			return e.calleeDanger(fn, m, nil, nil)
		}
		if isStd(c.Method.Pkg()) && !callsBack(c.Method) || isHalf(c.Method) {
			return danger{}
		}
		return danger{soft: "a call of an interface method"}
	}
	callee := c.StaticCallee()
	if callee == nil {
		return e.valueDanger(fn, c.Value)
	}
	if body(callee).Blocks != nil {
		var binds []ssa.Value
		if mc, ok := c.Value.(*ssa.MakeClosure); ok {
			binds = mc.Bindings
		}
		return e.calleeDanger(fn, callee, c.Args, binds)
	}
	obj := calleeObj(callee)
	if obj == nil || rtapi.IsPkg(obj.Pkg()) {
		return e.literalsDanger(fn, c.Args)
	}
	if isMust(obj.Name()) {
		return danger{soft: "a call of " + obj.Name()}
	}
	if s := e.fact(obj); s != nil {
		return e.rename(fn, &danger{soft: s.Soft, hard: s.Hard, given: s.Given}, "a call of "+obj.Name(), c.Args, nil)
	}
	return e.literalsDanger(fn, c.Args)
}

// isMust reports whether a function panics by convention.
func isMust(name string) bool {
	rest, ok := strings.CutPrefix(name, "Must")
	return ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z')
}

// calleeDanger is the danger of a callee of this package, as fn that calls it
// with these arguments and captured variables has it.
func (e *Engine) calleeDanger(fn, callee *ssa.Function, args, binds []ssa.Value) danger {
	return e.rename(fn, e.dangerOf(callee), "a call of "+plainName(callee), args, binds)
}

// rename gives the danger of a callee in terms of its caller fn.
func (e *Engine) rename(fn *ssa.Function, of *danger, what string, args, binds []ssa.Value) danger {
	d := danger{soft: of.soft, hard: of.hard}
	for _, g := range of.given {
		var x danger
		switch {
		case g >= 0 && g < len(args):
			x = e.valueDanger(fn, args[g])
		case g < 0 && -1-g < len(binds):
			x = e.cellDanger(fn, binds[-1-g])
		}
		if x.soft != "" {
			x.soft = what
		}
		d.add(x)
	}
	return d
}

// literalsDanger is that of code which cannot be seen: it calls the literals and
// functions that it is given.
func (e *Engine) literalsDanger(fn *ssa.Function, args []ssa.Value) danger {
	var d danger
	for _, a := range args {
		switch a.(type) {
		case *ssa.MakeClosure, *ssa.Function:
			d.add(e.valueDanger(fn, a))
		}
	}
	return d
}

// valueDanger is that of calling the function value v in fn.
func (e *Engine) valueDanger(fn *ssa.Function, v ssa.Value) danger {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return e.valueDanger(fn, v.X)
	case *ssa.MakeClosure:
		return e.calleeDanger(fn, v.Fn.(*ssa.Function), nil, v.Bindings)
	case *ssa.Function:
		if body(v).Blocks == nil {
			if s := e.fact(calleeObj(v)); s != nil && s.Soft+s.Hard != "" {
				return danger{soft: "a call of " + v.Name()}
			}
			return danger{}
		}
		return e.calleeDanger(fn, v, nil, nil)
	case *ssa.Const:
		return danger{} // nil, which is not called
	case *ssa.Parameter:
		if i := slices.Index(fn.Params, v); i >= 0 {
			return danger{given: []int{i}}
		}
	case *ssa.UnOp:
		switch v.X.(type) {
		case *ssa.Alloc, *ssa.FreeVar:
			return e.cellDanger(fn, v.X)
		}
	}
	if fromStd(v) {
		return danger{}
	}
	return danger{soft: "a call of a function value"}
}

// cellDanger is that of calling what a variable of fn, or one that it captures,
// holds. Where it is assigned to more than once, what it holds is found where it
// is called with its value known.
func (e *Engine) cellDanger(fn *ssa.Function, cell ssa.Value) danger {
	switch cell := cell.(type) {
	case *ssa.FreeVar:
		if i := slices.Index(fn.FreeVars, cell); i >= 0 {
			return danger{given: []int{-1 - i}}
		}
	case *ssa.Alloc:
		if e.asked[cell] {
			return danger{} // a literal that calls itself by this variable
		}
		if val := onlyStore(cell); val != nil {
			e.asked[cell] = true
			defer delete(e.asked, cell)
			return e.valueDanger(fn, val)
		}
	}
	return danger{}
}

// onlyStore is the one value that a variable is ever given, or nil.
func onlyStore(cell *ssa.Alloc) ssa.Value {
	var val ssa.Value
	n := 0
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == cell {
				val = ref.Val
				n++
			}
		case *ssa.MakeClosure:
			if setsCaptured(ref.Fn.(*ssa.Function)) {
				return nil
			}
		}
	}
	if n != 1 {
		return nil
	}
	return val
}

// fact is what is known of a function of another package, or nil.
func (e *Engine) fact(obj *types.Func) *Summary {
	if obj == nil || e.Imported == nil {
		return nil
	}
	return e.Imported(obj)
}

// targetDanger says what in a call may panic, or "". What panics by a panic
// statement in a function that was explored is found where its outcomes are
// applied, and not said here.
func (r *run) targetDanger(w *world, t *target, at site) string {
	switch t.eff.Op {
	case NoOp:
	case Call, Scope:
		if t.eff.Fn < len(t.args) {
			return r.danger(w, t.args[t.eff.Fn], nil, false)
		}
		return ""
	default:
		return ""
	}
	switch {
	case t.fn == nil:
		if t.obj != nil && t.std && !callsBack(t.obj) {
			return ""
		}
		return "a call of method " + t.name + " of an interface"
	case t.fn.Kind != KFunc:
		if t.std && t.obj == nil {
			return r.dangerOfArgs(w, t.args)
		}
		return "a call of a function value"
	case t.fn.fn != nil && t.fn.fn.fn.Blocks != nil:
		return r.danger(w, t.fn, t.args, false)
	}
	return r.outsideDanger(w, t, at)
}

// danger says what in a call of fn may panic, or "". hard: panic statements count
// even where the outcomes of fn are known.
func (r *run) danger(w *world, fn *Term, args []*Term, hard bool) string {
	fn = strip(fn)
	if fn.Kind == KConst {
		return ""
	}
	if fn.Kind != KFunc {
		return "a call of a function value"
	}
	if fn.fn == nil {
		if s := fn.Sum; s != nil && (s.Soft != "" || s.Hard != "" && !s.panics()) {
			return "a call of " + fn.Str
		}
		return ""
	}
	what := "a call of " + plainName(fn.fn.fn)
	d := r.e.dangerOf(fn.fn.fn)
	known := fn.fn.state == explored && fn.fn.sum != nothing && !fn.fn.sum.Unknown
	if d.soft != "" || d.hard != "" && (hard || !known) {
		return what
	}
	if slices.Contains(r.inDanger, fn.fn) {
		return ""
	}
	r.inDanger = append(r.inDanger, fn.fn)
	defer func() { r.inDanger = r.inDanger[:len(r.inDanger)-1] }()
	for _, g := range d.given {
		if why := r.givenDanger(w, g, args, fn.Args, hard || !known); why != "" {
			return what
		}
	}
	return ""
}

// givenDanger is that of a function which a callee is given.
func (r *run) givenDanger(w *world, g int, args, free []*Term, hard bool) string {
	switch {
	case g >= 0 && g < len(args):
		return r.danger(w, args[g], nil, hard)
	case g < 0 && -1-g < len(free):
		if x := strip(w.load(free[-1-g])); x.Kind == KFunc || x.external() {
			return r.danger(w, x, nil, hard)
		}
	}
	return ""
}

// outsideDanger judges a function whose code is not in this package: what the
// facts say, the conventional Must, and the functions that it is given.
func (r *run) outsideDanger(w *world, t *target, at site) string {
	if t.obj == nil {
		return ""
	}
	what := "a call of " + t.obj.Name()
	if isMust(t.obj.Name()) {
		return what
	}
	s := r.e.fact(t.obj)
	if s == nil {
		return r.dangerOfArgs(w, t.args)
	}
	if s.Soft != "" || s.Hard != "" && !s.panics() {
		return what
	}
	if s.panics() && slices.ContainsFunc(s.Outcomes, func(o Outcome) bool { return o.Panics && !o.passesOn() && r.allow(w.clone(), &o, t.args, nil, at) }) {
		return what
	}
	for _, g := range s.Given {
		if r.givenDanger(w, g, t.args, nil, !s.matters()) != "" {
			return what
		}
	}
	return ""
}

// dangerOfArgs says what may panic in the functions that a call is given.
func (r *run) dangerOfArgs(w *world, args []*Term) string {
	for _, a := range args {
		if a = strip(a); a.Kind == KFunc {
			if why := r.danger(w, a, nil, true); why != "" {
				return why
			}
		}
	}
	return ""
}

func plainName(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return "a function literal"
	}
	return fn.Name()
}

// fromStd reports whether v is a function that the standard library has given:
// an iterator, or what ends a context. Those do not panic of themselves.
func fromStd(v ssa.Value) bool {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	c, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	obj := calleeObj(c.Call.StaticCallee())
	return obj != nil && isStd(obj.Pkg())
}

// callsBack reports whether a method of the standard library's interfaces is
// one that programs implement to be called.
func callsBack(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil || fn.Pkg() == nil {
		return false
	}
	named, _ := types.Unalias(recv.Type()).(*types.Named)
	return named != nil && stdCallsBack[fn.Pkg().Path()+"."+named.Obj().Name()]
}
