package rewrite_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// check type-checks a file that imports nothing.
func check(t *testing.T, src string) *rewrite.Package {
	t.Helper()
	p := &rewrite.Package{Path: "p", Fset: token.NewFileSet(), Src: map[*ast.File][]byte{}}
	f, err := parser.ParseFile(p.Fset, "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	p.Files = []*ast.File{f}
	p.Src[f] = []byte(src)
	p.Info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	conf := types.Config{Importer: importer.Default()}
	if p.Types, err = conf.Check("p", p.Fset, p.Files, p.Info); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDirectiveErrors: a directive that says nothing is an error that names its
// place.
func TestDirectiveErrors(t *testing.T) {
	const noParameter = "the function has no such parameter: name one that is a function or an interface, or a field of one that is a struct and no pointer to one"
	for _, tt := range []struct{ src, want string }{
		{
			"package p\n\n//asynchooks:await\nvar x int\n",
			"p.go:3:1: //asynchooks:await stands above no line with a receive: move it there or remove it",
		},
		{
			"package p\n\nfunc f(ch chan int) {\n\t//asynchooks:handle\n\n\tfor range ch {\n\t}\n}\n",
			"p.go:4:2: //asynchooks:handle stands above no line with a receive: move it there or remove it",
		},
		{
			"package p\n\nfunc f(ch chan int) {\n\t//asynchooks:detach\n\tf(ch)\n}\n",
			"p.go:4:2: //asynchooks:detach stands above no line with a go statement: move it there or remove it",
		},
		{
			"package p\n\nfunc f(ch chan int) {\n\t//asynchooks:inherit\n\tfor range ch {\n\t}\n}\n",
			"p.go:4:2: //asynchooks:inherit stands above no line with a go statement: move it there or remove it",
		},
		{
			"package p\n\nfunc f(ch chan int) {\n\t//asynchooks:off\n\tfor range ch {\n\t}\n}\n",
			"p.go:4:2: //asynchooks:off stands above no line with a declaration or the package clause: move it there or remove it",
		},
		{
			"package p\n\nfunc f(ch chan int) {\n\t//asynchooks:handle\n\tprintln(<-ch)\n}\n",
			"p.go:5:10: //asynchooks:handle: the receive is part of an expression: give it a statement of its own",
		},
		{
			"package p\n\ntype h interface{ f() }\n\nvar all = map[h]bool{}\n\n//asynchooks:callback v\nfunc f(v h) {\n\tall[v] = true\n}\n",
			"p.go:9:2: values of h, which //asynchooks:callback binds, are keys of a map: use another key, or bind what is called by rt.Bind",
		},
		{
			"package p\n\n//asynchooks:callback fn.\nfunc f(fn func()) {}\n",
			"p.go:3:1: //asynchooks:callback fn.: " + noParameter,
		},
		{
			"package p\n\n//asynchooks:callback _\nfunc f(_ func()) {}\n",
			"p.go:3:1: //asynchooks:callback _: " + noParameter,
		},
		{
			"package p\n\n//asynchooks:callback o._\nfunc f(o struct{ _ func() }) {}\n",
			"p.go:3:1: //asynchooks:callback o._: " + noParameter,
		},
		{
			"package p\n\n//asynchooks:callback o.fn.\nfunc f(o struct{ fn func() }) {}\n",
			"p.go:3:1: //asynchooks:callback o.fn.: " + noParameter,
		},
		{
			"package p\n\n//line x.y:20\n//asynchooks:await\nvar x int\n//asynchooks:detach\nvar y int\n",
			"x.y:20: //asynchooks:await stands above no line with a receive: move it there or remove it\n" +
				"x.y:22: //asynchooks:detach stands above no line with a go statement: move it there or remove it",
		},
	} {
		_, err := rewrite.Rewrite(check(t, tt.src))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%q\ngot  %v\nwant %s", tt.src, err, tt.want)
		}
	}
}

// TestQuietDirectives: what others write in that form, and directives in what is
// off, are no errors.
func TestQuietDirectives(t *testing.T) {
	for _, src := range []string{
		"package p\n\n//asynchooks:report fn\nfunc f(fn func()) {}\n",
		"package p\n\n//asynchooks:off\nfunc f(ch chan int) {\n\t//asynchooks:await\n}\n",
		"//asynchooks:off\npackage p\n\n//asynchooks:await\nvar x int\n",
		"//asynchooks:off package\npackage p\n\n//asynchooks:await\nvar x int\n",
		"package p\n\n// asynchooks:await\nvar x int\n",
	} {
		res, err := rewrite.Rewrite(check(t, src))
		if err != nil {
			t.Errorf("%q: %v", src, err)
		} else if len(res.Files) != 0 || res.Added != nil {
			t.Errorf("%q: %d files changed", src, len(res.Files))
		}
	}
}

// TestMayHaveSites: the look at the bytes misses nothing that the look at the
// syntax finds, however it is written.
func TestMayHaveSites(t *testing.T) {
	for _, src := range []string{
		"package p; func f(ch chan int) { for range ch {} }",
		"package p; func f(ch chan int) { for range(ch) {} }",
		"package p; func f(ch chan int) { for v:=range\tch { _ = v } }",
		"package p; func f(ch chan int) { for range/**/ch {} }",
		"package p; func f(ch chan int) { for range\nch {} }",
		"package p; func f(ch chan int) { for v := range make(chan int) { _ = v } }",
		"package p; func f(ch chan int) { ch<-1 }",
		"package p; func f(ch chan int) { <-ch }",
		"package p\n//asynchooks:await\nvar x int",
		"package p\nfunc f() {\n\t//asynchooks:await\n\tf()\n}\n",
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "p.go", src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if !sitescan.MayHaveSites([]byte(src)) || !rewrite.HasCandidates(f) {
			t.Errorf("%q: may have sites: %v, candidates: %v", src, sitescan.MayHaveSites([]byte(src)), rewrite.HasCandidates(f))
		}
	}
	for _, src := range []string{
		"package p; func f(s []int) { for range 3 {}; for i := range len(s) { _ = i } }",
		"package p; func f(s []int) { for i, v := range s { _, _ = i, v } }",
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "p.go", src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if rewrite.HasCandidates(f) {
			t.Errorf("%q: there are candidates", src)
		}
	}
}
