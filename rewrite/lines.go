package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// An insertion is text of an edit in the edited source.
type insertion struct {
	from, to int       // where it is
	source   int       // the offset in the source of what follows
	pos      token.Pos // where in the source it belongs
	sited    bool      // that is to be seen
}

// A piece is a token, or a comment, of formatted source.
type piece struct {
	tok      token.Token
	line     int // in the text, from 1
	lastLine int // where it ends
	inserted bool
	want     place  // where the compiler is to say that it is; the zero place: anywhere
	text     string // of a comment
}

// A place is what a position says but for its column.
type place struct {
	file string
	line int
}

// lined returns the file with its edits made, formatted, and with line
// directives that give every line of the user's the place that it had.
func (f *fileRewriter) lined() ([]byte, error) {
	f.dropLineDirectives()
	text, ins := f.edited()
	wants := f.pieces(text, ins)
	text = append(text, f.tail...)
	name := f.Fset.PositionFor(f.file.Package, false).Filename
	fail := func(err error) ([]byte, error) {
		return nil, fmt.Errorf("format %s: %w", name, err)
	}
	out, err := format.Source(text)
	if err != nil {
		return fail(err)
	}
	got := scan(name, out)
	if !match(got, wants) {
		// Imports were sorted: they stay as they are.
		if out, err = formatInOrder(text); err != nil {
			return fail(err)
		}
		if got = scan(name, out); !match(got, wants) {
			return fail(fmt.Errorf("the formatted text has other tokens"))
		}
	}
	// The directives are comments, which may part what was aligned.
	if out, err = format.Source(direct(name, f.Renamed, f.Moved, out, got)); err != nil {
		return fail(err)
	}
	return out, checkPlaces(name, out, wants)
}

// dropLineDirectives takes the user's own line directives away. Those that keep
// lines say all of what they said.
func (f *fileRewriter) dropLineDirectives() {
	for _, group := range f.file.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "/*line ") {
				f.replace(c.Pos(), c.End(), " ")
			} else if strings.HasPrefix(c.Text, "//line ") && f.Fset.PositionFor(c.Pos(), false).Column == 1 {
				f.replace(c.Pos(), c.End()+1, "")
			}
		}
	}
	f.sortEdits()
}

// Format formats source whose lines were edited in place, and gives each line of
// the result the place that it had by line directives. name is the path of the
// file.
func Format(name string, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	r := &rewriter{Package: &Package{Fset: fset, Src: map[*ast.File][]byte{tree: src}}}
	return (&fileRewriter{rewriter: r, file: tree}).lined()
}

// checkPlaces reports the first line of the user's that is not where it was.
func checkPlaces(name string, out []byte, wants []piece) error {
	got := scan(name, out)
	is := make([]place, len(got))
	for i, p := range got {
		is[i] = p.want
	}
	match(got, wants)
	line := 0
	for i, p := range got {
		if p.inserted || p.tok == token.COMMENT || p.line == line {
			continue
		}
		line = p.line
		if p.want.line > 0 && is[i] != p.want {
			return fmt.Errorf("format %s: line %d of the result says that it is %s:%d, and not %s:%d: exclude the file with //asynchooks:off above its package clause, and report this as a bug of asynchooks", name, line, is[i].file, is[i].line, p.want.file, p.want.line)
		}
	}
	return nil
}

// pieces scans the edited source.
func (f *fileRewriter) pieces(text []byte, ins []insertion) []piece {
	all := scan("", text)
	file := f.Fset.File(f.file.Package)
	// The place in the source of an offset of the text, and the insertion that it
	// is in.
	i, shift := 0, 0
	for k := range all {
		p := &all[k]
		at := p.want.line // scan leaves the offset here
		for i < len(ins) && ins[i].to <= at {
			shift = ins[i].source - ins[i].to
			i++
		}
		pos := file.Pos(min(max(at+shift, 0), file.Size()))
		if i < len(ins) && ins[i].from <= at {
			p.inserted = true
			pos = ins[i].pos
		}
		p.want = place{}
		if pos > f.file.Name.Pos() && (!p.inserted || ins[i].sited) {
			position := f.Fset.PositionFor(pos, true)
			p.want = place{position.Filename, position.Line}
		}
	}
	return all
}

// scan returns the tokens of src, but for semicolons, commas and parentheses,
// which formatting adds and takes away. In the field want they have where src itself
// says that they are; without a name, the line there is their offset.
func scan(name string, src []byte) []piece {
	fset := token.NewFileSet()
	file := fset.AddFile(name, -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, scanner.ScanComments)
	var all []piece
	for {
		p, tok, lit := s.Scan()
		if tok == token.EOF {
			return all
		}
		if tok == token.SEMICOLON || tok == token.COMMA || tok == token.LPAREN || tok == token.RPAREN {
			continue
		}
		at := fset.PositionFor(p, false)
		pc := piece{tok: tok, line: at.Line, lastLine: at.Line + strings.Count(lit, "\n")}
		if tok == token.COMMENT {
			pc.text = lit
		}
		if name == "" {
			pc.want = place{line: at.Offset}
		} else {
			adjusted := fset.PositionFor(p, true)
			pc.want = place{adjusted.Filename, adjusted.Line}
		}
		all = append(all, pc)
	}
}

