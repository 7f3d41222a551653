package toolcall

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRelease holds the answers to those of the tools.
func TestRelease(t *testing.T) {
	out, err := exec.Command("go", "env", "GOTOOLDIR", "GOVERSION").Output()
	if err != nil {
		t.Fatal(err)
	}
	env := strings.Fields(string(out))
	if len(env) != 2 || !isRelease(env[1]) {
		t.Fatalf("go env: %q: this test needs the toolchain of a release", env)
	}
	t.Setenv("GOTOOLDIR", env[0])
	t.Setenv("GOVERSION", env[1])
	t.Setenv("GOEXPERIMENT", "")
	for _, name := range []string{"asm", "cgo", "compile", "cover", "link", "vet"} {
		tool := filepath.Join(env[0], name)
		want, err := exec.Command(tool, "-V=full").Output()
		if err != nil {
			t.Errorf("%s: %v", tool, err)
			continue
		}
		if got, ok := Release(tool); !ok || got != strings.TrimSpace(string(want)) {
			t.Errorf("Release(%s) = %q, %v; the tool answers %q", tool, got, ok, want)
		}
	}
}

func TestReleaseNotKnown(t *testing.T) {
	tests := []struct{ version, experiment, tool string }{
		{"", "", "/go/tool/asm"},
		{"devel go1.28-abcdef", "", "/go/tool/asm"},
		{"go1.26.8 X:nogreenteagc", "", "/go/tool/asm"},
		{"go1.26.8-vendor", "", "/go/tool/asm"},
		{"go1.26rc1", "", "/go/tool/asm"},
		{"go1.26.", "", "/go/tool/asm"},
		{"go1.26.8.1", "", "/go/tool/asm"},
		{"go1.26.8", "nogreenteagc", "/go/tool/asm"},
		{"go1.26.8", "", "/other/tool/asm"},
		{"go1.26.8", "", "/go/tool/sub/asm"},
		{"go1.26.8", "", "/go/tools/asm"},
		{"go1.26.8", "", "/go/tool/"},
		{"go1.26.8", "", "/go/tool"},
		{"go1.26.8", "", "asm"},
		{"go1.26.8", "", "/go/tool/analyzers"},
	}
	t.Setenv("GOTOOLDIR", filepath.FromSlash("/go/tool"))
	for _, tt := range tests {
		t.Setenv("GOVERSION", tt.version)
		t.Setenv("GOEXPERIMENT", tt.experiment)
		if answer, ok := Release(filepath.FromSlash(tt.tool)); ok {
			t.Errorf("%+v: %q, want it to be asked", tt, answer)
		}
	}
	t.Setenv("GOTOOLDIR", "")
	t.Setenv("GOVERSION", "go1.26.8")
	t.Setenv("GOEXPERIMENT", "")
	if answer, ok := Release(string(os.PathSeparator) + "asm"); ok {
		t.Errorf("without GOTOOLDIR: %q, want it to be asked", answer)
	}
}

func TestIsRelease(t *testing.T) {
	for _, version := range []string{"go1.26", "go1.26.8", "go1.100.10"} {
		if !isRelease(version) {
			t.Errorf("%s is no release", version)
		}
	}
}

func TestSplitFlags(t *testing.T) {
	tests := []struct{ args, exclude, call string }{
		{"", "", ""},
		{"asm -V=full", "", "asm -V=full"},
		{"-exclude=a -exclude=b asm -x", "a b", "asm -x"},
		{"-exclude a asm", "", ""},
		{"-exclude=a -record=b link", "", ""},
		{"-exclude=a", "a", ""},
	}
	for _, tt := range tests {
		exclude, call := SplitFlags(strings.Fields(tt.args))
		if got := strings.Join(exclude, " "); got != tt.exclude {
			t.Errorf("SplitFlags(%q): excludes %q, want %q", tt.args, got, tt.exclude)
		}
		if got := strings.Join(call, " "); got != tt.call {
			t.Errorf("SplitFlags(%q): call %q, want %q", tt.args, got, tt.call)
		}
	}
}
