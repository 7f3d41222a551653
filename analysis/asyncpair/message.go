package asyncpair

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

type related = []analysis.RelatedInformation

// messages say what is wrong, by slug. Each names the call, and points to the
// other places that belong to it.
var messages = map[string]func(*report.Reporter, *pair.Finding) (string, related){
	"pairleak": func(r *report.Reporter, f *pair.Finding) (string, related) {
		where := "on the path that returns in " + at(r, f.Return)
		if !f.Return.IsValid() {
			where = "when the function ends"
		}
		return fmt.Sprintf("%s is not closed by EmitAfter %s", opened(r, f), where), note(f.Return, "returns here with the scope open")
	},
	"pairclosure": func(r *report.Reporter, f *pair.Finding) (string, related) {
		where := ""
		switch {
		case len(f.Closes) == 0: // nowhere
		case f.Return.IsValid():
			where = " on the path that returns in " + at(r, f.Return)
		default:
			where = " on one of the paths"
		}
		return fmt.Sprintf("%s is closed by a function that is never called%s", opened(r, f), where), note(f.Other, "this function would close it")
	},
	"pairloop": func(r *report.Reporter, f *pair.Finding) (string, related) {
		return fmt.Sprintf("%s is still open when the next iteration of the loop begins", opened(r, f)), nil
	},
	"pairpanic": func(r *report.Reporter, f *pair.Finding) (string, related) {
		return fmt.Sprintf("this panic skips the EmitAfter of %s: defer it", resource(r, f.Enter)), note(f.Enter, "opened here")
	},
	"unprotected": func(r *report.Reporter, f *pair.Finding) (string, related) {
		return fmt.Sprintf("%s stays open if %s panics: defer EmitAfter, or use RunInAsyncScope", opened(r, f), f.Why), note(f.Other, "this may panic")
	},
	"pairorder": func(r *report.Reporter, f *pair.Finding) (string, related) {
		return fmt.Sprintf("%s closes a scope that is not the innermost: %s was opened after it", closing(r, f), resource(r, f.Other)),
			append(note(f.Enter, "opened here"), note(f.Other, "the innermost scope")...)
	},
	"pairextra": func(r *report.Reporter, f *pair.Finding) (string, related) {
		if f.Again {
			return fmt.Sprintf("%s closes a scope that is closed already", closing(r, f)), nil
		}
		return fmt.Sprintf("%s has no open EmitBefore", closing(r, f)), nil
	},
	"pairmismatch": func(r *report.Reporter, f *pair.Finding) (string, related) {
		return fmt.Sprintf("%s, but the open scope is that of another resource", closing(r, f)), note(f.Enter, "the open scope")
	},
	"pairgoroutine": func(r *report.Reporter, f *pair.Finding) (string, related) {
		return "EmitBefore and EmitAfter of one scope are on two goroutines: use Bind", note(f.Enter, "the other half")
	},
	"pairyield": func(r *report.Reporter, f *pair.Finding) (string, related) {
		return fmt.Sprintf("yield is called in the scope of %s: the body of the loop would run in it", resource(r, f.Enter)), note(f.Enter, "opened here")
	},
}

// opened names the call that opened a scope.
func opened(r *report.Reporter, f *pair.Finding) string {
	if f.Helper != "" {
		return "the scope opened by " + f.Helper
	}
	return "the scope of " + r.Receiver(f.Pos)
}

// closing names the call that closes a scope.
func closing(r *report.Reporter, f *pair.Finding) string {
	if f.Helper != "" {
		return "the EmitAfter in " + f.Helper
	}
	return "EmitAfter of " + r.Receiver(f.Pos)
}

// resource names the resource of an operation, or the helper that has it.
func resource(r *report.Reporter, pos token.Pos) string {
	call := r.Call(pos)
	if call == nil {
		return "the resource"
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && (strings.HasPrefix(sel.Sel.Name, "Emit") || sel.Sel.Name == "RunInAsyncScope") {
		return r.Receiver(pos)
	}
	return "what " + r.Source(call.Fun) + " opens"
}

// at names a line.
func at(r *report.Reporter, pos token.Pos) string {
	return fmt.Sprintf("line %d", r.Pass.Fset.Position(pos).Line)
}

func note(pos token.Pos, text string) related {
	if !pos.IsValid() {
		return nil
	}
	return related{{Pos: pos, Message: text}}
}
