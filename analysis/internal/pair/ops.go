package pair

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// An Op is what a call does to scopes.
type Op uint8

const (
	NoOp     Op = iota
	Enter       // opens a scope of its receiver
	Exit        // closes the scope of its receiver
	Destroy     // ends its receiver
	Scope       // calls its function argument in a scope of its receiver
	Call        // calls its function argument here and now
	Callback    // its function argument runs some other time, in a scope of the receiver
	Spawn       // its function argument runs on another goroutine; in a summary, T does
	New         // makes a resource
	TryEnter    // like Enter if the result is true
	Inert       // does nothing that matters here
	Use         // in a summary: a scope of the resource was opened and closed
	Later       // in a summary: the function around the loop defers a call
)

// An Effect is an operation and the places of its operands among the
// arguments, the receiver being argument 0; -1: none.
type Effect struct {
	Op       Op
	Recv     int
	Fn       int
	Class    string // only operations of one class match
	Returns  bool   // the result is the receiver
	Once     bool   // entering what is entered already does nothing
	Destroys bool   // an ended receiver is an error
	First    bool   // of a Call: only the first call for a receiver calls the function
}

// A Spec tells the engine which calls pair.
type Spec struct {
	Ordered bool // scopes close in the reverse order
	Local   bool // only resources that the function made itself are followed
	Effect  func(*types.Func) Effect
	Makes   func(*ssa.CallCommon) bool // of a New: its result is entered
	Enter   string                     // names of the two halves, for messages
	Exit    string
}

// rtEffects is what package rt's functions do.
var rtEffects = map[string]Effect{
	"AsyncResource.EmitBefore":      {Op: Enter, Recv: 0, Fn: -1, Returns: true, Destroys: true},
	"AsyncResource.EmitAfter":       {Op: Exit, Recv: 0, Fn: -1, Returns: true},
	"AsyncResource.EmitDestroy":     {Op: Destroy, Recv: 0, Fn: -1, Returns: true},
	"AsyncResource.RunInAsyncScope": {Op: Scope, Recv: 0, Fn: 1, Destroys: true},
	"RunInAsyncScope":               {Op: Scope, Recv: 0, Fn: 1, Destroys: true},
	"AsyncResource.Bind":            {Op: Callback, Recv: 0, Fn: 1, Destroys: true},
	"BindTo":                        {Op: Callback, Recv: 0, Fn: 1, Destroys: true},
	"BindAsync":                     {Op: Callback, Recv: -1, Fn: 1},
	"Bind":                          {Op: Inert, Recv: -1, Fn: -1},
	"AsyncLocalStorage.Run":         {Op: Call, Recv: -1, Fn: 2},
	"AsyncLocalStorage.Exit":        {Op: Call, Recv: -1, Fn: 1},
	"Run":                           {Op: Call, Recv: -1, Fn: 2},
	"Exit":                          {Op: Call, Recv: -1, Fn: 1},
	"Go":                            {Op: Spawn, Recv: -1, Fn: 0},
	"OnExit":                        {Op: Callback, Recv: -1, Fn: 0},
	"NewAsyncResource":              {Op: New, Recv: -1, Fn: -1},
	"CreateHook":                    {Op: New, Recv: -1, Fn: -1},
}

// stdEffects is what happens to a function given to the standard library and
// its nearest relatives.
var stdEffects = map[string]Effect{
	"time.AfterFunc":                                 {Op: Spawn, Recv: -1, Fn: 1},
	"context.AfterFunc":                              {Op: Spawn, Recv: -1, Fn: 1},
	"(*sync.WaitGroup).Go":                           {Op: Spawn, Recv: -1, Fn: 1},
	"(*sync.Once).Do":                                {Op: Call, Recv: 0, Fn: 1, First: true},
	"(*golang.org/x/sync/errgroup.Group).Go":         {Op: Spawn, Recv: -1, Fn: 1},
	"(*golang.org/x/sync/errgroup.Group).TryGo":      {Op: Spawn, Recv: -1, Fn: 1},
	"(*testing.T).Run":                               {Op: Spawn, Recv: -1, Fn: 2},
	"(*testing.B).Run":                               {Op: Spawn, Recv: -1, Fn: 2},
	"runtime/pprof.Do":                               {Op: Call, Recv: -1, Fn: 2},
	"net/http.HandleFunc":                            {Op: Spawn, Recv: -1, Fn: 1},
	"(*net/http.ServeMux).HandleFunc":                {Op: Spawn, Recv: -1, Fn: 2},
	"testing/synctest.Test":                          {Op: Spawn, Recv: -1, Fn: 1},
	"runtime.AddCleanup":                             {Op: Spawn, Recv: -1, Fn: 1},
	"runtime.SetFinalizer":                           {Op: Spawn, Recv: -1, Fn: 1},
	"(*golang.org/x/sync/singleflight.Group).DoChan": {Op: Spawn, Recv: -1, Fn: 2},
	"(*golang.org/x/sync/singleflight.Group).Do":     {Op: Call, Recv: -1, Fn: 2},
}

