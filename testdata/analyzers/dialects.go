package main

import (
	"fmt"
	"strings"

	"github.com/asynchooks/asynchooks/analysis/asyncpair"
	"github.com/jjti/go-spancheck"
	"github.com/timakin/bodyclose/passes/bodyclose"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"gvisor.dev/gvisor/tools/checklocks"

	_ "go.opentelemetry.io/otel/trace" // which the forms of spancheck import
)

// A dialect is how a tool's pair is written.
type dialect struct {
	name     string
	analyzer *analysis.Analyzer
	header   string
	params   string // of each form
	declare  string // a statement before the others, for forms that close
	open     string // with := in place of = where nothing is declared before
	discard  string // opens what nothing in the form closes
	closer   string // the function that closes, as an expression
	pairs    bool   // forms that close too often, or another one, can be written
}

var dialects = []*dialect{
	{
		name:     "asyncpair",
		analyzer: asyncpair.Analyzer,
		header:   `import "github.com/asynchooks/asynchooks/rt"`,
		params:   "x, y *rt.AsyncResource",
		open:     "x.EmitBefore()",
		discard:  "x.EmitBefore()",
		closer:   "x.EmitAfter",
		pairs:    true,
	},
	{
		name:     "lostcancel",
		analyzer: lostcancel.Analyzer,
		header:   `import "context"`,
		params:   "ctx context.Context",
		declare:  "var cancel context.CancelFunc",
		open:     "_, cancel = context.WithCancel(ctx)",
		discard:  "_, _ = context.WithCancel(ctx)",
		closer:   "cancel",
	},
	{
		name:     "spancheck",
		analyzer: spancheck.NewAnalyzerWithConfig(spancheck.NewDefaultConfig()),
		header:   "import (\n\t\"context\"\n\n\t\"go.opentelemetry.io/otel/trace\"\n)\n\nvar tracer trace.Tracer",
		params:   "ctx context.Context",
		declare:  "var span trace.Span",
		open:     "_, span = tracer.Start(ctx, \"x\")",
		discard:  "_, _ = tracer.Start(ctx, \"x\")",
		closer:   "span.End",
	},
	{
		name:     "bodyclose",
		analyzer: bodyclose.Analyzer,
		header:   `import "net/http"`,
		params:   "url string",
		declare:  "var resp *http.Response",
		open:     "resp, _ = http.Get(url)",
		discard:  "_, _ = http.Get(url)",
		closer:   "resp.Body.Close",
	},
	{
		name:     "checklocks",
		analyzer: checklocks.Analyzer,
		header:   "import \"sync\"\n\ntype lock struct{ mu sync.Mutex }",
		params:   "x, y *lock",
		open:     "x.mu.Lock()",
		discard:  "x.mu.Lock()",
		closer:   "x.mu.Unlock",
		pairs:    true,
	},
}

// has reports whether a form can be written in the dialect.
func (d *dialect) has(f form) bool { return d.pairs || !f.pairs }

const common = `
func work() {}

type failed struct{}

func (failed) Error() string { return "failed" }

var errFailed error = failed{}

`

// source writes a form.
func (d *dialect) source(f form) string {
	open, declare := d.open, d.declare
	switch {
	case !strings.Contains(f.body, "CLOSE"):
		open, declare = d.discard, ""
	case !outer[f.name] && !strings.Contains(f.body, "VAR"):
		open, declare = strings.Replace(open, " = ", " := ", 1), ""
	}
	if declare != "" {
		declare = "\t" + declare + "\n"
	}
	body := strings.NewReplacer("OPEN", open, "CLOSER", d.closer, "CLOSE", d.closer+"()", "OTHER", strings.Replace(d.closer, "x.", "y.", 1)+"()",
		"PARAMS", d.params, "VAR\n", declare).Replace(f.body)
	if !strings.HasPrefix(body, "func "+f.name) {
		body = fmt.Sprintf("func %s(%s, fail bool, n int, xs []int, ch chan int) error {\n%s%s\treturn nil\n}\n", f.name, d.params, declare, indent(body))
	}
	return "package form\n\n" + d.header + "\n" + common + body
}

func indent(s string) string {
	return "\t" + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n\t") + "\n"
}
