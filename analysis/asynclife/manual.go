package asynclife

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

// manualLeaks finds resources that only EmitDestroy ends and that only one
// function knows, on a path on which it returns without that. The engine that
// follows scopes follows lives, too. It gives where those were made.
func manualLeaks(r *report.Reporter) map[token.Pos]bool {
	found := make(map[token.Pos]bool)
	lives := pair.Lives(func(c *ssa.CallCommon) bool { return flow.RT(c) == "NewAsyncResource" && requiresDestroy(c.Args[1]) })
	for _, f := range pair.NewEngine(lives, r.Code, r.Pass.Fset, nil).Run() {
		switch f.Slug {
		case "pairleak", "pairloop", "pairclosure":
			if !flow.Entry(f.Func) && (len(f.Closes) > 0 || f.Slug == "pairloop") {
				found[f.Pos] = true
				r.ReportAt(f.Pos, "manualleak", "RequireManualDestroy is set, and EmitDestroy is not called on a path on which the function returns")
			}
		}
	}
	return found
}

// neverEnded finds resources that only EmitDestroy ends, and that nobody ends:
// they never leave the function, and no EmitDestroy is called on them.
func neverEnded(r *report.Reporter, c *ssa.Call, reported map[token.Pos]bool) {
	if reported[c.Pos()] || !requiresDestroy(c.Call.Args[1]) {
		return
	}
	uses := flow.Uses(c)
	for len(uses) > 0 {
		u := uses[0]
		uses = uses[1:]
		if st, ok := u.Instr.(*ssa.Store); ok && st.Val == u.Value {
			more, ok := fieldUses(st)
			if !ok {
				return
			}
			uses = append(uses, more...)
			continue
		}
		call, ok := u.Instr.(ssa.CallInstruction)
		if !ok {
			return // it goes elsewhere
		}
		name := flow.RT(call.Common())
		switch name {
		case "AsyncResource.EmitDestroy", "":
			return
		}
		if args := call.Common().Args; len(args) == 0 || args[0] != u.Value {
			return
		}
	}
	r.ReportAt(c.Pos(), "manualleak", "RequireManualDestroy is set, and EmitDestroy is never called on this resource")
}

// fieldUses gives the uses of what st puts into a field of a struct, such as a
// resource that is embedded there, if nothing but its fields is used of that.
func fieldUses(st *ssa.Store) (uses []flow.Use, ok bool) {
	field, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return nil, false
	}
	object, ok := field.X.(*ssa.Alloc)
	if !ok {
		return nil, false
	}
	for _, ref := range *object.Referrers() {
		other, ok := ref.(*ssa.FieldAddr)
		if !ok {
			return nil, false
		}
		if other.Field != field.Field {
			continue
		}
		for _, use := range *other.Referrers() {
			if use == ssa.Instruction(st) {
				continue
			}
			load, ok := use.(*ssa.UnOp)
			if !ok || load.Op != token.MUL {
				return nil, false
			}
			uses = append(uses, flow.Uses(load)...)
		}
	}
	return uses, true
}

// requiresDestroy reports whether options certainly have RequireManualDestroy:
// what opts points to is made here and set to a literal, field by field or as
// a whole.
func requiresDestroy(opts ssa.Value) bool {
	alloc, ok := opts.(*ssa.Alloc)
	if !ok {
		return false
	}
	yes := false
	for _, ref := range *alloc.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			lit, ok := ref.Val.(*ssa.UnOp)
			if ref.Addr != alloc || !ok || lit.Op != token.MUL || !requiresDestroy(lit.X) {
				return false
			}
			yes = true
		case *ssa.FieldAddr:
			field := ref.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).Field(ref.Field)
			if field.Name() != "RequireManualDestroy" {
				continue
			}
			for _, use := range *ref.Referrers() {
				st, ok := use.(*ssa.Store)
				if !ok {
					continue
				}
				k, isConst := st.Val.(*ssa.Const)
				if !isConst || !constant.BoolVal(k.Value) {
					return false
				}
				yes = true
			}
		}
	}
	return yes
}
