package build

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

func TestQuoteFieldsSplitFields(t *testing.T) {
	for _, words := range [][]string{
		{"/usr/bin/asynchooks", "toolexec"},
		{"/home/a b/asynchooks", "toolexec"},
		{"/home/it's/asynchooks", "toolexec"},
		{`/home/"b"/asynchooks`, "toolexec"},
		{`C:\Program Files\asynchooks.exe`, "toolexec"},
		{"", "x"},
	} {
		s, err := quoteFields(words...)
		if err != nil {
			t.Errorf("quoteFields(%q): %v", words, err)
			continue
		}
		if got, err := splitFields(s); err != nil || !slices.Equal(got, words) {
			t.Errorf("splitFields(%q) = %q, %v; want %q", s, got, err, words)
		}
	}
	if s, err := quoteFields(`it's "b"`); err == nil {
		t.Errorf("quoteFields of both quotes = %q, want an error", s)
	}
	if got, err := splitFields(`-x 'y`); err == nil {
		t.Errorf("splitFields of an open quote = %q, want an error", got)
	}
}

func TestRefusedFlags(t *testing.T) {
	tests := []struct {
		verb, args string
		refused    string // part of the message; empty: accepted
	}{
		{"build", "-o x ./...", ""},
		{"build", "-toolexec=garble ./...", "-toolexec"},
		{"build", "--toolexec garble ./...", "-toolexec"},
		{"build", "-race -toolexec=garble", "-toolexec"},
		{"build", "-unheard-of -toolexec=garble", "-toolexec"},
		{"run", "-tags a ./cmd -toolexec=program", ""},
		{"run", "-tags a -toolexec=x ./cmd", "-toolexec"},
		{"test", "./... -toolexec=x", "-toolexec"},
		{"test", "-run X ./... -args -toolexec=x", ""},
		{"build", "-- -toolexec=x", ""},
		{"build", "-compiler gccgo", "gccgo"},
		{"build", "-compiler=gc", ""},
		{"build", "-buildmode=shared std", "-buildmode=shared"},
		{"build", "-buildmode pie", ""},
		{"build", "-linkshared", "-linkshared"},
		{"build", "-linkshared=false", ""},
	}
	for _, tt := range tests {
		err := checkFlags(goFlags(tt.verb, strings.Fields(tt.args)))
		switch {
		case tt.refused == "" && err != nil:
			t.Errorf("%s %s: refused: %v", tt.verb, tt.args, err)
		case tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
			t.Errorf("%s %s: got error %v, want one that names %s", tt.verb, tt.args, err, tt.refused)
		}
	}
}

func TestOwnToolexec(t *testing.T) {
	tests := []struct {
		value   string
		own     bool
		exclude string
	}{
		{"asynchooks toolexec", true, ""},
		{"/usr/bin/asynchooks toolexec", true, ""},
		{"'/home/a b/asynchooks' toolexec -exclude=a/... -exclude b", true, "a/... b"},
		{"/opt/renamed toolexec", true, ""},
		{"/opt/other toolexec", false, ""},
		{"asynchooks", false, ""},
		{"asynchooks build", false, ""},
		{"asynchooks toolexec garble", false, ""},
		{"asynchooks toolexec -exclude=./x", false, ""},
		{"asynchooks toolexec -record=x", false, ""},
		{"'asynchooks toolexec", false, ""},
	}
	for _, tt := range tests {
		o, own := (&goCall{self: "/opt/renamed"}).ownToolexec(tt.value)
		if own != tt.own || own && strings.Join(o.Exclude, " ") != tt.exclude {
			t.Errorf("ownToolexec(%q) = %+v, %v; want %v, excluding %q", tt.value, o, own, tt.own, tt.exclude)
		}
	}
}

func TestSplitChdir(t *testing.T) {
	tests := []struct{ args, chdir, rest string }{
		{"", "", ""},
		{"./x", "", "./x"},
		{"-C dir ./x", "-C dir", "./x"},
		{"-C=dir ./x", "-C=dir", "./x"},
		{"-C", "-C", ""},
		{"-race -C dir", "", "-race -C dir"}, // the go command refuses it itself
	}
	for _, tt := range tests {
		chdir, rest := splitChdir(strings.Fields(tt.args))
		if got := strings.Join(chdir, " "); got != tt.chdir {
			t.Errorf("splitChdir(%q): chdir %q, want %q", tt.args, got, tt.chdir)
		}
		if got := strings.Join(rest, " "); got != tt.rest {
			t.Errorf("splitChdir(%q): rest %q, want %q", tt.args, got, tt.rest)
		}
	}
}

func TestParseCompile(t *testing.T) {
	args := strings.Fields("-o /w/b009/_pkg_.a -trimpath /w/b009=> -p runtime -lang=go1.26 -std -goversion go1.26.8 -c=2 -p other -pack /go/src/runtime/a.go /go/src/runtime/b.go")
	c, err := parseCompile(args, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c.pkg != "runtime" || c.output != "/w/b009/_pkg_.a" || c.goVersion != "go1.26.8" || !c.std {
		t.Errorf("parseCompile: %+v", c)
	}
	if got := len(args) - c.firstFile; got != 2 {
		t.Errorf("parseCompile: %d files, want 2", got)
	}
	if !c.wantsPatch() {
		t.Error("package runtime wants no patch")
	}
	c.std = false
	if c.wantsPatch() {
		t.Error("a user's package runtime wants a patch")
	}
	c.pkg = gopatch.RT
	if !c.wantsPatch() {
		t.Error("package rt wants no patch")
	}
}

// TestLongCall checks that long arguments are given in a response file, which
// says the same.
func TestLongCall(t *testing.T) {
	dir := t.TempDir()
	c := compileCall{args: []string{"-o", filepath.Join(dir, "_pkg_.a"), "a.go"}, output: filepath.Join(dir, "_pkg_.a")}
	args, err := c.call()
	if err != nil || !slices.Equal(args, c.args) {
		t.Fatalf("a short call is %q, %v", args, err)
	}
	for i := range 3000 {
		c.args = append(c.args, fmt.Sprintf("C:\\folder\\line\nbreak%d.go", i))
	}
	args, err = c.call()
	if err != nil || len(args) != 1 {
		t.Fatalf("a long call has %d arguments, %v", len(args), err)
	}
	if got, err := expandResponseFile(args); err != nil || !slices.Equal(got, c.args) {
		t.Errorf("%d arguments, %v; were %d", len(got), err, len(c.args))
	}
	c.output = filepath.Join(dir, "none", "_pkg_.a")
	if _, err := c.call(); err == nil {
		t.Error("no error where nothing can be written")
	}
}
