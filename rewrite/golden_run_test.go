package rewrite_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/asynchooks/asynchooks/rewrite/generate"
	"github.com/asynchooks/asynchooks/rewrite/load"
)

// module writes a module with all cases and returns its folder.
func module(t *testing.T, cases []*golden) string {
	t.Helper()
	dir := t.TempDir()
	if err := writeModule(dir, cases); err != nil {
		t.Fatal(err)
	}
	return dir
}

// writeModule writes the kit, the runner and the cases into a folder.
func writeModule(dir string, cases []*golden) error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	mod := fmt.Sprintf("module golden\n\ngo 1.26\n\nrequire github.com/asynchooks/asynchooks v0.0.0\n\nreplace github.com/asynchooks/asynchooks => %q\n", root)
	for _, name := range []string{"kit/kit.go", "runner/main.go"} {
		files[name], err = os.ReadFile("testdata/" + name)
		if err != nil {
			return err
		}
	}
	list := &strings.Builder{}
	fmt.Fprintf(list, "package main\n\nimport (\n")
	for _, g := range cases {
		if g.runs() {
			fmt.Fprintf(list, "\tc_%s \"golden/cases/%[1]s\"\n", g.name)
		}
	}
	fmt.Fprintf(list, ")\n\nfunc init() {\n")
	for _, g := range cases {
		for _, f := range g.inputs() {
			files["cases/"+g.name+"/"+f.Name] = g.text(f)
			if f.Name == "go.mod" {
				mod += fmt.Sprintf("\nrequire golden/cases/%s v0.0.0\n\nreplace golden/cases/%[1]s => ./cases/%[1]s\n", g.name)
			}
		}
		if g.runs() {
			fmt.Fprintf(list, "\tcases = append(cases, golden{%q, c_%[1]s.Run})\n", g.name)
		}
	}
	fmt.Fprintf(list, "}\n")
	files["runner/cases.go"] = []byte(list.String())
	files["go.mod"] = []byte(mod)
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// runGolden runs the cases, and fills in what they print.
func runGolden(t *testing.T, dir string, cases []*golden) {
	t.Helper()
	readTree(t, "../rt")
	plain := results(t, goRun(t, dir))
	instrumented := results(t, goRun(t, dir, "-toolexec="+toolexec(t)))
	file, stock := overlay(t, dir)
	overlaid := results(t, goRun(t, dir, "-overlay="+file))
	if _, err := generate.Tags(generated(dir), "async"); err != nil {
		t.Fatal(err)
	}
	// The sources have a constraint now, and so other lines.
	untagged := results(t, goRun(t, dir))
	tagged := results(t, goRun(t, dir, "-tags=async"))
	for _, g := range cases {
		if !g.runs() {
			continue
		}
		p := plain["off "+g.name]
		if p == nil {
			t.Errorf("%s: no output", g.path)
			continue
		}
		g.got["output"] = p[0]
		for pass, in := range map[string]map[string][]string{"plain": plain, "instrumented": instrumented, "overlay": overlaid, "tags": tagged} {
			for name, got := range in {
				p := p
				if pass == "tags" {
					p = untagged["off "+g.name]
				}
				if strings.HasSuffix(name, " "+g.name) && got[0] != p[0] {
					t.Errorf("%s: %s, pass %s: output differs\n%s", g.path, pass, name, diff.Diff("plain", []byte(p[0]), pass, []byte(got[0])))
				}
			}
		}
		if s := instrumented["stores "+g.name]; s != nil {
			g.got["scopes"] = s[1]
			g.got["tags-scopes"] = tagged["stores "+g.name][1]
			of := s[1]
			if stock {
				of = g.got["tags-scopes"]
			}
			g.scopes(t, "instrumented", s[1], instrumented)
			g.scopes(t, "overlay", of, overlaid)
		}
	}
}

// scopes compares the scopes of all passes in one kind of build.
func (g *golden) scopes(t *testing.T, build, want string, results map[string][]string) {
	t.Helper()
	for _, pass := range []string{"stores", "ids", "hooks", "late"} {
		got := results[pass+" "+g.name]
		if got == nil || got[1] != want {
			t.Errorf("%s: %s: scopes differ in pass %s\n%s", g.path, build, pass, diff.Diff("wanted", []byte(want), pass, []byte(slices.Concat(got, []string{"", ""})[1])))
		}
	}
}

// overlay generates the overlay of a module and returns its file. stock means
// that it leaves the runtime as it is, as one does for a toolchain of the module
// cache, and so is no more than twins are.
func overlay(t *testing.T, dir string) (file string, stock bool) {
	t.Helper()
	c := generated(dir)
	var messages strings.Builder
	c.Messages = &messages
	if _, err := generate.Overlay(c, ""); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, generate.DefaultDir, "overlay.json"), strings.Contains(messages.String(), "the runtime stays the stock one")
}

// generated is the configuration for generating from a module.
func generated(dir string) *generate.Config {
	return &generate.Config{Config: load.Config{Dir: dir, Env: append(os.Environ(), "GOFLAGS=", "GOWORK=off")}, Patterns: []string{"golden/cases/...", "./..."}}
}

// goRun builds and runs the runner, and returns what it printed.
func goRun(t *testing.T, dir string, flags ...string) string {
	t.Helper()
	args := slices.Concat([]string{"run"}, flags, []string{"./runner"})
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("go %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// results splits what the runner printed into the output and the scopes of each
// pass and case.
func results(t *testing.T, out string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, part := range strings.Split(out, "\n=== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		output, scopes, _ := strings.Cut(rest+"\n", "--- scopes\n")
		all[name] = []string{output, strings.TrimSuffix(scopes, "\n")}
	}
	return all
}
