package generate

import (
	"bytes"
	"fmt"
	"go/build/constraint"
	"slices"
	"strings"
)

// A constrained file is a source file that bears the opposite of a twin's
// constraint, along with its own.
type constrained struct {
	src  []byte // with the constraint
	own  string // its own //go:build line as it was; "": it has none
	expr constraint.Expr
}

// head returns the part of a file where constraints stand: up to the package
// clause, by lines.
func head(src []byte) (lines []string, rest []byte) {
	rest = src
	comment := false
	for len(rest) > 0 {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		text := strings.TrimSpace(strings.TrimPrefix(string(line), "\uFEFF"))
		switch {
		case comment:
			comment = !strings.Contains(text, "*/")
		case text == "" || strings.HasPrefix(text, "//"):
		case strings.HasPrefix(text, "/*"):
			comment = !strings.Contains(text, "*/")
			if i := strings.Index(text, "*/"); i >= 0 && strings.TrimSpace(text[i+2:]) != "" {
				return lines, rest
			}
		default:
			return lines, rest
		}
		lines = append(lines, string(rest[:len(rest)-len(after)]))
		rest = after
	}
	return lines, rest
}

func isGoBuild(line string) bool {
	return constraint.IsGoBuild(strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF")))
}

// constrain gives a file the constraint !tag, if it has not got it. The own line
// of one that has it is known from its twin, if there is one.
func constrain(src []byte, tag string, tw *twin) (*constrained, error) {
	not := &constraint.NotExpr{X: &constraint.TagExpr{Tag: tag}}
	lines, rest := head(src)
	eol := "\n"
	if bytes.Contains(src, []byte("\r\n")) {
		eol = "\r\n"
	}
	for i, line := range lines {
		if !isGoBuild(line) {
			continue
		}
		text := strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		expr, err := constraint.Parse(text)
		if err != nil {
			return nil, err
		}
		if rest, ok := without(expr, not); ok {
			c := &constrained{src: src, expr: rest}
			if tw != nil {
				c.own = tw.own
			}
			c.own = ownLine(c.own, rest, lines)
			return c, nil
		}
		bom := ""
		if strings.HasPrefix(line, "\uFEFF") {
			bom = "\uFEFF"
		}
		own := strings.TrimRight(strings.TrimPrefix(line, "\uFEFF"), "\r\n")
		lines[i] = bom + "//go:build " + (&constraint.AndExpr{X: not, Y: expr}).String() + eol
		return &constrained{append([]byte(strings.Join(lines, "")), rest...), own, expr}, nil
	}
	// Lines of the older form count where there is none of the newer.
	var expr constraint.Expr
	for _, line := range lines {
		if isPlusBuild(line) {
			x, err := constraint.Parse(strings.TrimSpace(line))
			if err != nil {
				return nil, err
			}
			if expr == nil {
				expr = x
			} else {
				expr = &constraint.AndExpr{X: expr, Y: x}
			}
		}
	}
	line := "//go:build " + not.String()
	if expr != nil {
		line = "//go:build " + (&constraint.AndExpr{X: not, Y: expr}).String()
	}
	text, bom := bytes.CutPrefix(src, []byte("\uFEFF"))
	var out []byte
	if bom {
		out = append(out, "\uFEFF"...)
	}
	out = fmt.Appendf(out, "%s%s%s", line, eol, eol)
	return &constrained{append(out, text...), "", expr}, nil
}

// ownLine returns the //go:build line that a source has without ours, of which
// rest is what it says. was is the line that is known; someone can have changed
// it since.
func ownLine(was string, rest constraint.Expr, lines []string) string {
	if rest == nil {
		return ""
	}
	if expr, err := constraint.Parse(was); err == nil && expr.String() == rest.String() {
		return was
	}
	if was == "" && slices.ContainsFunc(lines, isPlusBuild) {
		return "" // it is what the lines of the older form say
	}
	return "//go:build " + rest.String()
}

func isPlusBuild(line string) bool { return constraint.IsPlusBuild(strings.TrimSpace(line)) }

// without takes not away from where it is the first of what an expression asks
// for, and reports whether it is. What is left is nil if there is nothing else.
func without(expr constraint.Expr, not *constraint.NotExpr) (constraint.Expr, bool) {
	if expr.String() == not.String() {
		return nil, true
	}
	and, ok := expr.(*constraint.AndExpr)
	if !ok {
		return nil, false
	}
	rest, ok := without(and.X, not)
	switch {
	case !ok:
		return nil, false
	case rest == nil:
		return and.Y, true
	}
	return &constraint.AndExpr{X: rest, Y: and.Y}, true
}

// release takes the constraint !tag away again. own is the line that the file had
// before it, "" if it had none.
func release(src []byte, tag, own string) ([]byte, error) {
	lines, body := head(src)
	not := &constraint.NotExpr{X: &constraint.TagExpr{Tag: tag}}
	for i, line := range lines {
		if !isGoBuild(line) {
			continue
		}
		text := strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		expr, err := constraint.Parse(text)
		if err != nil {
			return nil, err
		}
		rest, ok := without(expr, not)
		if !ok {
			return nil, fmt.Errorf("its constraint %q is not one that begins with %s", text, not)
		}
		own = ownLine(own, rest, lines)
		end := line[len(strings.TrimRight(line, "\r\n")):]
		bom := ""
		if strings.HasPrefix(line, "\uFEFF") {
			bom = "\uFEFF"
		}
		if own != "" {
			lines[i] = bom + own + end
		} else {
			lines[i] = bom
			if i+1 < len(lines) && strings.TrimSpace(lines[i+1]) == "" {
				lines[i+1] = ""
			}
		}
		return append([]byte(strings.Join(lines, "")), body...), nil
	}
	return nil, fmt.Errorf("it has no constraint: it was changed since")
}

// twinConstraint is the line of a twin.
func (c *constrained) twinConstraint(tag string) string {
	var x constraint.Expr = &constraint.TagExpr{Tag: tag}
	if c.expr != nil {
		x = &constraint.AndExpr{X: x, Y: c.expr}
	}
	return "//go:build " + x.String()
}

// unconstrained takes the lines with constraints out of the head of a file.
func unconstrained(src []byte) []byte {
	lines, rest := head(src)
	var out []byte
	for _, line := range lines {
		text := strings.TrimSpace(line)
		if !constraint.IsGoBuild(text) && !constraint.IsPlusBuild(text) {
			out = append(out, line...)
		}
	}
	return append(bytes.TrimLeft(out, "\n"), rest...)
}
