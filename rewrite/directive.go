package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// directives are the //asynchooks: comments of a file, by the line that they
// are about: the line below.
type directives struct {
	off    bool // the whole file
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
			verb, _, _ := strings.Cut(text, " ")
			pos := fset.PositionFor(c.Pos(), true)
			line := fset.PositionFor(c.Pos(), false).Line
			switch {
			case !lineVerbs[verb]:
				continue // another tool of this module's, or an analyzer's
			case verb == "off" && c.Pos() < f.Package:
				d.off = true
			default:
				d.byLine[line+1] = &directive{verb: verb, pos: pos}
			}
		}
	}
	return d
}

// at returns which of the verbs stands above line, or "".
func (d *directives) at(line int, verbs ...string) string {
	dir := d.byLine[line]
	if dir == nil {
		return ""
	}
	for _, v := range verbs {
		if dir.verb == v {
			dir.used = true
			return v
		}
	}
	return ""
}

// err reports directives that stand above nothing that they could be about.
func (d *directives) err() error {
	for _, dir := range d.byLine {
		if !dir.used {
			what := "a receive"
			switch dir.verb {
			case "detach", "inherit":
				what = "a go statement"
			case "off":
				what = "a declaration or the package clause"
			}
			d.errs = append(d.errs, fmt.Errorf("%s: //asynchooks:%s stands above no line with %s: move it there or remove it", dir.pos, dir.verb, what))
		}
	}
	return errors.Join(d.errs...)
}
