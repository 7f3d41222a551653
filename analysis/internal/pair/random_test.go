package pair_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"path/filepath"

	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
)

var (
	programs = flag.Int("programs", 3000, "how many random programs TestRandom checks")
	seed     = flag.Uint64("seed", 1, "where the random programs begin")
	size     = flag.Int("size", 14, "statements in a random program, at most")
	gaveUpOn = flag.Bool("gaveup", false, "print the random programs that the engine gives up on")
)

// TestRandom compares the engine's verdict with that of an interpreter that
// runs all paths of a program. Programs have up to -size statements: scopes of
// three resources, branches on what is known and what is not, loops, deferred
// calls, literals, panics, helpers, and errors that tell whether a scope is open;
// source says in which forms.
func TestRandom(t *testing.T) {
	rt := loadRT(t)
	var bad, good, skipped, gaveUp int
	for i := range *programs {
		g := &generator{rand: rand.New(rand.NewPCG(*seed, uint64(i))), left: *size}
		p := g.program()
		want, ok := interpret(p)
		if !ok {
			skipped++ // too many paths, or a helper that none of them calls
			continue
		}
		src := p.source()
		finds, lost := analyze(t, rt, src)
		if lost {
			gaveUp++
			if *gaveUpOn {
				t.Logf("program %d: the engine gave up; the interpreter says %q\n%s", i, want, src)
			}
			if len(finds) > 0 && want == "" {
				t.Errorf("program %d: the engine gave up, and says %v", i, slugs(finds))
			}
			continue
		}
		if (want != "") != (len(finds) > 0) {
			t.Errorf("program %d: the interpreter says %q, the engine %v\n%s", i, want, slugs(finds), src)
			if t.Failed() && bad+good > 0 && testing.Verbose() {
				t.FailNow()
			}
			continue
		}
		if want != "" {
			bad++
		} else {
			good++
		}
	}
	t.Logf("%d programs of up to %d statements: %d bad, %d good, %d left out, on %d the engine gave up", *programs, *size, bad, good, skipped, gaveUp)
	if gaveUp > *programs/500 {
		t.Errorf("the engine gave up on %d of %d programs", gaveUp, *programs)
	}
	if bad < *programs/10 || good < *programs/10 {
		t.Errorf("%d bad and %d good programs of %d test little", bad, good, *programs)
	}
}

func slugs(finds []*pair.Finding) (s []string) {
	for _, f := range finds {
		s = append(s, f.Slug)
	}
	return s
}

