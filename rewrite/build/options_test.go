package build

import (
	"slices"
	"strings"
	"testing"
)

func TestTakeOptions(t *testing.T) {
	tests := []struct{ verb, args, rest, exclude string }{
		{"build", "-o x .", "-o x .", ""},
		{"build", "-exclude a/... -o x .", "-o x .", "a/..."},
		{"build", "-race --exclude=a -o x -exclude b .", "-race -o x .", "a b"},
		{"run", "-exclude=a . -exclude=b", ". -exclude=b", "a"},
		{"test", "./... -exclude=a -run X", "./... -run X", "a"},
		{"test", "./... -args -exclude=a", "./... -args -exclude=a", ""},
		{"build", "-C dir -exclude a .", "-C dir .", "a"},
	}
	for _, tt := range tests {
		var o Options
		rest, err := o.take(tt.verb, strings.Fields(tt.args))
		if err != nil {
			t.Errorf("%s %s: %v", tt.verb, tt.args, err)
			continue
		}
		if got := strings.Join(rest, " "); got != tt.rest {
			t.Errorf("%s %s: rest %q, want %q", tt.verb, tt.args, got, tt.rest)
		}
		if got := strings.Join(o.Exclude, " "); got != tt.exclude {
			t.Errorf("%s %s: exclude %q, want %q", tt.verb, tt.args, got, tt.exclude)
		}
		// What one process writes, the next one reads.
		back, call, err := parseOptions(append(o.words(), "compile", "-V=full"))
		if err != nil || !slices.Equal(back.Exclude, o.Exclude) || !slices.Equal(call, []string{"compile", "-V=full"}) {
			t.Errorf("parseOptions(%q): %+v, %q, %v", o.words(), back, call, err)
		}
	}
	for _, args := range []string{"-exclude", "-exclude=./x", "-exclude /x .", "-exclude=.."} {
		var o Options
		if rest, err := o.take("build", strings.Fields(args)); err == nil {
			t.Errorf("build %s: no error, rest %q", args, rest)
		}
	}
}

func TestOptionsID(t *testing.T) {
	id := func(patterns ...string) string { return Options{Exclude: patterns}.id() }
	if id() != ToolID() {
		t.Error("no options: another id than the tool's")
	}
	if id("a", "b") != id("b", "a", "b") {
		t.Error("the same patterns in another order: another id")
	}
	if id("a") == id("b") || id("a") == id() {
		t.Error("other patterns: the same id")
	}
}

func TestMatchPattern(t *testing.T) {
	tests := []struct {
		pattern, path string
		want          bool
	}{
		{"a/b", "a/b", true},
		{"a/b", "a/b/c", false},
		{"a/b/...", "a/b", true},
		{"a/b/...", "a/b/c/d", true},
		{"a/b/...", "a/bc", false},
		{"a/b...", "a/bc", true},
		{"...", "anything/at.all", true},
		{"a.b/c", "axb/c", false},
		{".../internal/...", "x/y/internal/z", true},
	}
	for _, tt := range tests {
		if got := matchPattern(tt.pattern, tt.path); got != tt.want {
			t.Errorf("matchPattern(%q, %q) = %v", tt.pattern, tt.path, got)
		}
	}
}

func TestImportPath(t *testing.T) {
	for env, want := range map[string]string{
		"example.com/cmd":                         "example.com/cmd",
		"example.com/p [example.com/p.test]":      "example.com/p",
		"example.com/p_test [example.com/p.test]": "example.com/p",
		"example.com/odd_test":                    "example.com/odd_test",
	} {
		t.Setenv("TOOLEXEC_IMPORTPATH", env)
		if got := importPath("main"); got != want {
			t.Errorf("importPath of %q = %q, want %q", env, got, want)
		}
	}
}
