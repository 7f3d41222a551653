package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// directives are the //asynchooks: comments of a file, by the line that they
// are about: the line below.
type directives struct {
	off    bool // the whole file
	allOff bool // the whole package
	byLine map[int]*directive
	errs   []error
}

type directive struct {
	verb string
	pos  token.Position
	used bool
}

// lineVerbs are the directives that stand above a statement.
var lineVerbs = map[string]bool{"await": true, "handle": true, "detach": true, "inherit": true, "off": true}

func directivesOf(fset *token.FileSet, f *ast.File) *directives {
	d := &directives{byLine: map[int]*directive{}}
	for _, group := range f.Comments {
		for _, c := range group.List {
			text, ok := strings.CutPrefix(c.Text, "//asynchooks:")
			if !ok {
				continue
			}
			verb, arg, _ := strings.Cut(strings.TrimRight(text, " \t\r"), " ")
			pos := fset.PositionFor(c.Pos(), true)
			line := fset.PositionFor(c.Pos(), false).Line
			switch {
			case !lineVerbs[verb]:
				continue // another tool of this module's, or an analyzer's
			case verb == "off" && c.Pos() < f.Package:
				d.off = true
				d.allOff = d.allOff || strings.TrimSpace(arg) == "package"
			default:
				d.byLine[line+1] = &directive{verb: verb, pos: pos}
			}
		}
	}
	return d
}

// directiveAt returns which of the verbs stands above one of the positions, or
// "".
func (f *fileRewriter) directiveAt(at []token.Pos, verbs ...string) string {
	for _, pos := range at {
		if verb := f.directives.at(f.Fset.PositionFor(pos, false).Line, verbs...); verb != "" {
			return verb
		}
	}
	return ""
}

// at returns which of the verbs stands above line, or "".
func (d *directives) at(line int, verbs ...string) string {
	if dir := d.byLine[line]; dir != nil && slices.Contains(verbs, dir.verb) {
		dir.used = true
		return dir.verb
	}
	return ""
}

// isOff reports whether the declaration is left alone. The directive may stand
// anywhere in its comment. What others are inside it say nothing.
func (f *fileRewriter) isOff(d ast.Decl) bool {
	line := func(p token.Pos) int { return f.Fset.PositionFor(p, false).Line }
	off := f.directiveAt([]token.Pos{d.Pos()}, "off") != ""
	var doc *ast.CommentGroup
	switch d := d.(type) {
	case *ast.FuncDecl:
		doc = d.Doc
	case *ast.GenDecl:
		doc = d.Doc
	}
	if doc != nil {
		for l := line(doc.Pos()); l <= line(doc.End()); l++ {
			off = f.directives.at(l+1, "off") != "" || off
		}
	}
	if off {
		for l := line(d.Pos()); l <= line(d.End()); l++ {
			delete(f.directives.byLine, l+1)
		}
	}
	return off
}

// refuse notes an error of the file at a position.
func (f *fileRewriter) refuse(pos token.Pos, format string, args ...any) {
	f.directives.errs = append(f.directives.errs, fmt.Errorf("%s: %w", f.Fset.PositionFor(pos, true), fmt.Errorf(format, args...)))
}

// err reports directives that stand above nothing that they could be about.
func (d *directives) err() error {
	for _, line := range slices.Sorted(maps.Keys(d.byLine)) {
		dir := d.byLine[line]
		if dir.used {
			continue
		}
		what := "a receive"
		switch dir.verb {
		case "detach", "inherit":
			what = "a go statement"
		case "off":
			what = "a declaration or the package clause"
		}
		d.errs = append(d.errs, fmt.Errorf("%s: //asynchooks:%s stands above no line with %s: move it there or remove it", dir.pos, dir.verb, what))
	}
	return errors.Join(d.errs...)
}
