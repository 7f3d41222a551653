package rewrite

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// fileRewriter is the state of one file.
type fileRewriter struct {
	*rewriter
	file          *ast.File
	directives    *directives
	edits         []edit
	goes          []*ast.GoStmt
	within        map[*ast.GoStmt]*ast.FuncDecl // the functions that hold them
	callbacks     map[*ast.Comment]bool         // directives about functions that were looked at
	tail          string                        // what is added at the end
	on            []ast.Decl                    // the declarations that are looked at
	helpers       map[string]string             // for Stock: functions that are added at the end, by name
	started       map[*ast.CallExpr]bool        // for Stock: the calls of go statements that are none any more
	callbackNames map[foreignKey]string         // for Stock: the functions that bind callbacks
	qualified     map[*types.PkgName]int        // for Stock: how many uses of an import were taken away
	seen          map[*ast.UnaryExpr]bool       // receives of statements that were looked at
	expected      map[token.Pos]string          // where calls announce a receive, and which

	foreignSeen map[ast.Expr]bool // names of foreign functions that were looked at
}

// edit is text to insert at an offset, in place of some bytes. Edits at one offset
// are in the order of their ranks, and keep their order within one.
type edit struct {
	offset  int
	pos     token.Pos
	text    string
	rank    rank
	removed int  // bytes of the source
	sited   bool // it is a call that looks where it is called from
}

type rank int

const (
	ofFunction   rank = iota // what the function begins with
	ofExpression             // the end of an expression
	ofStatement
)

func (f *fileRewriter) offset(p token.Pos) int { return f.Fset.PositionFor(p, false).Offset }

// insert inserts text in front of what is at a position.
func (f *fileRewriter) insert(p token.Pos, format string, args ...any) {
	f.insertAs(ofStatement, p, fmt.Sprintf(format, args...))
}

func (f *fileRewriter) insertAs(r rank, p token.Pos, text string) {
	f.edits = append(f.edits, edit{offset: f.offset(p), pos: p, text: text, rank: r})
}

// wrap puts a call around an expression.
func (f *fileRewriter) wrap(from, to token.Pos, call string) {
	f.insert(from, "%s(", call)
	f.insertAs(ofExpression, to, ")")
}

// replace puts text in place of a stretch of the source.
func (f *fileRewriter) replace(from, to token.Pos, text string) {
	f.edits = append(f.edits, edit{offset: f.offset(from), pos: from, text: text, rank: ofStatement, removed: int(to - from)})
}

// apply returns the file with its edits made: in the form that the package asks
// for.
func (f *fileRewriter) apply() ([]byte, error) {
	f.sortEdits()
	switch {
	case f.Lines:
		return f.lined()
	case f.Readable:
		text, _ := f.edited()
		return append(text, f.tail...), nil
	}
	return f.exact(), nil
}

func (f *fileRewriter) sortEdits() {
	slices.SortStableFunc(f.edits, func(a, b edit) int {
		return cmp.Or(a.offset-b.offset, int(a.rank-b.rank), min(a.removed, 1)-min(b.removed, 1))
	})
}

// exact returns the file with its edits made. A line directive behind each one
// gives what follows the position that it had.
func (f *fileRewriter) exact() []byte {
	src := f.Src[f.file]
	var out []byte
	last := 0
	for i, e := range f.edits {
		out = append(out, src[last:e.offset]...)
		out = append(out, e.text...)
		last = e.offset + e.removed
		if i+1 < len(f.edits) && f.edits[i+1].offset == e.offset {
			continue
		}
		if pos := f.Fset.PositionFor(e.pos, true); pos.Column > 0 {
			out = fmt.Appendf(out, "/*line :%d:%d*/", pos.Line, pos.Column)
		}
	}
	out = append(out, src[last:]...)
	return append(out, f.tail...)
}

// edited returns the file with its edits made and no line directives, and which
// of its text is the edits'.
func (f *fileRewriter) edited() ([]byte, []insertion) {
	src := f.Src[f.file]
	var out []byte
	var ins []insertion
	last := 0
	for _, e := range f.edits {
		out = append(out, src[last:e.offset]...)
		ins = append(ins, insertion{from: len(out), to: len(out) + len(e.text), source: e.offset + e.removed, pos: e.pos, sited: e.sited})
		out = append(out, e.text...)
		last = e.offset + e.removed
	}
	return append(out, src[last:]...), ins
}