// loadRT type-checks the stub of package rt.
func loadRT(t *testing.T) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	name := filepath.Join(testutil.Data(), "src", filepath.FromSlash(rtapi.Path), "rt.go")
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(fset, name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check(rtapi.Path, fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

type importerFunc func(string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// analyze runs the engine on a program.
func analyze(t *testing.T, rt *types.Package, src string) (finds []*pair.Finding, gaveUp bool) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Instances: make(map[*ast.Ident]types.Instance), Scopes: make(map[ast.Node]*types.Scope),
		Selections: make(map[*ast.SelectorExpr]*types.Selection), FileVersions: make(map[*ast.File]string),
	}
	conf := &types.Config{Importer: importerFunc(func(string) (*types.Package, error) { return rt, nil })}
	pkg, err := conf.Check("p", fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	prog := ssa.NewProgram(fset, 0)
	prog.CreatePackage(rt, nil, nil, true)
	spkg := prog.CreatePackage(pkg, []*ast.File{f}, info, false)
	spkg.Build()
	code := &ssabuild.SSA{Pkg: spkg, Decl: make(map[*ssa.Function]*ast.FuncDecl)}
	var add func(*ssa.Function)
	add = func(fn *ssa.Function) {
		code.Funcs = append(code.Funcs, fn)
		for _, a := range fn.AnonFuncs {
			add(a)
		}
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			fn := prog.FuncValue(info.Defs[d.Name].(*types.Func))
			code.Decl[fn] = d
			add(fn)
		}
	}
	e := pair.NewEngine(pair.Scopes, code, fset, nil)
	finds = e.Run()
	return finds, len(e.GaveUp) > 0
}

// A program is a main function and its helpers.
type program struct {
	main    []stmt
	helpers []helper
}

type helper struct {
	name string
	body []stmt // r0 and p0 are its parameters
}

// A stmt is a statement; which fields count depends on op.
type stmt struct {
	op   string
	res  int
	cond string // "?": unknown; "p0", "f0", "!f0"
	a, b []stmt
	h    *helper
	form int // how it is written
}

type generator struct {
	rand    *rand.Rand
	left    int
	helpers []helper
	inFunc  int // literals around
	inLoop  int
	nres    int
}

func (g *generator) program() *program {
	p := new(program)
	for i := range g.rand.IntN(3) {
		g.nres = 1
		left := g.left
		g.left = 2 + g.rand.IntN(4)
		h := helper{name: fmt.Sprintf("helper%d", i), body: g.block(1)}
		g.left = left
		g.helpers = append(g.helpers, h)
	}
	g.nres = 3
	p.main = g.block(0)
	p.helpers = g.helpers
	return p
}

func (g *generator) block(depth int) []stmt {
	var list []stmt
	for n := 1 + g.rand.IntN(5); n > 0 && g.left > 0; n-- {
		list = append(list, g.stmts(depth)...)
		switch list[len(list)-1].op {
		case "return", "break", "continue", "panic":
			return list // what follows is dead
		}
	}
	return list
}

func (g *generator) cond() string {
	cs := []string{"?", "?", "p0", "!p0", "f0", "!f0"}
	if g.nres == 3 {
		cs = append(cs, "p1", "f1")
	}
	return cs[g.rand.IntN(len(cs))]
}

// stmts gives statements, each in one of the forms that source has.
func (g *generator) stmts(depth int) []stmt {
	list := g.plain(depth)
	for i := range list {
		s := &list[i]
		if g.rand.IntN(3) == 0 {
			s.form = 1 + g.rand.IntN(5)
		}
	}
	return list
}

func (g *generator) plain(depth int) []stmt {
	g.left--
	r := g.rand.IntN(g.nres)
	one := func(s stmt) []stmt { return []stmt{s} }
	switch k := g.rand.IntN(40); {
	case k < 8: // a pair, so that there are good programs
		list := []stmt{{op: "before", res: r}}
		if g.rand.IntN(3) == 0 {
			return append(list, stmt{op: "defer after", res: r})
		}
		if depth < 3 && g.left > 0 {
			list = append(list, g.stmts(depth+1)...)
		}
		return append(list, stmt{op: "after", res: r})
	case k < 10:
		return one(stmt{op: "before", res: r})
	case k < 12:
		return one(stmt{op: "after", res: r})
	case k < 13:
		return one(stmt{op: "defer after", res: r})
	case k < 15:
		return one(stmt{op: "destroy", res: r})
	case k < 20 && depth < 3:
		return one(stmt{op: "if", cond: g.cond(), a: g.block(depth + 1), b: g.block(depth + 1)})
	case k < 22 && depth < 3: // a pair under one condition
		c := g.cond()
		list := []stmt{{op: "if", cond: c, a: []stmt{{op: "before", res: r}}}}
		list = append(list, g.stmts(depth+1)...)
		return append(list, stmt{op: "if", cond: c, a: []stmt{{op: "after", res: r}}})
	case k < 25 && depth < 3:
		g.inLoop++
		body := g.block(depth + 1)
		g.inLoop--
		return one(stmt{op: "for", a: body})
	case k < 27:
		return one(stmt{op: []string{"set f0", "unset f0"}[g.rand.IntN(2)]})
	case k < 29 && depth < 3:
		loop := g.inLoop
		g.inLoop = 0
		g.inFunc++
		body := g.block(depth + 1)
		g.inFunc--
		g.inLoop = loop
		return one(stmt{op: []string{"call", "defer"}[g.rand.IntN(2)], a: body})
	case k < 30 && g.inFunc == 0:
		return one(stmt{op: "panic"})
	case k < 33:
		return one(stmt{op: "return"})
	case k < 35 && g.inLoop > 0:
		return one(stmt{op: []string{"break", "continue"}[g.rand.IntN(2)]})
	case k < 36 && depth < 3: // opens a scope, or gives an error
		return one(stmt{op: "try", res: r, a: append(g.block(depth+1), stmt{op: "after", res: r}), b: g.block(depth + 1)})
	case k < 39 && len(g.helpers) > 0 && g.nres == 3:
		return one(stmt{op: []string{"helper", "helper", "defer helper"}[g.rand.IntN(3)], res: r, cond: []string{"p0", "p1", "?"}[g.rand.IntN(3)], h: &g.helpers[g.rand.IntN(len(g.helpers))]})
	}
	return one(stmt{op: "nop"})
}
