package pair

import (
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// eval gives the term for v on the path that led to w. What w does not bind is
// evaluated from its operands; phis, loads and calls that were worth knowing
// are bound when they are executed.
func (r *run) eval(w *world, v ssa.Value) *Term { return r.evalAt(w, v, 0) }

func (r *run) evalAt(w *world, v ssa.Value, depth int) *Term {
	if t, ok := w.env[v]; ok {
		return t
	}
	if depth > maxDepth {
		return r.opaque(v)
	}
	sub := func(x ssa.Value) *Term { return r.evalAt(w, x, depth+1) }
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil && !isNilable(v.Type()) {
			return &Term{Kind: KConst, Str: "zero " + v.Type().String()}
		}
		return mkConst(v.Value)
	case *ssa.Parameter:
		for i, p := range r.f.fn.Params {
			if p == v {
				return &Term{Kind: KParam, N: i}
			}
		}
	case *ssa.FreeVar:
		for i, p := range r.f.fn.FreeVars {
			if p == v {
				return &Term{Kind: KFree, N: i}
			}
		}
	case *ssa.Global:
		t := &Term{Kind: KGlobal, Str: v.RelString(nil)}
		if types.Identical(v.Type().(*types.Pointer).Elem(), types.Universe.Lookup("error").Type()) {
			t.Tag = "error"
		}
		return t
	case *ssa.Function:
		return r.funcTerm(v, nil)
	case *ssa.Alloc:
		return r.fresh(v, freshNew|freshNonNil)
	case *ssa.FieldAddr:
		return mkField(sub(v.X), fieldName(v.X.Type(), v.Field))
	case *ssa.Field:
		return r.project(w, sub(v.X), fieldName(v.X.Type(), v.Field))
	case *ssa.IndexAddr:
		return &Term{Kind: KIndex, Args: []*Term{sub(v.X), sub(v.Index)}}
	case *ssa.Index:
		return mkProj(sub(v.X), "["+sub(v.Index).Key()+"]")
	case *ssa.UnOp:
		switch v.Op {
		case token.NOT:
			return mkNot(sub(v.X))
		case token.MUL:
			return w.load(sub(v.X))
		}
	case *ssa.BinOp:
		t := mkBin(v.Op, sub(v.X), sub(v.Y))
		if b, ok := v.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 {
			return unsigned(t)
		}
		return t
	case *ssa.ChangeType:
		return sub(v.X)
	case *ssa.ChangeInterface:
		return sub(v.X)
	case *ssa.MakeInterface:
		x := sub(v.X)
		if hasScopes(v.Type()) {
			x = embedded(w, x, v.X.Type())
		}
		return mkIface(x)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return sub(v.X)
		}
	case *ssa.Convert:
		return sub(v.X)
	case *ssa.Extract:
		if ta, ok := v.Tuple.(*ssa.TypeAssert); ok && v.Index == 0 {
			return sub(ta.X)
		}
		if lk, ok := v.Tuple.(*ssa.Lookup); ok {
			return mkProj(&Term{Kind: KIndex, Args: []*Term{sub(lk.X), sub(lk.Index)}}, strconv.Itoa(v.Index))
		}
		return r.fresh(v, 0)
	case *ssa.Slice:
		if isPointer(v.X.Type()) && v.Low == nil && v.High == nil {
			return sub(v.X) // the arguments of a variadic function
		}
	case *ssa.Lookup:
		if !v.CommaOk {
			return mkProj(&Term{Kind: KIndex, Args: []*Term{sub(v.X), sub(v.Index)}}, "0")
		}
	case *ssa.MakeClosure:
		binds := make([]*Term, len(v.Bindings))
		for i, b := range v.Bindings {
			binds[i] = sub(b)
		}
		return r.funcTerm(v.Fn.(*ssa.Function), binds)
	case *ssa.Call:
		return r.callTerm(w, v, depth)
	case *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
		return r.fresh(v, freshNew|freshNonNil)
	}
	return r.opaque(v)
}

// callTerm is the result of a call of which nothing better is known.
func (r *run) callTerm(w *world, v *ssa.Call, depth int) *Term {
	key, args, ok := pureCall(&v.Call)
	tag := ""
	if !ok {
		if obj := calleeObj(v.Call.StaticCallee()); obj != nil {
			tag = obj.FullName()
			args = v.Call.Args
		} else if v.Call.IsInvoke() {
			tag = v.Call.Method.FullName()
			args = append([]ssa.Value{v.Call.Value}, v.Call.Args...)
		}
	}
	var ts []*Term
	if depth+len(args) < maxDepth {
		for _, a := range args {
			ts = append(ts, r.evalAt(w, a, depth+1))
		}
	} else {
		ok = false
	}
	if ok && (key == "len" || key == "cap") && ts[0].Key() == termNil.Key() {
		return &Term{Kind: KConst, Str: "Int:0"}
	}
	if ok {
		return &Term{Kind: KCall, Str: key, Args: ts}
	}
	t := r.fresh(v, 0)
	if tag != "" {
		for _, a := range ts {
			tag += "," + a.Key()
		}
		c := *t
		c.Tag = tag
		t = &c
	}
	return t
}

func (r *run) fresh(v any, flags int) *Term {
	id := r.e.id(v)
	r.made[id] = true
	return &Term{Kind: KFresh, Str: id, N: flags}
}

func (r *run) opaque(v ssa.Value) *Term { return r.fresh(v, 0) }

