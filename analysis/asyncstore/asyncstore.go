package asyncstore

import (
	_ "embed"
	"flag"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/manual"
	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

//go:embed doc.go
var doc string

// Analyzer checks uses of AsyncLocalStorage.
var Analyzer = &analysis.Analyzer{
	Name:     "asyncstore",
	Doc:      manual.Must(doc, "asyncstore"),
	URL:      "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis/asyncstore",
	Flags:    flags(),
	Run:      run,
	Requires: []*analysis.Analyzer{ssabuild.Analyzer, report.IgnoreAnalyzer},
}

// neverSet turns on a rule that cannot be proved.
var neverSet bool

func flags() (fs flag.FlagSet) {
	fs.BoolVar(&neverSet, "storeneverset", false, "report storages that the package reads and never sets")
	return fs
}

func run(pass *analysis.Pass) (any, error) {
	r := report.New(pass)
	if r == nil {
		return nil, nil
	}
	for _, fn := range r.Code.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Alloc:
					if rtapi.IsType(instr.Type(), "AsyncLocalStorage") {
						perUse(r, instr)
					}
				case ssa.CallInstruction:
					call(r, instr)
				}
			}
		}
	}
	disableMissing(r)
	if neverSet {
		storesNeverSet(r)
	}
	return nil, nil
}

// call checks a call of package rt.
func call(r *report.Reporter, c ssa.CallInstruction) {
	switch name := flow.RT(c.Common()); name {
	case "NewAsyncLocalStorage":
		if call, ok := c.(*ssa.Call); ok {
			perUse(r, call)
		}
	case "AsyncLocalStorage.EnterWith":
		enterWith(r, c)
	case "AsyncLocalStorage.GetStore":
		if call, ok := c.(*ssa.Call); ok {
			captures(r, call)
			unchecked(r, call)
			inExit(r, call)
		}
	case "AsyncResource.Bind", "BindTo", "BindAsync", "Bind", "Snapshot", "Received":
		bound(r, c, name)
	}
}

// perUse finds storages that live as long as a call of the function that makes
// them: nobody outside can ever read what they hold. Tests and main functions
// make theirs in this way.
func perUse(r *report.Reporter, v ssa.Value) {
	instr := v.(ssa.Instruction)
	fn := instr.Parent()
	if flow.Entry(fn) || rtapi.IsTest(r.Pass.Fset.Position(v.Pos()).Filename) || !v.Pos().IsValid() {
		return
	}
	used := false
	for _, u := range flow.Uses(v) {
		c, ok := u.Instr.(ssa.CallInstruction)
		if !ok {
			return
		}
		if name := flow.RT(c.Common()); name == "" || len(c.Common().Args) == 0 || c.Common().Args[0] != u.Value {
			return
		}
		used = true
	}
	if used {
		r.ReportAt(v.Pos(), "storeperuse", "this storage is made for one call of the function: make it once, as a package variable or a field")
	}
}

// disableMissing finds storages that only one function knows, entered for good
// and not disabled on every path: the goroutine keeps what they hold. That of a
// test ends with the test.
func disableMissing(r *report.Reporter) {
	e := pair.NewEngine(pair.Stores, r.Code, r.Pass.Fset, nil)
	for _, f := range e.Run() {
		switch f.Slug {
		case "pairleak", "pairclosure":
			if !flow.Entry(f.Func) && !rtapi.IsTest(r.Pass.Fset.Position(f.Pos).Filename) {
				r.ReportAt(f.Pos, "disablemissing", "EnterWith on a storage that only this function knows, and no Disable on a path on which it returns: its store stays with the goroutine")
			}
		}
	}
}
