package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// block matches a fenced block of the README: its language and its text.
var block = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// without matches the section about builds without the tool.
var without = regexp.MustCompile(`(?ms)^## Builds without the tool$(.*?)^## `)

// readmeCommand matches a command of the README that stands for itself.
var readmeCommand = regexp.MustCompile("(?m)^    (.*)$")

// TestReadme runs the README's example, which prints what the block after it
// says.
func TestReadme(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readSources(t, root)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := block.FindAllSubmatch(readme, 2)
	if len(blocks) != 2 || string(blocks[0][1]) != "go" || string(blocks[1][1]) != "text" {
		t.Fatal("the README does not begin with an example and its output")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), blocks[0][2], 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), goMod("example.com/readme", root), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, run := range []struct{ program, want string }{
		{"asynchooks", string(blocks[1][2])},
		{"go", "hello, gopher\n"},
	} {
		cmd := exec.Command(run.program, "run", ".")
		cmd.Dir = dir
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s run: %v", run.program, err)
		}
		if string(out) != run.want {
			t.Errorf("%s run prints\n%s\nand not, as the README says,\n%s", run.program, out, run.want)
		}
	}
	section := without.FindSubmatch(readme)
	if section == nil {
		t.Fatal("the README has no section about builds without the tool")
	}
	for _, c := range readmeCommand.FindAllSubmatch(section[1], -1) {
		cmd := exec.Command("sh", "-c", string(c[1]))
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("$ %s: %v\n%s", c[1], err, out)
		} else if bytes.HasPrefix(c[1], []byte("go run")) && !bytes.HasSuffix(out, []byte("hello, gopher\n")) {
			t.Errorf("$ %s prints\n%s", c[1], out)
		}
	}
	if main, err := os.ReadFile(filepath.Join(dir, "main.go")); err != nil || !bytes.Equal(main, blocks[0][2]) {
		t.Errorf("-undo left another main.go (%v)", err)
	}
}
