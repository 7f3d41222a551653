package gopatch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
)

// A goStatement is one of the standard library: the package, the function that
// holds it, and what it calls, up to the brace of a function literal.
type goStatement struct{ pkg, fn, call string }

// TestGoStatements finds each go statement of the standard library in the list of
// those that were judged. One that a new release adds fails here until it is
// judged as well: a goroutine that serves the process must not keep the stores of
// whoever came first.
func TestGoStatements(t *testing.T) {
	verdicts := judged(t)
	found := map[goStatement]bool{}
	for _, toolchain := range toolchains {
		for _, s := range goStatements(t, toolchain) {
			row := s
			if verdicts[row] == "" {
				row = goStatement{pkg: s.pkg, fn: "*"}
			}
			found[row] = true
			switch verdict := verdicts[row]; {
			case verdict == "":
				t.Errorf("%s: package %s, function %s: go %s: not judged in testdata/gostatements.txt: does it outlive what starts it?", toolchain, s.pkg, s.fn, s.call)
			case (verdict == "detached") != isDetached(s, toolchain):
				t.Errorf("%s: package %s, function %s: go %s is judged %q, which its point does not say", toolchain, s.pkg, s.fn, s.call, verdict)
			}
		}
	}
	for row := range verdicts {
		if !found[row] {
			t.Errorf("no release has package %s, function %s: go %s: remove it from testdata/gostatements.txt", row.pkg, row.fn, row.call)
		}
	}
}

// judged reads the list.
func judged(t *testing.T) map[goStatement]string {
	data, err := os.ReadFile("testdata/gostatements.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"detached", "carried", "own", "ends", "test", "runtime", "unused"}
	verdicts := map[goStatement]string{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		f := append(strings.Split(line, "\t"), "")
		if len(f) < 4 || !slices.Contains(known, f[0]) {
			t.Fatalf("testdata/gostatements.txt: %q is no verdict, package, function and call", line)
		}
		verdicts[goStatement{f[1], f[2], f[3]}] = f[0]
	}
	return verdicts
}

// isDetached reports whether a point detaches the goroutine.
func isDetached(s goStatement, toolchain string) bool {
	return slices.ContainsFunc(patches[s.pkg].points, func(p point) bool {
		fn := strings.NewReplacer("(", "", "*", "", ")", "").Replace(p.Func)
		return p.Before == detach && fn == s.fn && p.At == "go "+s.call && (p.Release == "" || releases.Is(toolchain, p.Release))
	})
}

// goStatements finds the go statements of the standard library of a toolchain, on
// all platforms.
func goStatements(t *testing.T, toolchain string) []goStatement {
	t.Helper()
	cmd := exec.Command("go", "env", "GOROOT")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain, "GOROOT=", "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go env with %s: %v", toolchain, err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src")
	var all []goStatement
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if d.Name() == "testdata" || rel == "cmd" {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(src), "go ") || strings.Contains(string(src), "//go:build ignore\n") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s := &source{File: File{Src: src}, fset: fset, ast: f}
		all = append(all, s.goStatements(filepath.ToSlash(filepath.Dir(rel)))...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (s *source) goStatements(pkg string) []goStatement {
	var all []goStatement
	for _, d := range s.ast.Decls {
		name := "var"
		if fn, ok := d.(*ast.FuncDecl); ok {
			name = strings.NewReplacer("(", "", "*", "", ")", "").Replace(funcName(fn))
		}
		ast.Inspect(d, func(n ast.Node) bool {
			g, ok := n.(*ast.GoStmt)
			if !ok {
				return true
			}
			end := g.Call.End()
			if lit, ok := g.Call.Fun.(*ast.FuncLit); ok {
				end = lit.Body.Lbrace + 1
			}
			call := s.text(g.Call.Pos(), end)
			if i := strings.IndexByte(call, '{'); i >= 0 && len(call) > 90 {
				call = call[:i+1]
			}
			all = append(all, goStatement{pkg, name, call})
			return true
		})
	}
	return all
}
