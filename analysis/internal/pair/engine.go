package pair

import (
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

const (
	maxSteps    = 20000 // blocks executed in one function
	maxOutcomes = 48    // outcomes in a summary
	maxPanics   = 32    // outcomes that panic
	maxTrace    = 32    // events in an outcome
	maxNested   = 8     // function values that call function values
)

// An Engine explores the functions of one package.
type Engine struct {
	Spec     *Spec
	SSA      *ssabuild.SSA
	Fset     *token.FileSet
	Imported func(*types.Func) *Summary // facts; nil: nothing known
	GaveUp   []*ssa.Function            // those past the budget

	infos    map[*ssa.Function]*funcInfo
	relevant map[*ssa.Function]bool
	ids      map[any]string
	dangers  map[*ssa.Function]*danger
	asked    map[*ssa.Alloc]bool    // variables whose danger is being found
	hard     map[*ssa.Function]bool // see hasPanic
	calls    map[*ssa.Function]*callers
	invoked  map[string]bool    // methods that are called through interfaces
	fields   map[string]bool    // names of fields whose content decides something
	adopted  map[token.Pos]bool // scopes that a helper leaves open and a caller closes
	closing  map[token.Pos]bool // calls in helpers that close a caller's scope
	out      map[token.Pos]*Finding
	order    []*Finding
}

// NewEngine makes an engine for a package.
func NewEngine(spec *Spec, code *ssabuild.SSA, fset *token.FileSet, imported func(*types.Func) *Summary) *Engine {
	e := &Engine{
		Spec:     spec,
		SSA:      code,
		Fset:     fset,
		Imported: imported,
		infos:    make(map[*ssa.Function]*funcInfo),
		relevant: make(map[*ssa.Function]bool),
		ids:      make(map[any]string),
		dangers:  make(map[*ssa.Function]*danger),
		asked:    make(map[*ssa.Alloc]bool),
		hard:     make(map[*ssa.Function]bool),
		calls:    make(map[*ssa.Function]*callers),
		invoked:  make(map[string]bool),
		fields:   make(map[string]bool),
		adopted:  make(map[token.Pos]bool),
		closing:  make(map[token.Pos]bool),
		out:      make(map[token.Pos]*Finding),
	}
	e.findCallers()
	e.findRelevant()
	e.findFields()
	return e
}

// Run explores every function that can reach a pair operation and gives what
// is wrong, in source order.
func (e *Engine) Run() []*Finding {
	for _, fn := range e.SSA.Funcs {
		if e.relevant[fn] {
			e.explore(e.info(fn))
		}
	}
	e.judge()
	return e.sorted()
}

// Summaries calls f for the declared functions that callers must know about.
func (e *Engine) Summaries(f func(*types.Func, *Summary)) {
	for _, fn := range e.SSA.Funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok {
			continue
		}
		if !e.relevant[fn] && (!obj.Exported() || !e.Spec.Ordered || !e.isSmall(fn)) {
			if e.Spec.Ordered && obj.Exported() {
				if s := (&Summary{Outcomes: nothing.Outcomes}).withDanger(e.dangerOf(fn)); s.isDangerous() {
					f(obj, s)
				}
			}
			continue
		}
		info := e.info(fn)
		e.explore(info)
		if s := info.sum; s != nil && (s.matters() || s.isDangerous() && e.Spec.Ordered) {
			f(obj, s)
		}
	}
}

func (e *Engine) info(fn *ssa.Function) *funcInfo {
	f := e.infos[fn]
	if f == nil {
		f = &funcInfo{fn: fn, decl: fn}
		for f.decl.Parent() != nil {
			f.decl = f.decl.Parent()
		}
		e.infos[fn] = f
	}
	return f
}

// id names an instruction or function for use in terms.
func (e *Engine) id(x any) string {
	s, ok := e.ids[x]
	if !ok {
		s = strconv.Itoa(len(e.ids))
		e.ids[x] = s
	}
	return s
}

