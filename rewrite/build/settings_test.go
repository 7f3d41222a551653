package build

import (
	"os"
	"path/filepath"
	"testing"
)

// TestInstalled reads the settings of a Go installation that is made up.
func TestInstalled(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	goCommand := write("go/bin/go", "")
	write("go/VERSION", "go1.26.8\ntime 2026-08-28T16:20:06Z\n")
	write("go/go.env", "# -race\n#GOFLAGS=-comment\nGOPROXY=direct\nGOFLAGS=-first\nGOFLAGS=-root\n")
	user := write("user", "GOFLAGS=-user=a b\nGOFLAGSX=-x\n")
	silent := write("silent", "GOPROXY=off\n")
	tests := []struct{ goflags, goenv, want string }{
		{"-variable", user, "-variable"},
		{"", user, "-user=a b"},
		{"", silent, "-root"},
		{"", filepath.Join(root, "none"), "-root"},
		{"", "off", "-root"},
	}
	t.Setenv("GOROOT", "")
	t.Setenv("GOTOOLCHAIN", "")
	for _, tt := range tests {
		t.Setenv("GOFLAGS", tt.goflags)
		t.Setenv("GOENV", tt.goenv)
		if got, ok := installed(goCommand); !ok || got != (settings{"go1.26.8", tt.want, true}) {
			t.Errorf("GOFLAGS=%s GOENV=%s: %+v, %v; want go1.26.8 and %q", tt.goflags, tt.goenv, got, ok, tt.want)
		}
	}

	// A toolchain that is chosen by name may be another.
	t.Setenv("GOTOOLCHAIN", "go1.25.4")
	if got, ok := installed(goCommand); ok {
		t.Errorf("another toolchain: %+v", got)
	}
	t.Setenv("GOTOOLCHAIN", "auto")
	if got, ok := installed(goCommand); !ok {
		t.Errorf("GOTOOLCHAIN=auto: %+v, not known", got)
	}

	// Where GOROOT says that the files are others, or there are none, it is not
	// known.
	t.Setenv("GOROOT", filepath.Join(root, "other"))
	if got, ok := installed(goCommand); ok {
		t.Errorf("another GOROOT: %+v", got)
	}
	t.Setenv("GOROOT", "")
	if got, ok := installed(write("bin/go", "#!/bin/sh")); ok {
		t.Errorf("a script named go: %+v", got)
	}
}

// TestAsk asks the go command itself, and then reads the same.
func TestAsk(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=mod -tags=a")
	c, err := newGoCall("build", nil)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := c.ask()
	if err != nil {
		t.Fatal(err)
	}
	if asked.goflags != "-mod=mod -tags=a" {
		t.Errorf("asked: %+v", asked)
	}
	if read, ok := installed(c.goCommand); ok && read != asked {
		t.Errorf("read %+v, asked %+v", read, asked)
	}
}
