package report

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/asynchooks/asynchooks/analysis/internal/manual"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

// A Reporter reports the findings of one analyzer in one package.
type Reporter struct {
	Pass    *analysis.Pass
	Code    *ssabuild.SSA
	ignores *Ignores
}

// New gives the reporter of a pass, or nil where nothing can be wrong: the
// package does not use asynchooks.
func New(pass *analysis.Pass) *Reporter {
	code := pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA)
	if code == nil {
		return nil
	}
	return &Reporter{pass, code, pass.ResultOf[IgnoreAnalyzer].(*Ignores)}
}

// Report reports d as a finding of rule d.Category.
func (r *Reporter) Report(d analysis.Diagnostic) {
	if r.ignores.suppress(r.Pass.Fset.Position(d.Pos), d.Category) {
		return
	}
	d.URL = manual.URL(r.Pass.Analyzer.Name, d.Category)
	r.Pass.Report(d)
}

// At is a finding of a rule about the call at pos, see [Reporter.Range].
func (r *Reporter) At(pos token.Pos, rule, msg string) analysis.Diagnostic {
	start, end := r.Range(pos)
	return analysis.Diagnostic{Pos: start, End: end, Category: rule, Message: msg}
}

// ReportAt reports a finding of a rule about the call at pos, see [Reporter.Range].
func (r *Reporter) ReportAt(pos token.Pos, rule, msg string) { r.Report(r.At(pos, rule, msg)) }

// File is the file that pos is in, or nil.
func (r *Reporter) File(pos token.Pos) *ast.File {
	for _, f := range r.Pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// Path is the innermost node at pos and what is around it.
func (r *Reporter) Path(pos token.Pos) []ast.Node {
	f := r.File(pos)
	if f == nil {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(f, pos, pos)
	return path
}

// Call finds the call that SSA says is at pos: pos is that of its parenthesis,
// or of the defer or go statement.
func (r *Reporter) Call(pos token.Pos) *ast.CallExpr {
	for _, n := range r.Path(pos) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if n.Lparen == pos {
				return n
			}
		case *ast.DeferStmt:
			if n.Defer == pos {
				return n.Call
			}
		case *ast.GoStmt:
			if n.Go == pos {
				return n.Call
			}
		}
	}
	return nil
}

// Range is what to mark for a call: from its start, or from the name of the
// method where the expression before it is on other lines.
func (r *Reporter) Range(pos token.Pos) (token.Pos, token.Pos) {
	call := r.Call(pos)
	if call == nil {
		return pos, token.NoPos
	}
	start := call.Pos()
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && r.line(start) != r.line(sel.Sel.Pos()) {
		start = sel.Sel.Pos()
	}
	return start, call.End()
}

func (r *Reporter) line(pos token.Pos) int { return r.Pass.Fset.Position(pos).Line }

// Source is the source of an expression, on one line, or "the resource" if it
// is long.
func (r *Reporter) Source(n ast.Node) string {
	if n == nil {
		return "the resource"
	}
	var b bytes.Buffer
	if err := format.Node(&b, r.Pass.Fset, n); err != nil || b.Len() > 40 || bytes.ContainsRune(b.Bytes(), '\n') {
		return "the resource"
	}
	return b.String()
}

// Receiver is the source of what the method call at pos is made on.
func (r *Reporter) Receiver(pos token.Pos) string {
	if call := r.Call(pos); call != nil {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			return r.Source(sel.X)
		}
	}
	return "the resource"
}
