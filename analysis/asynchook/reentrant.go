package asynchook

import (
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/hooks"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

// fires says which callbacks a call of package rt causes, and through which
// the callback could come to call itself.
var fires = map[string][]string{
	"NewAsyncResource":              {"Init"},
	"BindAsync":                     {"Init"},
	"Go":                            {"Init"},
	"AsyncResource.EmitBefore":      {"Before"},
	"AsyncResource.EmitAfter":       {"After"},
	"AsyncResource.RunInAsyncScope": {"Before", "After"},
	"RunInAsyncScope":               {"Before", "After"},
	"AsyncResource.EmitDestroy":     {"Destroy"},
}

// reentrant finds callbacks that fire their own hook again on every path, in
// one step or through each other: they would never end. A branch may prevent
// that, so what is not on every path is not reported.
func reentrant(r *report.Reporter, h *hooks.Hook) {
	type edge struct {
		to    string
		instr ssa.Instruction
	}
	edges := make(map[string][]edge)
	for name, fn := range h.Callbacks {
		flow.Reach(fn, func(path []flow.Step, instr ssa.Instruction) bool {
			c, ok := instr.(*ssa.Call)
			if !ok || !always(path, instr) {
				return true
			}
			for _, to := range fires[flow.RT(&c.Call)] {
				if h.Callbacks[to] != nil {
					edges[name] = append(edges[name], edge{to, instr})
				}
			}
			return true
		})
	}
	// reaches reports whether callback from leads to callback to.
	var reaches func(from, to string, seen map[string]bool) bool
	reaches = func(from, to string, seen map[string]bool) bool {
		if from == to {
			return true
		}
		if seen[from] {
			return false
		}
		seen[from] = true
		for _, e := range edges[from] {
			if reaches(e.to, to, seen) {
				return true
			}
		}
		return false
	}
	for _, name := range hooks.Names {
		reported := make(map[ssa.Instruction]bool)
		for _, e := range edges[name] {
			if !reported[e.instr] && reaches(e.to, name, make(map[string]bool)) {
				reported[e.instr] = true
				r.ReportAt(e.instr.Pos(), "hookreentrant", "the "+name+" callback of a hook fires that hook again, without end: guard it by the type")
			}
		}
	}
}

// always reports whether an instruction is executed whenever the callback is.
func always(path []flow.Step, instr ssa.Instruction) bool {
	for _, s := range path {
		if !onEveryPath(s.Instr) {
			return false
		}
	}
	return onEveryPath(instr)
}

// onEveryPath reports whether no path from the entry of instr's function to a
// return avoids its block.
func onEveryPath(instr ssa.Instruction) bool {
	avoid := instr.Block()
	fn := instr.Parent()
	if fn.Blocks[0] == avoid {
		return true
	}
	seen := map[*ssa.BasicBlock]bool{fn.Blocks[0]: true}
	work := []*ssa.BasicBlock{fn.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return false
		}
		for _, s := range b.Succs {
			if s != avoid && !seen[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return true
}
