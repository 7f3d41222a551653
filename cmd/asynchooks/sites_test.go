//go:build fidelity

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/load"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// TestSites compiles all of the standard library and of golang.org/x/tools
// instrumented, and accounts for every site in them: what a count of its own
// finds in the syntax is what was decided on, each with a reason.
func TestSites(t *testing.T) {
	tools := suite{module: "golang.org/x/tools@v0.49.0"}
	for _, where := range []struct {
		name, pattern string
		dir           func(t *testing.T) string
	}{
		{"std", "std", func(t *testing.T) string { return t.TempDir() }},
		{"tools", "./...", tools.fetch},
	} {
		t.Run(where.name, func(t *testing.T) {
			dir := where.dir(t)
			cmd := exec.Command("asynchooks", "build", where.pattern)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("asynchooks build %s: %v\n%s", where.pattern, err, out)
			}
			pkgs, err := load.Config{Dir: dir}.Packages(where.pattern)
			if err != nil {
				t.Fatal(err)
			}
			total := 0
			decided := map[rewrite.Decision]int{}
			for _, p := range pkgs {
				found := countSites(p)
				res, err := rewrite.Rewrite(p)
				if err != nil {
					t.Errorf("%s: %v", p.Path, err)
					continue
				}
				got := map[rewrite.Form]int{}
				for _, s := range res.Sites {
					if s.Decision == "" || s.Reason == "" {
						t.Errorf("%s: no decision or no reason", s)
					}
					got[s.Form]++
					decided[s.Decision]++
				}
				for _, form := range []rewrite.Form{rewrite.FormRange, rewrite.FormGo, rewrite.FormSend} {
					if found[form] != got[form] {
						t.Errorf("%s: %d sites of the form %q, %d of them decided on", p.Path, found[form], form, got[form])
					}
				}
				// A receive is a case of a select, or it is not.
				if n := got[rewrite.FormReceive] + got[rewrite.FormSelect]; found[rewrite.FormReceive] != n {
					t.Errorf("%s: %d receives, %d of them decided on", p.Path, found[rewrite.FormReceive], n)
				}
				total += len(res.Sites)
			}
			rewritten := decided[rewrite.Handle] + decided[rewrite.Bind] + decided[rewrite.Detach]
			t.Logf("%s: %d packages compile; %d sites: %d rewritten (handle %d, bind %d, detach %d), %d left as they are with a reason (await %d, inherit %d)",
				where.name, len(pkgs), total, rewritten, decided[rewrite.Handle], decided[rewrite.Bind], decided[rewrite.Detach],
				decided[rewrite.Await]+decided[rewrite.Inherit], decided[rewrite.Await], decided[rewrite.Inherit])
			if rewritten+decided[rewrite.Await]+decided[rewrite.Inherit] != total {
				t.Errorf("%d sites, but the decisions do not add up to that: %v", total, decided)
			}
			if where.name == "std" {
				packages, sites := exemptSites(t)
				t.Logf("std: %d packages, package runtime and what belongs to it, are never rewritten: %d go statements, receives and sends", packages, sites)
			}
		})
	}
}

// countSites counts the sites of a package by the syntax and the types alone.
func countSites(p *rewrite.Package) map[rewrite.Form]int {
	n := map[rewrite.Form]int{}
	elem := func(e ast.Expr) types.Type {
		t := p.Info.TypeOf(e)
		if tp, ok := t.(*types.TypeParam); ok {
			var first types.Type
			for u := range tp.Constraint().Underlying().(*types.Interface).EmbeddedTypes() {
				if union, ok := u.(*types.Union); ok {
					first = union.Term(0).Type()
				} else {
					first = u
				}
			}
			t = first
		}
		if t == nil {
			return nil
		}
		if ch, ok := t.Underlying().(*types.Chan); ok {
			return ch.Elem()
		}
		return nil
	}
	for _, f := range p.Files {
		ast.Inspect(f, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.GoStmt:
				n[rewrite.FormGo]++
			case *ast.UnaryExpr:
				if node.Op == token.ARROW {
					n[rewrite.FormReceive]++
				}
			case *ast.RangeStmt:
				if elem(node.X) != nil {
					n[rewrite.FormRange]++
				}
			case *ast.SendStmt:
				if e := elem(node.Chan); e != nil {
					if _, ok := e.Underlying().(*types.Signature); ok {
						n[rewrite.FormSend]++
					}
				}
			}
			return true
		})
	}
	return n
}

// exemptSites counts what the syntax shows of sites in the packages of the
// standard library that are never rewritten.
func exemptSites(t *testing.T) (packages, sites int) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles", "std")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for list := json.NewDecoder(out); ; {
		var p struct {
			ImportPath, Dir string
			GoFiles         []string
		}
		err := list.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(fmt.Errorf("go list: %w", err))
		}
		if !sitescan.Exempt(p.ImportPath) {
			continue
		}
		packages++
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GoStmt, *ast.SendStmt:
					sites++
				case *ast.UnaryExpr:
					if n.Op == token.ARROW {
						sites++
					}
				}
				return true
			})
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return packages, sites
}
