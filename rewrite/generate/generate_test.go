package generate

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What constrain does, release takes back, byte for byte.
func TestConstrain(t *testing.T) {
	tests := []struct{ name, src, constrained, twin string }{
		{"none", "package p\n", "//go:build !async\n\npackage p\n", "//go:build async"},
		{"comment", "// Copyright\n\npackage p\n", "//go:build !async\n\n// Copyright\n\npackage p\n", "//go:build async"},
		{"own", "//go:build linux\n\npackage p\n", "//go:build !async && linux\n\npackage p\n", "//go:build async && linux"},
		{"own, spaced", "//go:build  linux||  darwin \n\npackage p\n", "//go:build !async && (linux || darwin)\n\npackage p\n", "//go:build async && (linux || darwin)"},
		{"own, parentheses", "//go:build (linux)\npackage p\n", "//go:build !async && linux\npackage p\n", "//go:build async && linux"},
		{"own, behind", "// Copyright\n\n/* a\n\n b */\n\n//go:build linux && !cgo\n\npackage p\n", "// Copyright\n\n/* a\n\n b */\n\n//go:build !async && linux && !cgo\n\npackage p\n", "//go:build async && linux && !cgo"},
		{"CRLF", "//go:build linux\r\n\r\npackage p\r\n", "//go:build !async && linux\r\n\r\npackage p\r\n", "//go:build async && linux"},
		{"CRLF, none", "package p\r\n", "//go:build !async\r\n\r\npackage p\r\n", "//go:build async"},
		{"BOM", "\uFEFFpackage p\n", "\uFEFF//go:build !async\n\npackage p\n", "//go:build async"},
		{"BOM, own", "\uFEFF//go:build linux\npackage p\n", "\uFEFF//go:build !async && linux\npackage p\n", "//go:build async && linux"},
		{"older form", "// +build linux darwin\n// +build amd64\n\npackage p\n", "//go:build !async && (linux || darwin) && amd64\n\n// +build linux darwin\n// +build amd64\n\npackage p\n", "//go:build async && (linux || darwin) && amd64"},
		{"both forms", "//go:build linux\n// +build linux\n\npackage p\n", "//go:build !async && linux\n// +build linux\n\npackage p\n", "//go:build async && linux"},
		{"blank lines", "\n\n\npackage p\n", "//go:build !async\n\n\n\n\npackage p\n", "//go:build async"},
		{"in the body", "package p\n\n//go:build linux\nvar x int\n", "//go:build !async\n\npackage p\n\n//go:build linux\nvar x int\n", "//go:build async"},
		{"of another tag", "//go:build !other && linux\n\npackage p\n", "//go:build !async && !other && linux\n\npackage p\n", "//go:build async && !other && linux"},
		{"package behind a comment", "/* c */ package p\n", "//go:build !async\n\n/* c */ package p\n", "//go:build async"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := constrain([]byte(tt.src), "async", nil)
			if err != nil {
				t.Fatal(err)
			}
			if string(c.src) != tt.constrained {
				t.Errorf("constrained:\n%q, want\n%q", c.src, tt.constrained)
			}
			if got := c.twinConstraint("async"); got != tt.twin {
				t.Errorf("twin: %s, want %s", got, tt.twin)
			}
			again, err := constrain(c.src, "async", &twin{own: c.own})
			if err != nil || again.own != c.own || string(again.src) != tt.constrained || again.twinConstraint("async") != tt.twin {
				t.Errorf("again: %v\n%q, %s", err, again.src, again.twinConstraint("async"))
			}
			back, err := release(c.src, "async", c.own)
			if err != nil || string(back) != tt.src {
				t.Errorf("released: %v\n%q, want\n%q", err, back, tt.src)
			}
		})
	}
}

// A source that was changed since is not torn apart.
func TestReleaseOthers(t *testing.T) {
	for _, src := range []string{"package p\n", "//go:build linux\n\npackage p\n", "//go:build !asynchronous\n\npackage p\n", "//go:build linux && !async\n\npackage p\n"} {
		if out, err := release([]byte(src), "async", ""); err == nil {
			t.Errorf("release(%q) = %q, want an error", src, out)
		}
	}
}

// A constraint that someone has changed since is kept.
func TestReleaseChanged(t *testing.T) {
	for _, tt := range []struct{ src, own, want string }{
		{"//go:build !async && darwin\n\npackage p\n", "//go:build  linux", "//go:build darwin\n\npackage p\n"},
		{"//go:build !async && darwin\n\npackage p\n", "", "//go:build darwin\n\npackage p\n"},
		{"//go:build !async\n\npackage p\n", "//go:build linux", "package p\n"},
	} {
		out, err := release([]byte(tt.src), "async", tt.own)
		if err != nil || string(out) != tt.want {
			t.Errorf("release(%q) = %q, %v; want %q", tt.src, out, err, tt.want)
		}
	}
}

