package sitescan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestMayHaveSites(t *testing.T) {
	tests := []struct {
		src  string
		want bool
	}{
		{"for a, b := range s {", false},
		{"\tfor _, v = range s {", false},
		{"\tfor a,b:=range s {", false},
		{"// out of range", false},
		{"x := arrange(ranges)", false},
		{"", false},
		{"for range ch {", true},
		{"for(range)", false}, // no Go
		{"L: for range ch {", true},
		{"for v := range ch {", true},
		{"for v:=range(ch) {", true},
		{"for m[a], b = range s {", true}, // not told apart
		{"for m[f(a, b)] = range ch {", true},
		{"for /* a, b */ v := range ch {", true},
		{"for v := /* a, b := */ range ch {", true},
		{"for v :=\n\trange ch {", true},
		{"for\n\tv := range ch {", true},
		{"for // a\n\trange ch {", true},
		{"for a, b := range s { for range ch {} }", true},
		{"for a, b := range f(func() { for c = range ch {} }) {}", true},
		{"ch <- v", true},
		{"l.Accept()", true},
		{"l.\n\tAccept()", true},
		{"//asynchooks:await", true},
	}
	for _, tt := range tests {
		if got := MayHaveSites([]byte(tt.src)); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.src, got, tt.want)
		}
	}
}

// TestStandardLibrary: in every file of Go's own source with a range clause of at
// most one variable, or an arrow, the look at the bytes finds something.
func TestStandardLibrary(t *testing.T) {
	files, found := 0, 0
	err := filepath.WalkDir(filepath.Join(runtime.GOROOT(), "src"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		may := MayHaveSites(src)
		if !may {
			f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			if site := hasSite(f); site != "" {
				t.Errorf("%s has %s", path, site)
			}
		}
		files++
		if may {
			found++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 1000 || found == 0 || found == files {
		t.Errorf("%d files, %d of them may have sites", files, found)
	}
}

// hasSite returns the first thing in a file that MayHaveSites is to see.
func hasSite(f *ast.File) (site string) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if n.Value == nil {
				site = "range " + types.ExprString(n.X)
			}
		case *ast.SendStmt, *ast.ChanType:
			site = "a channel"
			if c, ok := n.(*ast.ChanType); ok && !c.Arrow.IsValid() {
				site = ""
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				site = "a receive"
			}
		}
		return site == ""
	})
	return site
}