// callers says how a function of the package is used in it.
type callers struct {
	static  []*ssa.Function // functions that call or defer it
	spawned bool            // a go statement or the like starts it
	value   bool            // it is used as a value in some other way
	applied bool            // a call of it was followed
	reached bool            // a path makes a value of it
}

func (e *Engine) callersOf(fn *ssa.Function) *callers {
	c := e.calls[fn]
	if c == nil {
		c = new(callers)
		e.calls[fn] = c
	}
	return c
}

func (e *Engine) findCallers() {
	for _, fn := range e.SSA.Funcs {
		eachInstr(fn, func(instr ssa.Instruction) {
			var callee ssa.Value
			if c, ok := instr.(ssa.CallInstruction); ok && c.Common().IsInvoke() {
				e.invoked[c.Common().Method.Name()] = true
			}
			if c, ok := instr.(ssa.CallInstruction); ok && !c.Common().IsInvoke() {
				callee = c.Common().Value
				if target := body(c.Common().StaticCallee()); target != nil {
					if _, isGo := instr.(*ssa.Go); isGo {
						e.callersOf(target).spawned = true
					} else {
						e.callersOf(target).static = append(e.callersOf(target).static, fn)
					}
				}
			}
			var rands [10]*ssa.Value
			for _, op := range instr.Operands(rands[:0]) {
				if *op == nil || *op == callee {
					continue
				}
				if f, ok := (*op).(*ssa.Function); ok {
					e.useAsValue(instr, f)
				}
			}
		})
	}
}

// useAsValue notes that f is used as a value; a bound method or a thunk stands
// for the method that it calls.
func (e *Engine) useAsValue(instr ssa.Instruction, f *ssa.Function) {
	if c, ok := instr.(ssa.CallInstruction); ok {
		if obj := calleeObj(c.Common().StaticCallee()); obj != nil {
			switch eff := e.Spec.Effect(obj); eff.Op {
			case Spawn, Callback:
				e.callersOf(body(f)).spawned = true
				return
			}
		}
	}
	e.callersOf(body(f)).value = true
	if f.Synthetic != "" {
		eachInstr(f, func(instr ssa.Instruction) {
			if c, ok := instr.(ssa.CallInstruction); ok && c.Common().StaticCallee() != nil {
				e.callersOf(body(c.Common().StaticCallee())).value = true
			}
		})
	}
}

// body is the function whose code runs for fn: the generic function for an
// instance of it.
func body(fn *ssa.Function) *ssa.Function {
	if fn != nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}

func eachInstr(fn *ssa.Function, f func(ssa.Instruction)) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			f(instr)
		}
	}
}

// findRelevant finds the functions that can reach a pair operation.
func (e *Engine) findRelevant() {
	users := make(map[*ssa.Function][]*ssa.Function)
	var work []*ssa.Function
	seen := make(map[*ssa.Function]bool)
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		if seen[fn] {
			return
		}
		seen[fn] = true
		hit := false
		eachInstr(fn, func(instr ssa.Instruction) {
			if c, ok := instr.(ssa.CallInstruction); ok {
				if callee := c.Common().StaticCallee(); callee != nil && e.opens(callee) {
					hit = true
				}
			}
			var rands [10]*ssa.Value
			for _, op := range instr.Operands(rands[:0]) {
				if f, ok := (*op).(*ssa.Function); ok {
					b := body(f)
					users[b] = append(users[b], fn)
					if b.Blocks != nil {
						visit(b)
					}
				}
			}
			if c, ok := instr.(ssa.CallInstruction); ok && c.Common().IsInvoke() {
				hit = hit || e.isOperation(c.Common().Method)
				if m := resolveInvoke(c.Common()); m != nil {
					users[body(m)] = append(users[body(m)], fn)
					if e.opens(m) {
						hit = true
					}
					visit(body(m))
				}
			}
		})
		if hit {
			work = append(work, fn)
		}
	}
	for _, fn := range e.SSA.Funcs {
		visit(fn)
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if e.relevant[fn] {
			continue
		}
		e.relevant[fn] = true
		work = append(work, users[fn]...)
		if fn.Parent() != nil {
			work = append(work, fn.Parent())
		}
	}
}

