package rewrite_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rewrite/load"
)

var update = flag.Bool("update", false, "write what the tests got into the golden files")

// The go command runs this test binary as its -toolexec program.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "toolexec" {
		os.Exit(build.Toolexec(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// A golden file of testdata/golden is one case:
//
//	comment
//	-- p.go --         the package p, with a func Run(); there may be more files
//	-- decisions --    every site, what is decided and why
//	-- want/p.go --    the rewritten file, without line directives
//	-- exact/p.go --   the same byte for byte; optional
//	-- overlay/p.go -- the file that an overlay has
//	-- tags/p.go --    what is for the stock runtime in a twin of the file
//	-- output --       what Run prints, plain and instrumented
//	-- scopes --       the stores that it sees where senders have one
//	-- tags-scopes --  the same of twins, on the stock runtime
//
// Without a func Run, the case is not run.
type golden struct {
	name    string
	path    string
	archive *txtar.Archive
	got     map[string]string // of the sections below
}

func readGolden(t testing.TB) []*golden {
	t.Helper()
	paths, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("find golden files: %v, %d found", err, len(paths))
	}
	var all []*golden
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		all = append(all, &golden{name: name, path: path, archive: a, got: map[string]string{}})
	}
	return all
}

func (g *golden) section(name string) (string, bool) {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

// inputs are the sections that are not results.
func (g *golden) inputs() []txtar.File {
	return slices.DeleteFunc(slices.Clone(g.archive.Files), func(f txtar.File) bool {
		return isResult(f.Name)
	})
}

func isResult(name string) bool {
	return name == "decisions" || name == "output" || name == "scopes" || name == "tags-scopes" || slices.Contains([]string{"want", "exact", "overlay", "tags"}, folder(name))
}

func folder(name string) string {
	folder, _, _ := strings.Cut(name, "/")
	return folder
}

// text is what an input file holds, with the line ends and the mark that the
// case's comment asks for and a text file should not have.
func (g *golden) text(f txtar.File) []byte {
	data := f.Data
	if bytes.Contains(g.archive.Comment, []byte("(CRLF)")) {
		data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	if bytes.Contains(g.archive.Comment, []byte("(BOM)")) {
		data = slices.Concat([]byte("\uFEFF"), data)
	}
	return data
}

// readable undoes what text does.
func readable(src []byte) string {
	return strings.TrimPrefix(strings.ReplaceAll(string(src), "\r\n", "\n"), "\uFEFF")
}

// runs reports whether the case has a func Run.
func (g *golden) runs() bool {
	return slices.ContainsFunc(g.inputs(), func(f txtar.File) bool { return strings.Contains(string(f.Data), "\nfunc Run()") })
}

// check compares the results, or writes them.
func (g *golden) check(t *testing.T) {
	if *update {
		g.write(t)
		return
	}
	for name, got := range g.got {
		want, ok := g.section(name)
		if !ok && strings.HasPrefix(name, "exact/") {
			continue
		}
		if d := diff.Diff("golden "+name, []byte(want), "got "+name, []byte(got)); d != nil {
			t.Errorf("%s: (-update writes it)\n%s", g.path, d)
		}
	}
	for _, f := range g.archive.Files {
		if _, ok := g.got[f.Name]; isResult(f.Name) && !ok {
			t.Errorf("%s: no result for section %s", g.path, f.Name)
		}
	}
}

func (g *golden) write(t *testing.T) {
	a := &txtar.Archive{Comment: g.archive.Comment, Files: g.inputs()}
	for _, name := range []string{"decisions", "want/", "exact/", "overlay/", "tags/", "output", "scopes", "tags-scopes"} {
		for _, section := range slices.Sorted(keys(g.got)) {
			if section != name && !(strings.HasSuffix(name, "/") && strings.HasPrefix(section, name)) {
				continue
			}
			if _, ok := g.section(section); !ok && name == "exact/" {
				continue
			}
			a.Files = append(a.Files, txtar.File{Name: section, Data: []byte(g.got[section])})
		}
	}
	if err := os.WriteFile(g.path, txtar.Format(a), 0o666); err != nil {
		t.Fatal(err)
	}
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// TestGolden rewrites each case, and runs all of them in one program, plain and
// instrumented.
func TestGolden(t *testing.T) {
	cases := readGolden(t)
	dir := module(t, cases)
	pkgs, err := load.Config{Dir: dir}.Packages("golden/cases/...")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*rewrite.Package{}
	for _, p := range pkgs {
		byName[strings.TrimPrefix(p.Path, "golden/cases/")] = p
	}
	for _, g := range cases {
		p := byName[g.name]
		if p == nil {
			t.Fatalf("%s: not loaded", g.path)
		}
		g.rewrite(t, p)
	}
	runGolden(t, dir, cases)
	for _, g := range cases {
		t.Run(g.name, g.check)
	}
}

// rewrite fills in what the rewriter says of the case.
func (g *golden) rewrite(t *testing.T, p *rewrite.Package) {
	res, err := rewrite.Rewrite(p)
	if err != nil {
		t.Errorf("%s: %v", g.path, err)
		return
	}
	var sites strings.Builder
	for _, s := range res.Sites {
		s.Pos.Filename = filepath.Base(s.Pos.Filename)
		fmt.Fprintln(&sites, s)
	}
	g.got["decisions"] = sites.String()
	for _, f := range p.Files {
		name := filepath.Base(p.Fset.PositionFor(f.Package, false).Filename)
		out, ok := res.Files[f]
		if !ok {
			continue
		}
		g.got["exact/"+name] = string(out)
		checkPositions(t, g.path, p, f, out)
	}
	p.Readable = true
	g.form(t, p, "want")
	p.Readable, p.Lines = false, true
	g.form(t, p, "overlay")
	p.Stock, p.Renamed = true, true
	g.form(t, p, "tags")
}

// form fills in the sections in a folder with what becomes of the files.
func (g *golden) form(t *testing.T, p *rewrite.Package, folder string) {
	res, err := rewrite.Rewrite(p)
	if err != nil {
		t.Errorf("%s: %s: %v", g.path, folder, err)
		return
	}
	for _, f := range p.Files {
		if out, ok := res.Files[f]; ok {
			if clean, err := format.Source(out); p.Lines && (err != nil || !bytes.Equal(clean, out)) {
				t.Errorf("%s: %s is not formatted (%v)\n%s", g.path, folder, err, diff.Diff("got", out, "formatted", clean))
			}
			g.got[folder+"/"+filepath.Base(p.Fset.PositionFor(f.Package, false).Filename)] = readable(out)
		}
	}
}
