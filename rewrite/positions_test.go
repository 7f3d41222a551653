package rewrite_test

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"slices"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite"
)

// A tok is a token and where the compiler will say that it is.
type tok struct {
	pos token.Position
	tok token.Token
	lit string
}

// tokens scans src as a file of that name.
func tokens(name string, src []byte) []tok {
	fset := token.NewFileSet()
	file := fset.AddFile(name, -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	var all []tok
	for {
		p, t, lit := s.Scan()
		if t == token.EOF {
			return all
		}
		pos := fset.PositionFor(p, true)
		pos.Offset = 0
		if t == token.SEMICOLON {
			continue // some are inserted elsewhere
		}
		all = append(all, tok{pos, t, lit})
	}
}

// checkPositions checks that each token of the user's is in the rewritten file,
// in order, and at the position that it had. A return comes behind its results
// where they are evaluated before a scope is closed, and a result without a name
// may have got one.
func checkPositions(t *testing.T, what string, p *rewrite.Package, f *ast.File, out []byte) {
	t.Helper()
	name := p.Fset.PositionFor(f.Package, false).Filename
	got := tokens(name, out)
	for _, want := range tokens(name, p.Src[f]) {
		i := 0
		for i < len(got) && got[i] != want {
			i++
		}
		if i == len(got) && (want.tok == token.RETURN && returnsLater(got, want) || want.lit == "_") {
			continue
		}
		if i == len(got) {
			t.Errorf("%s: %v %s %q is no longer there", what, want.pos, want.tok, want.lit)
			return
		}
		got = got[i+1:]
	}
}

// returnsLater reports whether there is a return on the line of want, or further
// down in the file.
func returnsLater(got []tok, want tok) bool {
	return slices.ContainsFunc(got, func(g tok) bool { return g.tok == token.RETURN && g.pos.Line >= want.pos.Line })
}
