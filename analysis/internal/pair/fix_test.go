package pair_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/analysis/asynclife"
	"github.com/asynchooks/asynchooks/analysis/asyncpair"
)

var fixedPrograms = flag.Int("fixed", 1500, "how many random programs TestRandomFixes mends")

// TestRandomFixes applies each suggested fix to random programs, alone: what was
// right on a path is as it was, event for event, the program compiles, and the
// finding is gone from its place if it was the only one. Then it
// applies one after the other: that comes to an end.
func TestRandomFixes(t *testing.T) {
	rt := loadRT(t)
	name := filepath.Join(t.TempDir(), "p.go")
	fixes := make(map[string]int)
	paths, still := 0, 0
	for i := range *fixedPrograms {
		g := &generator{rand: rand.New(rand.NewPCG(*seed+1000, uint64(i))), left: *size}
		p := g.program()
		p.plain() // which parseProgram can read
		src := []byte(p.source())
		found := diagnose(t, rt, name, src)
		for _, d := range found {
			for _, fix := range d.SuggestedFixes {
				fixes[d.Category]++
				raw, at := edit(t, src, d.base, fix.TextEdits, int(d.Pos)-d.base)
				for _, again := range diagnose(t, rt, name, raw) {
					if again.Category != d.Category || int(again.Pos)-again.base != at {
						continue
					}
					if still++; len(found) == 1 {
						t.Errorf("program %d: after %q, %q is still said\n%s\n%s", i, fix.Message, d.Message, src, raw)
					}
				}
				fixed := apply(t, src, d.base, fix.TextEdits)
				q := parseProgram(t, fixed)
				n, path := samePaths(p, q)
				if path != "" {
					t.Errorf("program %d: %q of %q changes a path that was right: %s\n%s\n%s", i, fix.Message, d.Message, path, src, fixed)
				}
				paths += n
			}
		}
		for round := 0; ; round++ {
			if round == 20 {
				t.Errorf("program %d: there is always something to mend\n%s", i, src)
				break
			}
			k := slices.IndexFunc(found, func(d diagnostic) bool { return len(d.SuggestedFixes) > 0 })
			if k < 0 {
				break
			}
			src = apply(t, src, found[k].base, found[k].SuggestedFixes[0].TextEdits)
			found = diagnose(t, rt, name, src)
		}
	}
	t.Logf("fixes applied: %v; %d paths are as they were; %d times what else is wrong keeps the finding", fixes, paths, still)
	for _, slug := range []string{"pairleak", "pairextra", "pairpanic"} {
		if fixes[slug] == 0 {
			t.Errorf("no fix of %s was tried", slug)
		}
	}
}

// samePaths runs the paths of p that nothing is wrong on, and those of q, which
// makes the same choices. It tells how many there are, and of one that differs.
func samePaths(p, q *program) (n int, differs string) {
	m := &machine{called: make(map[string]bool)}
	o := &machine{called: make(map[string]bool)}
	for range 2000 {
		m.reset()
		m.bad, m.log = "", nil
		m.runMain(p)
		if m.bad == "" {
			n++
			o.choices = slices.Clone(m.choices[:m.at])
			o.reset()
			o.bad, o.log = "", nil
			o.runMain(q)
			if o.bad != "" || !slices.Equal(m.log, o.log) || o.at != m.at {
				return n, fmt.Sprintf("%v became %v %s", m.log, o.log, o.bad)
			}
		}
		if !m.next() {
			break
		}
	}
	return n, ""
}

// A diagnostic is a finding in a program whose file begins at base.
type diagnostic struct {
	analysis.Diagnostic
	base int
	line int
}

func (d diagnostic) String() string { return d.Category }

// diagnose runs the analyzers on a program, which must compile.
func diagnose(t *testing.T, rt *types.Package, name string, src []byte) []diagnostic {
	t.Helper()
	if err := os.WriteFile(name, src, 0o666); err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Instances: make(map[*ast.Ident]types.Instance), Scopes: make(map[ast.Node]*types.Scope),
		Selections: make(map[*ast.SelectorExpr]*types.Selection), FileVersions: make(map[*ast.File]string),
	}
	conf := &types.Config{Importer: importerFunc(func(string) (*types.Package, error) { return rt, nil }), Sizes: types.SizesFor("gc", "amd64")}
	pkg, err := conf.Check("p", fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{asyncpair.Analyzer, asynclife.Analyzer}, []*packages.Package{{
		ID: "p", Name: "p", PkgPath: "p", GoFiles: []string{name}, Fset: fset, Syntax: []*ast.File{f}, Types: pkg, TypesInfo: info, TypesSizes: conf.Sizes,
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var list []diagnostic
	for _, root := range graph.Roots {
		if root.Err != nil {
			t.Fatalf("%s: %v\n%s", root.Analyzer.Name, root.Err, src)
		}
		for _, d := range root.Diagnostics {
			list = append(list, diagnostic{d, fset.File(d.Pos).Base(), fset.Position(d.Pos).Line})
		}
	}
	return list
}

// apply applies the edits of a fix, and formats the result as -fix does.
func apply(t *testing.T, src []byte, base int, edits []analysis.TextEdit) []byte {
	t.Helper()
	raw, _ := edit(t, src, base, edits, 0)
	text, err := format.Source(raw)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	return text
}

// edit applies edits, and tells where pos is then: -1 if it was deleted.
func edit(t *testing.T, src []byte, base int, edits []analysis.TextEdit, pos int) ([]byte, int) {
	t.Helper()
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b analysis.TextEdit) int { return int(a.Pos) - int(b.Pos) })
	var out bytes.Buffer
	at, moved := 0, pos
	for _, e := range edits {
		from, to := int(e.Pos)-base, int(e.End)-base
		if !e.End.IsValid() {
			to = from
		}
		if from < at {
			t.Fatalf("edits overlap: %v", edits)
		}
		out.Write(src[at:from])
		out.Write(e.NewText)
		at = to
		switch {
		case moved < 0 || pos < from:
		case pos < to:
			moved = -1
		default:
			moved += len(e.NewText) - (to - from)
		}
	}
	out.Write(src[at:])
	return out.Bytes(), moved
}
