// Package manual reads the documentation of the analyzers out of their doc.go
// files, so that the manual, the help text and the tests are one text.
//
// A section "# slug" states a rule, followed by "Bad:" and "Good:" with code,
// "Fix:" and "Suppress:".
package manual

import (
	"errors"
	"fmt"
	"strings"
)

// A Rule is a section of a manual.
type Rule struct {
	Slug     string
	Text     string // what the rule says
	Bad      []string
	Good     []string
	Fix      string
	Suppress string
}

// Doc extracts the text of analyzer name from the source of its doc.go: what
// follows the heading "# Analyzer name", in the form that go/analysis wants.
func Doc(src, name string) (string, error) {
	heading := "# Analyzer " + name + "\n"
	_, rest, ok := strings.Cut(src, "\n// "+heading)
	if !ok {
		return "", fmt.Errorf("read manual of %s: no heading %q", name, heading)
	}
	doc, err := comment(rest)
	return strings.TrimSpace(doc), err
}

// Must is Doc for sources that are part of the program.
func Must(src, name string) string {
	doc, err := Doc(src, name)
	if err != nil {
		// A test reads every manual; this cannot be reached in a released tool.
		return name + ": " + err.Error()
	}
	return doc
}

// URL is the address of a rule's documentation.
func URL(analyzer, slug string) string {
	return "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis/" + analyzer + "#hdr-" + slug
}

// comment is the text of the package comment that src begins with, or within. It
// is not parsed as Go: this runs whenever the program starts, which also is why
// it does not let a buffer grow.
func comment(src string) (string, error) {
	var b strings.Builder
	b.Grow(len(src))
	for line := range strings.Lines(src) {
		text, ok := strings.CutPrefix(line, "//")
		if !ok {
			if strings.HasPrefix(line, "package ") {
				return b.String(), nil
			}
			break
		}
		b.WriteString(strings.TrimPrefix(text, " "))
	}
	return "", errors.New("read manual: the source does not begin with a package comment")
}

// Rules reads the sections of a doc.go that are about a slug: those that have
// a Bad example.
func Rules(src string) ([]Rule, error) {
	text, err := comment(src)
	if err != nil {
		return nil, err
	}
	var rules []Rule
	for _, section := range strings.Split("\n"+text, "\n# ")[1:] {
		slug, body, _ := strings.Cut(section, "\n")
		if !strings.Contains(body, "\nBad:\n") {
			continue
		}
		r := Rule{Slug: slug}
		var code *[]string
		for _, para := range paragraphs(body) {
			switch {
			case para == "Bad:":
				code = &r.Bad
			case para == "Good:":
				code = &r.Good
			case strings.HasPrefix(para, "Fix: "):
				r.Fix, code = para[len("Fix: "):], nil
			case strings.HasPrefix(para, "Suppress: "):
				r.Suppress, code = para[len("Suppress: "):], nil
			case strings.HasPrefix(para, "\t") && code != nil:
				*code = append(*code, para)
			case code == nil && r.Fix == "":
				r.Text += para + "\n"
			}
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// paragraphs splits text at blank lines; code keeps its own.
func paragraphs(text string) []string {
	var out []string
	var cur []string
	flush := func() {
		if s := strings.TrimRight(strings.Join(cur, "\n"), "\n"); strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
		cur = nil
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		code := len(cur) > 0 && strings.HasPrefix(cur[0], "\t")
		if line == "" && code && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "\t") {
			cur = append(cur, line)
			continue
		}
		if line == "" || code != strings.HasPrefix(line, "\t") && len(cur) > 0 {
			flush()
		}
		if line != "" {
			cur = append(cur, line)
		}
	}
	flush()
	return out
}

// Slugs are the rules that an analyzer's help describes.
func Slugs(doc string) []string {
	var slugs []string
	for line := range strings.Lines(doc) {
		if slug, ok := strings.CutPrefix(line, "# "); ok {
			slugs = append(slugs, strings.TrimSpace(slug))
		}
	}
	return slugs
}
