package asynclife

import (
	_ "embed"
	"flag"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/hooks"
	"github.com/asynchooks/asynchooks/analysis/internal/manual"
	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

//go:embed doc.go
var doc string

// Analyzer checks the lives of resources: that they end once, and last.
var Analyzer = &analysis.Analyzer{
	Name:     "asynclife",
	Doc:      manual.Must(doc, "asynclife"),
	URL:      "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis/asynclife",
	Flags:    flags(),
	Run:      run,
	Requires: []*analysis.Analyzer{ssabuild.Analyzer, report.IgnoreAnalyzer, pair.Analyzer},
}

// shared turns on a rule that cannot be proved.
var shared bool

func flags() (fs flag.FlagSet) {
	fs.BoolVar(&shared, "sharedresource", false, "report resources that several goroutines enter")
	return fs
}

func run(pass *analysis.Pass) (any, error) {
	r := report.New(pass)
	if r == nil {
		return nil, nil
	}
	for _, f := range pass.ResultOf[pair.Analyzer].(*pair.Result).Findings {
		ended(r, f)
	}
	for _, fn := range r.Code.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(ssa.CallInstruction); ok {
					emptyType(r, c)
				}
				if c, ok := instr.(*ssa.Call); ok && flow.RT(&c.Call) == "NewAsyncResource" {
					manualLeak(r, c)
				}
			}
		}
		if shared {
			sharedResources(r, fn)
		}
	}
	for _, h := range hooks.Find(r.Code) {
		destroyInCallback(r, h)
	}
	return nil, nil
}

// ended reports what the engine found out about ends.
func ended(r *report.Reporter, f *pair.Finding) {
	var msg, note string
	switch f.Slug {
	case "doubledestroy":
		msg, note = "%s is destroyed already: a second EmitDestroy panics", "destroyed here"
	case "useafterdestroy":
		msg, note = "%s is used after EmitDestroy, which panics", "destroyed here"
	default:
		return
	}
	d := r.At(f.Pos, f.Slug, fmt.Sprintf(msg, subject(r, f.Pos)))
	if f.Other.IsValid() {
		d.Related = []analysis.RelatedInformation{{Pos: f.Other, Message: note}}
	}
	r.Report(d)
}

// subject names the resource that a call is about: its receiver, or the first
// argument of a function of package rt.
func subject(r *report.Reporter, pos token.Pos) string {
	if call := r.Call(pos); call != nil && len(call.Args) > 0 {
		if rtapi.IsType(r.Pass.TypesInfo.TypeOf(call.Args[0]), "AsyncResource") {
			return r.Source(call.Args[0])
		}
	}
	return r.Receiver(pos)
}

// emptyType finds calls whose type argument is the constant "".
func emptyType(r *report.Reporter, c ssa.CallInstruction) {
	switch name := flow.RT(c.Common()); name {
	case "NewAsyncResource", "BindAsync":
		k, ok := c.Common().Args[0].(*ssa.Const)
		if !ok || k.Value == nil || k.Value.Kind() != constant.String || constant.StringVal(k.Value) != "" {
			return
		}
		r.ReportAt(c.Pos(), "emptytype", "the type is empty: "+name+" panics")
	}
}

// manualLeak finds resources that only EmitDestroy ends, and that nobody ends:
// they never leave the function, and no EmitDestroy is called on them.
func manualLeak(r *report.Reporter, c *ssa.Call) {
	if !requiresDestroy(c.Call.Args[1]) {
		return
	}
	for _, u := range flow.Uses(c) {
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
		if name == "AsyncResource.SetValue" {
			continue
		}
	}
	r.ReportAt(c.Pos(), "manualleak", "RequireManualDestroy is set, and EmitDestroy is never called on this resource")
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

// destroyInCallback finds EmitDestroy in what a hook's callbacks run.
func destroyInCallback(r *report.Reporter, h *hooks.Hook) {
	for _, name := range hooks.Names {
		fn := h.Callbacks[name]
		if fn == nil {
			continue
		}
		flow.Reach(fn, func(path []flow.Step, instr ssa.Instruction) bool {
			c, ok := instr.(ssa.CallInstruction)
			if ok && flow.RT(c.Common()) == "AsyncResource.EmitDestroy" {
				d := r.At(c.Pos(), "destroyincallback", "EmitDestroy in a hook's "+name+" callback ends a resource while its events are delivered")
				for _, s := range path {
					d.Related = append(d.Related, analysis.RelatedInformation{Pos: s.Instr.Pos(), Message: "called here"})
				}
				r.Report(d)
			}
			return true
		})
	}
}