func TestTwinName(t *testing.T) {
	for name, want := range map[string]string{
		"worker.go":                 "worker_async.go",
		"worker_test.go":            "worker_async_test.go",
		"worker_linux.go":           "worker_async_linux.go",
		"worker_amd64.go":           "worker_async_amd64.go",
		"worker_linux_amd64.go":     "worker_async_linux_amd64.go",
		"worker_windows_test.go":    "worker_async_windows_test.go",
		"worker_linux_arm_test.go":  "worker_async_linux_arm_test.go",
		"worker_linux_x.go":         "worker_linux_x_async.go",
		"worker_amd64_linux.go":     "worker_amd64_async_linux.go",
		"linux.go":                  "linux_async.go",
		"linux_amd64.go":            "linux_async_amd64.go",
		"a.b.go":                    "a.b_async.go",
		"dir_linux/worker_linux.go": "dir_linux/worker_async_linux.go",
	} {
		if got := filepath.ToSlash(twinName(name, "async")); got != want {
			t.Errorf("twinName(%s) = %s, want %s", name, got, want)
		}
	}
}

func TestCheckTag(t *testing.T) {
	for tag, ok := range map[string]bool{"async": true, "async2": true, "my_async": true, "": false, "linux": false, "my_linux": false, "arm64": false, "x_test": false, "race": false, "go1.26": false, "a-b": false, "a b": false, "!a": false} {
		if err := checkTag(tag); (err == nil) != ok {
			t.Errorf("checkTag(%q) = %v", tag, err)
		}
	}
}

// A header is known again, and so is whether what follows was edited.
func TestHeader(t *testing.T) {
	text := withHeader("p.go", []byte("package p\n"))
	if generated, intact := isGenerated(text); !generated || !intact {
		t.Errorf("generated %v, intact %v:\n%s", generated, intact, text)
	}
	if generated, intact := isGenerated(append(text, "// more\n"...)); !generated || intact {
		t.Errorf("edited: generated %v, intact %v", generated, intact)
	}
	if generated, _ := isGenerated([]byte("// Code generated by another tool; DO NOT EDIT.\n")); generated {
		t.Error("another tool's file is taken for ours")
	}
	c, err := constrain([]byte("//go:build  linux\n\npackage p\n"), "async", nil)
	if err != nil {
		t.Fatal(err)
	}
	twin := twinSource("p.go", c, "async", []byte("//go:build !async && linux\n\npackage p\n"))
	if bytes.Count(twin, []byte("\n//go:build ")) != 1 {
		t.Errorf("a twin with other than one constraint:\n%s", twin)
	}
	tw := readTwin(filepath.Join("dir", "p_async.go"), "async", twin)
	if tw == nil || tw.source != filepath.Join("dir", "p.go") || tw.own != "//go:build  linux" || !tw.intact {
		t.Errorf("read again: %+v", tw)
	}
	if readTwin("p_async.go", "asy", twin) != nil || readTwin("p_async.go", "other", twin) != nil {
		t.Error("a twin of another tag is taken for one")
	}
}

// A run that cannot write one of its files changes none, and leaves nothing
// behind.
func TestApplyAll(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("file", "no folder")
	old := string(withHeader("a.go", []byte("package a\n")))
	write("a_async.go", old)
	write("b_async.go"+temporary, "of a run that was killed")
	p := &plan{root: dir, files: map[string]target{}}
	p.write(filepath.Join(dir, "a_async.go"), withHeader("a.go", []byte("package a\n\nvar x int\n")))
	p.write(filepath.Join(dir, "b_async.go"), withHeader("b.go", []byte("package a\n")))
	p.write(filepath.Join(dir, "file", "c.go"), withHeader("c.go", []byte("package c\n")))
	changes := func() []change {
		all, err := p.changes()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	all := []change{{path: filepath.Join(dir, "a_async.go"), after: []byte("new")}, {path: filepath.Join(dir, "b_async.go"), after: []byte("new")}, {path: filepath.Join(dir, "file", "c.go"), after: []byte("new")}}
	if err := p.apply(all, ""); err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Errorf("a file in the way of a folder: %v", err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a_async.go")); err != nil || string(got) != old {
		t.Errorf("changed all the same: %v\n%s", err, got)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	delete(p.files, filepath.Join(dir, "file", "c.go"))
	if err := p.apply(changes(), ""); err != nil {
		t.Fatal(err)
	}
	if n := len(changes()); n != 0 {
		t.Errorf("%d changes are left", n)
	}
	// Removed, and the folders that this empties.
	p.files = map[string]target{filepath.Join(dir, "a_async.go"): {}}
	if err := p.apply(changes(), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a_async.go")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("not removed: %v", err)
	}
}
