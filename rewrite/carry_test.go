package rewrite_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// carry is one run of one of the programs.
type carry struct {
	name  string
	flags string // of go build
	pkg   string
	env   string
	args  string
}

// withC are the runs that need a C compiler.
var withC []carry

// TestCarry runs the programs of testdata/messages, which hold what they receive
// against what was sent.
func TestCarry(t *testing.T) {
	readTree(t, "../testdata/messages", "../rt")
	for _, tt := range append([]carry{
		{name: "soak", pkg: "soak", args: "-n 150000 -hooks -check"},
		{name: "soak with the collector at work", pkg: "soak", env: "GOGC=1", args: "-n 30000 -hooks"},
		{name: "soak with the collector checked", pkg: "soak", env: "GODEBUG=gccheckmark=1", args: "-n 10000 -hooks"},
		{name: "soak with one processor", pkg: "soak", env: "GOMAXPROCS=1", args: "-n 20000 -hooks -check"},
		{name: "events", pkg: "events"},
		{name: "pins", pkg: "pins"},
		{name: "edges", pkg: "edges"},
		{name: "edges with the collector at work", pkg: "edges", env: "GOGC=1"},
		{name: "edges with the collector checked", pkg: "edges", env: "GODEBUG=gccheckmark=1"},
	}, withC...) {
		t.Run(tt.name, func(t *testing.T) {
			cmd := exec.Command(program(t, tt.pkg, strings.Fields(tt.flags)...), strings.Fields(tt.args)...)
			if tt.env != "" {
				cmd.Env = append(os.Environ(), tt.env)
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestBubble sends messages inside of testing/synctest bubbles.
func TestBubble(t *testing.T) {
	readTree(t, "../testdata/messages/bubble")
	cmd := exec.Command("go", "test", "-toolexec="+toolexec(t), "../testdata/messages/bubble")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// program builds a program of testdata/messages, instrumented, and returns its
// path.
func program(t *testing.T, name string, flags ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".exe")
	args := slices.Concat([]string{"build", "-o", path, "-toolexec=" + toolexec(t)}, flags, []string{"../testdata/messages/" + name})
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return path
}

// toolexec is the -toolexec flag that makes this test binary the tool.
func toolexec(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return self + " toolexec"
}

// readTree opens the files of folders: go test reuses a result for as long as
// what the test itself opened is the same.
func readTree(t *testing.T, dirs ...string) {
	t.Helper()
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				_, err = os.ReadFile(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
