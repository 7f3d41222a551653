package callbacks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite"
)

// ownTests are the rows that have a test of their own.
var ownTests = []string{
	"github.com/robfig/cron/v3.Chain.Then",                     // TestCron
	"github.com/nats-io/nats.go.Conn.subscribeLocked",          // TestNATS
	"github.com/nats-io/nats.go.Subscription.SetClosedHandler", // TestNATS
	"k8s.io/client-go/tools/cache.newProcessListener",          // TestInformer
	"k8s.io/client-go/tools/cache.newInformer",                 // TestInformerOfOne
}

// TestRows: every row of the tables is about a function that its module has.
func TestRows(t *testing.T) {
	packages := map[string]string{}
	source := func(path string) string {
		if _, ok := packages[path]; !ok {
			packages[path] = readPackage(t, path)
		}
		return packages[path]
	}
	for _, r := range rewrite.Registrations {
		name, _, _ := strings.Cut(r.Param, ".")
		d := function(t, source(r.Path), r.Recv, r.Func)
		found := r.Param == rewrite.Returned && d.Type.Results.NumFields() == 1
		for _, p := range d.Type.Params.List {
			for _, id := range p.Names {
				found = found || id.Name == name
			}
		}
		if !found {
			t.Errorf("%s.%s.%s has no parameter %s any more", r.Path, r.Recv, r.Func, name)
		}
	}
	for _, r := range rewrite.Registrations {
		name := r.Recv + "." + r.Func
		if r.Path == "github.com/nats-io/nats.go" && natsHandlers[name] != nil {
			continue
		}
		if !slices.Contains(ownTests, r.Path+"."+strings.TrimPrefix(name, ".")) {
			t.Errorf("%s.%s has no test", r.Path, name)
		}
	}
	for _, r := range rewrite.DetachedGoroutines {
		src := source(r.Path)
		d := function(t, src, r.Recv, r.Func)
		text := strings.Join(strings.Fields(src[d.Pos()-1:d.End()-1]), " ")
		if !strings.Contains(text, "go "+r.Call) {
			t.Errorf("%s.%s.%s has no statement go %s any more", r.Path, r.Recv, r.Func, r.Call)
		}
	}
}

// readPackage returns the source of a package as one file.
func readPackage(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}\n{{join .GoFiles \"\\n\"}}", path).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", path, err)
	}
	lines := strings.Fields(string(out))
	var b strings.Builder
	b.WriteString("package p\n")
	for _, name := range lines[1:] {
		src, err := os.ReadFile(filepath.Join(lines[0], name))
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				b.Write(src[d.Pos()-1 : d.End()-1])
				b.WriteString("\n\n")
			}
		}
	}
	return b.String()
}

// function finds a function in the source of a package.
func function(t *testing.T, src, recv, name string) *ast.FuncDecl {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Name.Name == name && receiver(d) == recv {
			return d
		}
	}
	t.Fatalf("no function %s of %q any more", name, recv)
	return nil
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	switch e := d.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if id, ok := e.X.(*ast.Ident); ok {
			return id.Name
		}
	case *ast.Ident:
		return e.Name
	}
	return "?"
}
