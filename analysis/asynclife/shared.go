package asynclife

import (
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

// sharedResources finds resources that several goroutines enter: literals of go
// statements that capture the same variable, or one go statement in a loop with
// a variable from outside of it. Whether they run at the same time cannot be
// seen, which is why the rule is off by default.
func sharedResources(r *report.Reporter, fn *ssa.Function) {
	first := make(map[ssa.Value]*ssa.Go)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			g, ok := instr.(*ssa.Go)
			if !ok {
				continue
			}
			mc, ok := g.Call.Value.(*ssa.MakeClosure)
			if !ok {
				continue
			}
			for i, bound := range mc.Bindings {
				if !enters(mc.Fn.(*ssa.Function).FreeVars[i]) {
					continue
				}
				alloc, isAlloc := bound.(*ssa.Alloc)
				outside := !isAlloc || !flow.InLoop(alloc.Block())
				if first[bound] != nil || flow.InLoop(b) && outside {
					r.ReportAt(g.Pos(), "sharedresource", "the resource "+mc.Fn.(*ssa.Function).FreeVars[i].Name()+" is entered by more than one goroutine")
				}
				first[bound] = g
			}
		}
	}
}

// enters reports whether the resource in a captured variable is entered.
func enters(v *ssa.FreeVar) bool {
	for _, ref := range *v.Referrers() {
		load, ok := ref.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			c, ok := use.(ssa.CallInstruction)
			if !ok || len(c.Common().Args) == 0 || c.Common().Args[0] != load {
				continue
			}
			switch flow.RT(c.Common()) {
			case "AsyncResource.EmitBefore", "AsyncResource.RunInAsyncScope", "RunInAsyncScope":
				return true
			}
		}
	}
	return false
}
