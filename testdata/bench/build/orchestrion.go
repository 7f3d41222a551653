package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// runOrchestrion measures orchestrion, built from the module in folder, which
// requires it: the program takes over the module's requirements and the file that
// names what is woven in.
func runOrchestrion(folder string, cold, pairs int) error {
	work, err := os.MkdirTemp("", "asynchooks-bench-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	tool := filepath.Join(work, "bin", "orchestrion")
	cmd := exec.Command("go", "build", "-o", tool, "github.com/DataDog/orchestrion")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build orchestrion: %w\n%s", err, out)
	}
	// It calls itself by name.
	if err := os.Setenv("PATH", filepath.Dir(tool)+string(filepath.ListSeparator)+os.Getenv("PATH")); err != nil {
		return err
	}
	b := &bench{work: work, tool: tool, verb: []string{"go"}}
	if err := b.writeFiles(); err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum", "orchestrion.tool.go"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		out := string(text)
		if name == "go.mod" {
			_, rest, _ := strings.Cut(out, "\n")
			out = "module example.com/bench\n" + rest
		}
		if err := write(filepath.Join(b.dir(1), name), out); err != nil {
			return err
		}
	}
	// The folder's module has requirements of its own, which are of no use here.
	drop := b.command(1, "go", "mod", "edit", "-dropreplace=example.com/compare/cells", "-droprequire=example.com/compare/cells")
	if out, err := drop.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", drop.Args, err, out)
	}
	return runSteps(b.steps(cold, pairs))
}