func (r *run) funcTerm(fn *ssa.Function, binds []*Term) *Term {
	t := &Term{Kind: KFunc, Str: fn.String(), Args: binds, fn: r.e.info(body(fn))}
	r.e.callersOf(body(fn)).reached = true
	if b := body(fn); b.Blocks == nil || r.e.mayMatter(b) {
		r.e.explore(t.fn)
	} else if t.fn.sum == nil {
		t.fn.sum = nothing
	}
	return t
}

// project gives component name of the struct value t.
func (r *run) project(w *world, t *Term, name string) *Term {
	if t.Kind == KLoad {
		return w.load(mkField(t.Args[0], name))
	}
	return mkProj(t, name)
}

// bindPhis enters block b from pred.
func (r *run) bindPhis(w *world, b, pred *ssa.BasicBlock) {
	if pred == nil {
		return
	}
	k := -1
	for i, p := range b.Preds {
		if p == pred {
			k = i
		}
	}
	type phiVal struct {
		phi *ssa.Phi
		t   *Term
	}
	var vals []phiVal
	for _, instr := range b.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		vals = append(vals, phiVal{phi, r.phiTerm(w, phi, phi.Edges[k])})
	}
	for _, p := range vals {
		r.remake(w, p.phi)
	}
	for _, p := range vals {
		if p.t == nil {
			delete(w.env, p.phi)
		} else {
			w.env[p.phi] = p.t
		}
	}
}

// phiTerm is what a phi is worth: constants and references. Numbers that are
// computed are not followed: loops would never end.
func (r *run) phiTerm(w *world, phi *ssa.Phi, edge ssa.Value) *Term {
	if _, ok := edge.(*ssa.Const); ok {
		return r.eval(w, edge)
	}
	if !isFollowed(phi.Type()) {
		if from, ok := edge.(*ssa.Phi); ok && isState(from) {
			if t := r.eval(w, edge); t.Kind == KConst {
				return t
			}
		}
		return nil
	}
	t := r.eval(w, edge)
	if t.depth() > maxDepth || t.mentions(r.opaque(phi).Key()) {
		// A list that is walked: p = p.next.
		return nil
	}
	return t
}

// isFollowed reports whether values of type t are worth knowing.
func isFollowed(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsBoolean != 0
	case *types.Pointer, *types.Interface, *types.Signature, *types.Chan, *types.Map, *types.Struct:
		return true
	}
	return false
}

// hasScopes reports whether a type that is an interface, or a type parameter, has
// the methods of a resource.
func hasScopes(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range i.Methods() {
		if m.Name() == "EmitBefore" || m.Name() == "EmitAfter" || m.Name() == "EmitDestroy" {
			return true
		}
	}
	return false
}

// embedded gives the resource that is embedded in x, or in what is embedded in it,
// whose methods x has as an interface or the argument for a type parameter; x
// itself if there is none.
func embedded(w *world, x *Term, t types.Type) *Term {
	if rtapi.IsType(t, "AsyncResource") {
		return x
	}
	if res := w.embedded(x, t, 0); res != nil {
		return res
	}
	return x
}

func (w *world) embedded(x *Term, t types.Type, depth int) *Term {
	ptr, isPtr := t.Underlying().(*types.Pointer)
	if isPtr {
		t = ptr.Elem()
	}
	s, isStruct := t.Underlying().(*types.Struct)
	if !isStruct || depth > 4 {
		return nil
	}
	// field gives the address of a field, if x has one, and what it holds.
	field := func(name string) (addr, val *Term) {
		switch {
		case isPtr:
			addr = mkField(x, name)
		case x.Kind == KLoad:
			addr = mkField(x.Args[0], name)
		default:
			return nil, mkProj(x, name)
		}
		return addr, w.load(addr)
	}
	for f := range s.Fields() {
		if f.Embedded() && rtapi.IsType(f.Type(), "AsyncResource") {
			addr, val := field(f.Name())
			if addr != nil && !isPointer(f.Type()) {
				return addr
			}
			return val
		}
	}
	for f := range s.Fields() {
		if !f.Embedded() || types.IsInterface(f.Type()) {
			continue
		}
		addr, val := field(f.Name())
		inner, of := val, f.Type()
		if addr != nil && !isPointer(of) {
			inner, of = addr, types.NewPointer(of)
		}
		if res := w.embedded(inner, of, depth+1); res != nil {
			return res
		}
	}
	return nil
}

func isNilable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.UntypedNil
	case *types.Struct, *types.Array:
		return false
	}
	return true
}

// remake makes room for a new value of v.
func (r *run) remake(w *world, v ssa.Value) {
	if len(r.f.block[v.(ssa.Instruction).Block().Index].loops) == 0 {
		return // executed once
	}
	if id := r.e.id(v); r.made[id] {
		w.remake(id)
	}
	if _, ok := v.(*ssa.Call); ok {
		if id := r.e.id(v.Pos()); r.made[id] {
			w.remake(id)
		}
	}
}

// zero is the zero value of a type, if it is worth knowing.
func zero(t types.Type) *Term {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return termFalse
		case u.Info()&types.IsInteger != 0:
			return &Term{Kind: KConst, Str: "Int:0"}
		}
	case *types.Pointer, *types.Interface, *types.Signature, *types.Chan, *types.Map, *types.Slice:
		return termNil
	}
	return nil
}
