package rewrite

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
)

// fileRewriter is the state of one file.
type fileRewriter struct {
	*rewriter
	file       *ast.File
	directives *directives
	edits      []edit
	goes       []*ast.GoStmt
	within     map[*ast.GoStmt]*ast.FuncDecl // the functions that hold them
	callbacks  map[*ast.Comment]bool         // directives about functions that were looked at
	tail       string                        // what is added at the end
	seen       map[*ast.UnaryExpr]bool       // receives of statements that were looked at
	expected   map[token.Pos]string          // where calls announce a receive, and which
}

// edit is text to insert at an offset. Edits at one offset are in the order of
// their ranks, and keep their order within one.
type edit struct {
	offset int
	pos    token.Pos
	text   string
	rank   rank
}

type rank int

const (
	ofFunction   rank = iota // what the function begins with
	ofExpression             // the end of an expression
	ofStatement
)

func (f *fileRewriter) offset(p token.Pos) int { return f.Fset.PositionFor(p, false).Offset }

func (f *fileRewriter) insert(p token.Pos, format string, args ...any) {
	f.edits = append(f.edits, edit{offset: f.offset(p), pos: p, text: fmt.Sprintf(format, args...), rank: ofStatement})
}

// wrap puts a call around an expression.
func (f *fileRewriter) wrap(from, to token.Pos, call string) {
	f.insert(from, "%s(", call)
	f.edits = append(f.edits, edit{offset: f.offset(to), pos: to, text: ")", rank: ofExpression})
}

// apply returns the file with its edits made. A line directive behind each one
// gives what follows the position that it had.
func (f *fileRewriter) apply() []byte {
	src := f.Src[f.file]
	slices.SortStableFunc(f.edits, func(a, b edit) int {
		return cmp.Or(a.offset-b.offset, int(a.rank-b.rank))
	})
	var out []byte
	last := 0
	for i, e := range f.edits {
		out = append(out, src[last:e.offset]...)
		out = append(out, e.text...)
		last = e.offset
		if i+1 < len(f.edits) && f.edits[i+1].offset == e.offset {
			continue
		}
		if pos := f.Fset.PositionFor(e.pos, true); pos.Column > 0 && !f.Readable {
			out = fmt.Appendf(out, "/*line :%d:%d*/", pos.Line, pos.Column)
		}
	}
	out = append(out, src[last:]...)
	return append(out, f.tail...)
}
