package rewrite_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rewrite/generate"
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

// module writes a module with all cases and returns its folder.
func module(t *testing.T, cases []*golden) string {
	t.Helper()
	dir := t.TempDir()
	if err := writeModule(dir, cases); err != nil {
		t.Fatal(err)
	}
	return dir
}

// writeModule writes the kit, the runner and the cases into a folder.
func writeModule(dir string, cases []*golden) error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	mod := fmt.Sprintf("module golden\n\ngo 1.26\n\nrequire github.com/asynchooks/asynchooks v0.0.0\n\nreplace github.com/asynchooks/asynchooks => %q\n", root)
	for _, name := range []string{"kit/kit.go", "runner/main.go"} {
		files[name], err = os.ReadFile("testdata/" + name)
		if err != nil {
			return err
		}
	}
	list := &strings.Builder{}
	fmt.Fprintf(list, "package main\n\nimport (\n")
	for _, g := range cases {
		if g.runs() {
			fmt.Fprintf(list, "\tc_%s \"golden/cases/%[1]s\"\n", g.name)
		}
	}
	fmt.Fprintf(list, ")\n\nfunc init() {\n")
	for _, g := range cases {
		for _, f := range g.inputs() {
			files["cases/"+g.name+"/"+f.Name] = g.text(f)
			if f.Name == "go.mod" {
				mod += fmt.Sprintf("\nrequire golden/cases/%s v0.0.0\n\nreplace golden/cases/%[1]s => ./cases/%[1]s\n", g.name)
			}
		}
		if g.runs() {
			fmt.Fprintf(list, "\tcases = append(cases, golden{%q, c_%[1]s.Run})\n", g.name)
		}
	}
	fmt.Fprintf(list, "}\n")
	files["runner/cases.go"] = []byte(list.String())
	files["go.mod"] = []byte(mod)
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// runGolden runs the cases, and fills in what they print.
func runGolden(t *testing.T, dir string, cases []*golden) {
	t.Helper()
	readTree(t, "../rt")
	plain := results(t, goRun(t, dir))
	instrumented := results(t, goRun(t, dir, "-toolexec="+toolexec(t)))
	file, stock := overlay(t, dir)
	overlaid := results(t, goRun(t, dir, "-overlay="+file))
	if _, err := generate.Tags(generated(dir), "async"); err != nil {
		t.Fatal(err)
	}
	// The sources have a constraint now, and so other lines.
	untagged := results(t, goRun(t, dir))
	tagged := results(t, goRun(t, dir, "-tags=async"))
	for _, g := range cases {
		if !g.runs() {
			continue
		}
		p := plain["off "+g.name]
		if p == nil {
			t.Errorf("%s: no output", g.path)
			continue
		}
		g.got["output"] = p[0]
		for pass, in := range map[string]map[string][]string{"plain": plain, "instrumented": instrumented, "overlay": overlaid, "tags": tagged} {
			for name, got := range in {
				p := p
				if pass == "tags" {
					p = untagged["off "+g.name]
				}
				if strings.HasSuffix(name, " "+g.name) && got[0] != p[0] {
					t.Errorf("%s: %s, pass %s: output differs\n%s", g.path, pass, name, diff.Diff("plain", []byte(p[0]), pass, []byte(got[0])))
				}
			}
		}
		if s := instrumented["stores "+g.name]; s != nil {
			g.got["scopes"] = s[1]
			g.got["tags-scopes"] = tagged["stores "+g.name][1]
			of := s[1]
			if stock {
				of = g.got["tags-scopes"]
			}
			g.scopes(t, "instrumented", s[1], instrumented)
			g.scopes(t, "overlay", of, overlaid)
		}
	}
}

// scopes compares the scopes of all passes in one kind of build.
func (g *golden) scopes(t *testing.T, build, want string, results map[string][]string) {
	t.Helper()
	for _, pass := range []string{"stores", "ids", "hooks", "late"} {
		got := results[pass+" "+g.name]
		if got == nil || got[1] != want {
			t.Errorf("%s: %s: scopes differ in pass %s\n%s", g.path, build, pass, diff.Diff("wanted", []byte(want), pass, []byte(slices.Concat(got, []string{"", ""})[1])))
		}
	}
}

// overlay generates the overlay of a module and returns its file. stock means
// that it leaves the runtime as it is, as one does for a toolchain of the module
// cache, and so is no more than twins are.
func overlay(t *testing.T, dir string) (file string, stock bool) {
	t.Helper()
	c := generated(dir)
	var messages strings.Builder
	c.Messages = &messages
	if _, err := generate.Overlay(c, ""); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, generate.DefaultDir, "overlay.json"), strings.Contains(messages.String(), "the runtime stays the stock one")
}

// generated is the configuration for generating from a module.
func generated(dir string) *generate.Config {
	return &generate.Config{Config: load.Config{Dir: dir, Env: append(os.Environ(), "GOFLAGS=", "GOWORK=off")}, Patterns: []string{"golden/cases/...", "./..."}}
}

// goRun builds and runs the runner, and returns what it printed.
func goRun(t *testing.T, dir string, flags ...string) string {
	t.Helper()
	args := slices.Concat([]string{"run"}, flags, []string{"./runner"})
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("go %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// results splits what the runner printed into the output and the scopes of each
// pass and case.
func results(t *testing.T, out string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, part := range strings.Split(out, "\n=== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		output, scopes, _ := strings.Cut(rest+"\n", "--- scopes\n")
		all[name] = []string{output, strings.TrimSuffix(scopes, "\n")}
	}
	return all
}
