package asynclife

import (
	_ "embed"
	"flag"
	"fmt"
	"go/constant"
	"go/token"

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
		destroyed(r, f)
	}
	ended := manualLeaks(r)
	for _, fn := range r.Code.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(ssa.CallInstruction); ok {
					emptyType(r, c)
				}
				if c, ok := instr.(*ssa.Call); ok && flow.RT(&c.Call) == "NewAsyncResource" {
					neverEnded(r, c, ended)
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

// destroyed reports what the engine found out about ends.
func destroyed(r *report.Reporter, f *pair.Finding) {
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