// Scopes is the pairing of EmitBefore and EmitAfter.
var Scopes = &Spec{
	Ordered: true,
	Enter:   "EmitBefore",
	Exit:    "EmitAfter",
	Effect: func(fn *types.Func) Effect {
		if rtapi.IsPkg(fn.Pkg()) {
			if e, ok := rtEffects[rtapi.Func(fn)]; ok {
				return e
			}
			return Effect{Op: Inert, Recv: -1, Fn: -1}
		}
		if e, ok := rtEffects["AsyncResource."+fn.Name()]; ok && isHalf(fn) {
			return e
		}
		return stdEffect(fn)
	},
}

// isHalf reports whether fn is a method of an interface, or of the constraint
// of a type parameter, that package rt's resources have: EmitBefore and its
// like give a *rt.AsyncResource, which is no accident.
func isHalf(fn *types.Func) bool {
	sig := fn.Signature()
	if sig.Recv() == nil || !types.IsInterface(sig.Recv().Type()) || sig.Params().Len() != 0 || sig.Results().Len() != 1 {
		return false
	}
	p, ok := types.Unalias(sig.Results().At(0).Type()).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && rtapi.IsPkg(named.Obj().Pkg()) && named.Obj().Name() == "AsyncResource"
}

// unordered pairs operations that need not nest, on objects that the function
// made. contained: what is entered in a scope ends with the scope.
func unordered(enter, exit string, contained bool, effects map[string]Effect) *Spec {
	return &Spec{
		Local: true,
		Enter: enter,
		Exit:  exit,
		Effect: func(fn *types.Func) Effect {
			if rtapi.IsPkg(fn.Pkg()) {
				if e, ok := effects[rtapi.Func(fn)]; ok {
					return e
				}
				e := rtEffects[rtapi.Func(fn)]
				switch {
				case e.Op == New || e.Op == Spawn:
					return e
				case contained:
					// What is set in a scope ends with it.
				case e.Op == Call || e.Op == Callback || e.Op == Scope:
					if e.Op == Scope {
						e.Op = Call
					}
					e.Destroys = false
					return e
				}
				return Effect{Op: Inert, Recv: -1, Fn: -1}
			}
			return stdEffect(fn)
		},
	}
}

// Hooks is the pairing of a hook's Enable and Disable.
var Hooks = unordered("Enable", "Disable", false, map[string]Effect{
	"AsyncHook.Enable":  {Op: Enter, Recv: 0, Fn: -1, Returns: true, Once: true},
	"AsyncHook.Disable": {Op: Exit, Recv: 0, Fn: -1, Returns: true, Once: true},
})

// Stores is the pairing of a local storage's EnterWith and Disable.
var Stores = unordered("EnterWith", "Disable", true, map[string]Effect{
	"AsyncLocalStorage.EnterWith": {Op: Enter, Recv: 0, Fn: -1, Once: true},
	"AsyncLocalStorage.Disable":   {Op: Exit, Recv: 0, Fn: -1, Once: true},
	"NewAsyncLocalStorage":        {Op: New, Recv: -1, Fn: -1},
})

// Lives is the pairing of the making of a resource with its EmitDestroy, for
// those of which made is true.
func Lives(made func(*ssa.CallCommon) bool) *Spec {
	s := unordered("NewAsyncResource", "EmitDestroy", false, map[string]Effect{
		"AsyncResource.EmitDestroy": {Op: Exit, Recv: 0, Fn: -1, Returns: true},
		"AsyncResource.EmitBefore":  {Op: Inert, Recv: 0, Fn: -1, Returns: true},
		"AsyncResource.EmitAfter":   {Op: Inert, Recv: 0, Fn: -1, Returns: true},
	})
	s.Makes = made
	return s
}

// Mutexes is the pairing of Lock and Unlock, to try the engine on code that
// everyone knows. It is no check of ours.
var Mutexes = &Spec{
	Enter: "Lock",
	Exit:  "Unlock",
	Effect: func(fn *types.Func) Effect {
		switch fn.FullName() {
		case "(*sync.Mutex).Lock", "(*sync.RWMutex).Lock":
			return Effect{Op: Enter, Recv: 0, Fn: -1}
		case "(*sync.Mutex).Unlock", "(*sync.RWMutex).Unlock":
			return Effect{Op: Exit, Recv: 0, Fn: -1}
		case "(*sync.RWMutex).RLock":
			return Effect{Op: Enter, Recv: 0, Fn: -1, Class: "R"}
		case "(*sync.RWMutex).RUnlock":
			return Effect{Op: Exit, Recv: 0, Fn: -1, Class: "R"}
		case "(*sync.Mutex).TryLock", "(*sync.RWMutex).TryLock":
			return Effect{Op: TryEnter, Recv: 0, Fn: -1}
		case "(*sync.RWMutex).TryRLock":
			return Effect{Op: TryEnter, Recv: 0, Fn: -1, Class: "R"}
		}
		return stdEffect(fn)
	},
}

func stdEffect(fn *types.Func) Effect {
	if e, ok := stdEffects[fn.FullName()]; ok {
		return e
	}
	return Effect{Recv: -1, Fn: -1}
}

// calleeObj is the declared function that a call statically reaches, or nil.
func calleeObj(fn *ssa.Function) *types.Func {
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if fn.Synthetic != "" && fn.Pkg == nil && fn.Blocks != nil && fn.Object() == nil {
		return nil
	}
	obj, _ := fn.Object().(*types.Func)
	if obj == nil {
		return nil
	}
	return obj.Origin()
}