// findFields finds the fields that are worth following: those that branches
// look at, and those that resources and function values are kept in.
func (e *Engine) findFields() {
	for _, fn := range e.SSA.Funcs {
		if !e.relevant[fn] {
			continue
		}
		eachInstr(fn, func(instr ssa.Instruction) {
			switch instr := instr.(type) {
			case *ssa.If:
				e.fieldsOf(instr.Cond, 0)
			case *ssa.FieldAddr:
				// Others may close what is kept in it.
				if elem := instr.Type().(*types.Pointer).Elem(); e.Spec.Ordered && rtapi.IsType(elem, "AsyncResource") {
					e.fieldsOf(instr, 0)
				}
			case ssa.CallInstruction:
				c := instr.Common()
				if c.IsInvoke() || c.StaticCallee() == nil {
					e.fieldsOf(c.Value, 0)
				} else if e.opens(c.StaticCallee()) || e.relevant[body(c.StaticCallee())] {
					for _, a := range c.Args {
						e.fieldsOf(a, 0)
					}
				}
			}
		})
	}
}

func (e *Engine) fieldsOf(v ssa.Value, depth int) {
	if depth > maxDepth {
		return
	}
	switch x := v.(type) {
	case *ssa.FieldAddr:
		e.fields[fieldName(x.X.Type(), x.Field)] = true
		e.fieldsOf(x.X, depth+1)
	case *ssa.Field:
		e.fields[fieldName(x.X.Type(), x.Field)] = true
		e.fieldsOf(x.X, depth+1)
	case *ssa.UnOp:
		e.fieldsOf(x.X, depth+1)
	case *ssa.BinOp:
		e.fieldsOf(x.X, depth+1)
		e.fieldsOf(x.Y, depth+1)
	case *ssa.MakeInterface:
		e.fieldsOf(x.X, depth+1)
	}
}

// opens reports whether a call of fn is an operation, by the table or by a
// fact.
func (e *Engine) opens(fn *ssa.Function) bool {
	obj := calleeObj(fn)
	if obj == nil || isWrapper(fn) {
		return false
	}
	if e.isOperation(obj) {
		return true
	}
	s := e.imported(fn)
	return s != nil && s.matters()
}

// isOperation reports whether fn opens or closes scopes by the table.
func (e *Engine) isOperation(fn *types.Func) bool {
	switch e.Spec.Effect(fn).Op {
	case Enter, Exit, Destroy, Scope, TryEnter:
		return true
	}
	return false
}

// imported is the fact about a function of another package, or nil.
func (e *Engine) imported(fn *ssa.Function) *Summary {
	obj := calleeObj(fn)
	if obj == nil || body(fn).Blocks != nil || e.Imported == nil {
		return nil
	}
	return e.Imported(obj)
}

// resolveInvoke finds the method that an interface call reaches where the
// value in the interface can be seen.
func resolveInvoke(c *ssa.CallCommon) *ssa.Function {
	v := c.Value
	for range 4 {
		switch x := v.(type) {
		case *ssa.ChangeInterface:
			v = x.X
			continue
		case *ssa.MakeInterface:
			return lookupMethod(x, c)
		}
		break
	}
	return nil
}

func lookupMethod(mi *ssa.MakeInterface, c *ssa.CallCommon) *ssa.Function {
	t := mi.X.Type()
	prog := mi.Parent().Prog
	if types.IsInterface(t) || isTypeParam(t) {
		return nil
	}
	if prog.MethodSets.MethodSet(t).Lookup(c.Method.Pkg(), c.Method.Name()) == nil {
		return nil
	}
	return prog.LookupMethod(t, c.Method.Pkg(), c.Method.Name())
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}
