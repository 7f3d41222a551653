package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNamesLater(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"module m\n\ngo 1.26\n", false},
		{"module m\n\ngo 1.26.8\ntoolchain go1.26.8\n", false},
		{"module m\n\ngo 1.26.9\n", true},
		{"module m\r\n\r\ngo 1.27 // why\r\n", true},
		{"module m\n\ngo 1.26\ntoolchain go1.27.4\n", true},
		{"module m\n\ngo 1.26\n\ttoolchain \"go1.27.4\"\n", true},
		{"module m\n\ngo 1.26\ntoolchain default\n", false},
		{"module m\n\ngo 1.26\ntoolchain go1.27rc1\n", true},
		{"module m\n\ngo 1.26\ntoolchain go1.26.8-vendor\n", false},
		{"module m\n// go 1.30\nrequire go.example.com/toolchain v1.30.0\n", false},
		{"go\n", false},
	}
	for _, tt := range tests {
		file := filepath.Join(t.TempDir(), "go.mod")
		if err := os.WriteFile(file, []byte(tt.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := namesLater(file, "go1.26.8"); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.text, got, tt.want)
		}
	}
	if namesLater(filepath.Join(t.TempDir(), "go.mod"), "go1.26.8") {
		t.Error("a file that is not there names a later release")
	}
}

func TestMayChoose(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"later/go.mod":    "module m\n\ngo 1.27\n",
		"later/sub/x.go":  "package sub\n",
		"work/go.work":    "go 1.27\n\nuse ./m\n",
		"work/m/go.mod":   "module m\n\ngo 1.26\n",
		"same/go.mod":     "module m\n\ngo 1.26\n",
		"same/other.mod":  "module m\n\ngo 1.27\n",
		"same/sub/x.go":   "package sub\n",
		"same/go.work/x":  "a folder",
		"elsewhere/empty": "",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		dir, gowork, chdir, args string
		want                     bool
	}{
		{"later", "", "", ".", true},
		{"later/sub", "", "", ".", true},
		{"work/m", "", "", ".", true},
		{"work/m", "off", "", ".", false},
		{"same", "", "", ".", false},
		{"same/sub", "", "", "./...", false},
		{"same", "ROOT/work/go.work", "", ".", true},
		{"same", "", "-C ../later", ".", true},
		{"same", "", "-C=../later", ".", true},
		{"same", "", "-C ROOT/later/sub", ".", true},
		{"later", "", "-C ../same", ".", false},
		{"same", "", "", "-modfile=other.mod .", true},
		{"elsewhere", "", "-C ../same", "-modfile other.mod .", true},
		{"elsewhere", "", "", ".", false},
		{"later", "", "", "example.com/tool@v1.2.3", false},
	}
	for _, tt := range tests {
		fields := func(s string) []string { return strings.Fields(strings.ReplaceAll(s, "ROOT", root)) }
		t.Chdir(filepath.Join(root, filepath.FromSlash(tt.dir)))
		t.Setenv("GOWORK", strings.ReplaceAll(tt.gowork, "ROOT", root))
		c := &goCall{verb: "build", chdir: fields(tt.chdir), args: fields(tt.args)}
		if got := c.mayChoose("go1.26.8"); got != tt.want {
			t.Errorf("%+v: %v, want %v", tt, got, tt.want)
		}
	}
}
