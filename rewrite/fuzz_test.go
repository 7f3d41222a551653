package rewrite_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite"
)

// FuzzRewrite demands of Go source that type-checks that its rewriting does so
// too, and that every token of it keeps its position. The seeds are the golden
// cases.
func FuzzRewrite(f *testing.F) {
	for _, g := range readGolden(f) {
		for _, in := range g.inputs() {
			if strings.HasSuffix(in.Name, ".go") {
				f.Add(string(g.text(in)), "go1.26")
			}
		}
	}
	f.Add("package p\n\nfunc f[T interface{ chan int | <-chan int }](c T) { for range c {} }", "go1.18")
	f.Add("package p\n\nimport \"net\"\n\nfunc f(l net.Listener) { for { c, err := l.Accept(); if err != nil { return }; c.Close() } }", "go1.21")
	f.Add("package p\n//asynchooks:callback fn once\nfunc f(fn func(...int) (error, bool)) { go fn(1) }", "go1.17")
	f.Add("package p\n\nfunc f(c chan func(), g func()) { select { case c <- g: case c <- nil: } }", "go1.20")
	for _, callback := range []string{"b.", "b.rd", "b.rd.", "_", ".b", "b"} {
		f.Add("package p\n\nimport (\n\t\"bufio\"\n\t\"io\"\n)\n\n//asynchooks:callback "+callback+"\nfunc f(b bufio.Reader, _ func()) (_ io.Reader) { return nil }", "go1.26")
	}
	for _, src := range shadowing {
		for _, lang := range []string{"go1.26", "go1.17", "go1.8"} {
			f.Add(src, lang)
		}
	}
	f.Fuzz(func(t *testing.T, src, lang string) { checkRewriting(t, src, lang) })
}

// FuzzGenerated demands the same of random packages that use every form.
func FuzzGenerated(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(randomBytes(seed, 400))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := (&generator{data: data}).pkg(2)
		if !checkRewriting(t, src, "go1.26") {
			t.Errorf("the generator wrote what does not type-check:\n%s", src)
		}
	})
}

// randomBytes returns n bytes that follow from the seed.
func randomBytes(seed uint64, n int) []byte {
	rng := rand.New(rand.NewPCG(seed, 0))
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(rng.Uint32())
	}
	return data
}

// checkRewriting checks the rewriting of a file that is a package, and reports
// whether the file type-checks at all.
func checkRewriting(t *testing.T, src, lang string) bool {
	if strings.ContainsAny(src, "\x00") || strings.Contains(src, "//line") || strings.Contains(src, "/*line") {
		return false // positions are then others than where the tokens are
	}
	p, err := typeCheck(lang, []byte(src))
	if err != nil {
		return false
	}
	for _, readable := range []bool{false, true} {
		p.Readable = readable
		res, err := rewrite.Rewrite(p)
		if err != nil {
			if !strings.Contains(err.Error(), "//asynchooks:") {
				t.Errorf("rewrite: %v\n%s", err, src)
			}
			continue // a directive that is about nothing
		}
		out, ok := res.Files[p.Files[0]]
		if !ok {
			if res.Added != nil {
				t.Errorf("a file is added where none changes\n%s", src)
			}
			continue
		}
		if _, err := typeCheck(lang, out, res.Added); err != nil {
			t.Errorf("the rewriting does not type-check: %v\nsource:\n%s\nrewriting:\n%s\nadded:\n%s", err, src, out, res.Added)
		}
		if !readable {
			checkPositions(t, "p.go", p, p.Files[0], out)
		}
	}
	return true
}

// typeCheck returns the package that consists of the files.
func typeCheck(lang string, files ...[]byte) (*rewrite.Package, error) {
	p := &rewrite.Package{
		Path: "golden/cases/p",
		Fset: token.NewFileSet(),
		Src:  map[*ast.File][]byte{},
		Info: &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		},
	}
	for i, src := range files {
		name := []string{"p.go", "asynchooks_sites.go"}[i]
		f, err := parser.ParseFile(p.Fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, f)
		p.Src[f] = src
	}
	conf := types.Config{GoVersion: lang, Importer: imports{}}
	var err error
	p.Types, err = conf.Check(p.Path, p.Fset, p.Files, p.Info)
	return p, err
}

// imports imports packages that there is export data of, each once.
type imports struct{}

func (imports) Import(path string) (*types.Package, error) {
	if _, ok := exportFiles()[path]; !ok && path != "unsafe" {
		return nil, fmt.Errorf("no package %s here", path)
	}
	return imported().Import(path)
}

var imported = sync.OnceValue(func() types.Importer {
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exportFiles()[path]) })
})

// exportFiles are the files with the export data of what the cases import.
var exportFiles = sync.OnceValue(func() map[string]string {
	dir, err := os.MkdirTemp("", "golden")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := writeModule(dir, nil); err != nil {
		panic(err)
	}
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "golden/kit", "net/http", "iter", "sync/atomic", "os/signal")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		panic(fmt.Errorf("go list: %w", err))
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return files
})

// shadowing are packages that declare names which the spelling of a callback's
// type could need.
var shadowing = []string{
	`package p

import "io"

type error struct{}
type int string
type byte int

//asynchooks:callback r
func Register(r io.Reader) { r.Read(nil) }
`, `package p

import "bufio"

type error struct{}
type bool int

//asynchooks:callback f once
func Register(f bufio.SplitFunc) { f(nil, 0 == 0) }
`, `package p

type Handler interface { Handler() int; Serve(nil, true string) }

const nil, true = 1, 2

//asynchooks:callback h type=append
func Register(h Handler) { append(h) }

func append(h Handler) { h.Serve("", "") }
`, `package p

import (
	unsafe "context"
	any "net/http"
)

var len, runtime, rt, panic, new, make = 1, 2, 3, 4, 5, 6

//asynchooks:callback h
//asynchooks:callback f
func Register(c unsafe.Context, h any.Handler, f func(unsafe.Context, ...any.Handler) any.Handler) {
	h.ServeHTTP(f(c, h).(any.ResponseWriter), (interface{})(h).(*any.Request))
}
`, `package p

import "strings"

type error struct{}
type rune string

//asynchooks:callback strings.Map mapping
func Use() { strings.Map(func(r int32) int32 { return r }, "") }

//asynchooks:callback strings.NewReplacer oldnew
func Other() { strings.NewReplacer() }
`, `package unsafe

type Pointer int

func runtime(c chan func(Pointer) (nil Pointer)) {
	for append := range c {
		select {
		case c <- append:
		case f := <-c:
			go f(Pointer(1))
		}
	}
}
`,
}