// match gives the pieces of a formatted text the places that they are to have,
// and reports whether they are the same tokens. What follows them is the tail.
func match(got, wants []piece) bool {
	comments := func(all []piece) (n int) {
		for _, p := range all {
			if p.tok == token.COMMENT && !strings.Contains(p.text, "*/") {
				n++
			}
		}
		return n
	}
	same := comments(got) == comments(wants) // or formatting made more of them
	skip := func(all []piece, i int) int {
		for i < len(all) && all[i].tok == token.COMMENT {
			i++
		}
		return i
	}
	i := 0
	for _, w := range wants {
		if w.tok == token.COMMENT {
			continue
		}
		if i = skip(got, i); i == len(got) || got[i].tok != w.tok {
			return false
		}
		got[i].inserted, got[i].want = w.inserted, w.want
		i++
	}
	for i = skip(got, i); i < len(got); i++ {
		if got[i].tok != token.COMMENT {
			got[i].inserted, got[i].want = true, place{}
		}
	}
	i = 0
	for k := range got {
		if got[k].tok != token.COMMENT {
			continue
		}
		got[k].want = place{}
		if strings.Contains(got[k].text, "*/") {
			continue
		}
		for i < len(wants) && (wants[i].tok != token.COMMENT || strings.Contains(wants[i].text, "*/")) {
			i++
		}
		if same && i < len(wants) {
			got[k].want = wants[i].want
			i++
		}
	}
	return true
}

// formatInOrder formats source and leaves imports in their order.
func formatInOrder(src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	// The mode is that of package go/format.
	err = (&printer.Config{Mode: printer.UseSpaces | printer.TabIndent | 1<<30, Tabwidth: 8}).Fprint(&b, fset, &printer.CommentedNode{Node: file, Comments: file.Comments})
	return b.Bytes(), err
}

// direct puts line directives in front of the lines that are to have another
// place than they would. In front of a declaration they stand before its comment,
// apart from it. name is the path of the source; the text goes to a file of that
// name unless it is renamed, and of that folder unless it is moved.
func direct(name string, renamed, moved bool, text []byte, pieces []piece) []byte {
	first := map[int]*piece{} // of each line
	inside := map[int]bool{}  // lines that begin inside of a token
	for i := range pieces {
		p := &pieces[i]
		for l := p.line + 1; l <= p.lastLine; l++ {
			inside[l] = true
		}
		if old := first[p.line]; old == nil || old.inserted && !p.inserted && p.tok != token.COMMENT {
			first[p.line] = p
		}
	}
	var out []byte
	// The place of the line; what stands above the text is not known.
	dir, now := filepath.Dir(name), place{line: -1 << 30}
	if !renamed {
		now.file = name
	}
	if moved {
		dir = ""
	}
	n := 0
	gap, gapLine := -1, 0 // the last line without anything in front of a declaration
	for line := range bytes.Lines(text) {
		n++
		now.line++
		p := first[n]
		outer := !inside[n] && !bytes.HasPrefix(line, []byte("\t")) && len(line) > 1
		switch {
		case p == nil || p.want.line == 0 || inside[n] || now == p.want:
		case outer && p.tok == token.COMMENT:
		case outer && gap >= 0 && p.want.line > n-gapLine:
			to := place{p.want.file, p.want.line - (n - gapLine)}
			out = slices.Insert(out, gap, []byte(lineDirective(dir, now.file, to))...)
			now = p.want
		default:
			out = append(out, lineDirective(dir, now.file, p.want)...)
			now = p.want
		}
		if len(line) == 1 && !inside[n] {
			gap, gapLine = len(out), n
		} else if p != nil && p.tok != token.COMMENT {
			gap = -1
		}
		out = append(out, line...)
	}
	return out
}

// lineDirective is a line that gives the next one a place. now is the file of the
// line before; a file below the folder dir, if there is one, is named from there.
func lineDirective(dir, now string, to place) string {
	if to.file == "" {
		return fmt.Sprintf("//line :%d\n", to.line) // with a column, it would be a line of the file before
	}
	name := ""
	if to.file != now {
		name = to.file
		if rel, err := filepath.Rel(dir, name); dir != "" && err == nil && filepath.IsLocal(rel) {
			name = filepath.ToSlash(rel)
		}
	}
	return fmt.Sprintf("//line %s:%d:1\n", name, to.line)
}
