package rt_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the table of scenarios to testdata/conformance/README.md")

const conformance = "../testdata/conformance"

// A twin is an entry of the table in testdata/conformance/twins.go.
type twin struct {
	Name    string
	Types   string
	Differs string
	NoPlain string
	Open    string
	Env     []string
}

// TestConformance runs the twins in testdata/conformance, each in a process of
// its own: built by the tool, built by the tool and turned off, and built by the
// go command. It compares their lines with those that Node.js printed, or that
// our rules demand instead, and ends with the table of all scenarios.
func TestConformance(t *testing.T) {
	readSources(t)
	dir := t.TempDir()
	exe := func(name string) string { return filepath.Join(dir, name+".exe") }
	goCommand(t, "go", "build", "-o", exe("asynchooks"), "../cmd/asynchooks")
	goCommand(t, exe("asynchooks"), "build", "-o", exe("instrumented"), conformance)
	goCommand(t, "go", "build", "-o", exe("plain"), conformance)
	modes := []struct {
		name, program string
		plain         bool
		env           []string
	}{
		{"instrumented", exe("instrumented"), false, nil},
		{"off", exe("instrumented"), true, []string{"ASYNCHOOKS=off"}},
		{"plain", exe("plain"), true, nil},
	}
	refused := refusedLines(t)
	twins := listTwins(t, exe("plain"))

	checked := map[string]bool{}
	for _, tw := range twins {
		want := tw.wanted(t)
		for _, mode := range modes {
			if mode.plain && tw.NoPlain != "" {
				continue
			}
			t.Run(mode.name+"/"+tw.Name, func(t *testing.T) {
				t.Parallel()
				got := tw.run(t, mode.program, mode.env, refused[tw.Name])
				diff := cmp.Diff(want, got)
				switch {
				case tw.Open != "" && diff == "":
					t.Errorf("the lines are right: take Open (%s) out of twins.go", tw.Open)
				case tw.Open == "" && diff != "":
					t.Errorf("lines differ (-want +got):\n%s", diff)
				}
			})
		}
		checked[tw.Name] = true
	}
	for _, name := range names(t, "recorded") {
		if !checked[name] {
			t.Errorf("scenario %s has no twin", name)
		}
	}
	for _, name := range names(t, "decided") {
		i := slices.IndexFunc(twins, func(tw twin) bool { return tw.Name == name })
		if i < 0 || twins[i].Differs == "" {
			t.Errorf("lines of %s are decided, but the table names no rule", name)
		}
	}
	checkTable(t, table(t, twins))
}

// goCommand runs the go command or the tool.
func goCommand(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
}

// readSources opens the files that the builds read, since go test reuses a
// result for as long as the files that the test itself opened are the same.
func readSources(t *testing.T) {
	for _, dir := range []string{".", "../cmd", "../rewrite", conformance} {
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

func listTwins(t *testing.T, program string) (twins []twin) {
	out, err := exec.Command(program, "-list").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var tw twin
		if err := d.Decode(&tw); err != nil {
			t.Fatal(err)
		}
		twins = append(twins, tw)
	}
	slices.SortStableFunc(twins, func(a, b twin) int { return number(a.Name) - number(b.Name) })
	return twins
}

// number is the one that the scenario's name begins with.
func number(name string) int {
	digits, _, _ := strings.Cut(name, "-")
	n, _ := strconv.Atoi(digits)
	return n
}

// names are those of the files in a folder of lines.
func names(t *testing.T, folder string) (names []string) {
	entries, err := os.ReadDir(filepath.Join(conformance, folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".txt"))
	}
	return names
}

// wanted returns the lines that the twin is to print.
func (tw *twin) wanted(t *testing.T) []string {
	if tw.Differs != "" {
		decided := lines(t, "decided", tw.Name)
		if !tw.neighbour() && slices.Equal(decided, tw.recorded(t)) {
			t.Errorf("%s is said to differ, and has the recorded lines", tw.Name)
		}
		return decided
	}
	return tw.recorded(t)
}

// recorded returns Node's lines, with our types.
func (tw *twin) recorded(t *testing.T) []string {
	all := lines(t, "recorded", tw.Name)
	for _, pair := range strings.Fields(tw.Types) {
		node, ours, _ := strings.Cut(pair, "=")
		word := regexp.MustCompile(`\b` + node + `\b`)
		found := false
		for i, line := range all {
			found = found || word.MatchString(line)
			all[i] = word.ReplaceAllString(line, ours)
		}
		if !found {
			t.Errorf("%s has no %s in its recorded lines", tw.Name, node)
		}
	}
	return all
}

// neighbour reports whether the twin is of a rule next to its scenario's.
func (tw *twin) neighbour() bool { return strings.Contains(tw.Name, ".") }

func lines(t *testing.T, folder, name string) (lines []string) {
	f, err := os.Open(filepath.Join(conformance, folder, name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if first, ok := strings.CutPrefix(line, stderrLine); ok {
			line = stderrLine + failure(first)
		}
		lines = append(lines, line)
	}
	return lines
}

const stderrLine = "[stderr] "

var failureID = regexp.MustCompile(`(actual|expected): \d+`)

// failure is the first line of what a failing process said, without what
// Node.js and Go put in front, and without ids.
func failure(line string) string {
	for _, prefix := range []string{"Error: ", "panic: ", "runtime error: "} {
		line = strings.TrimPrefix(line, prefix)
	}
	return failureID.ReplaceAllStringFunc(line, func(s string) string {
		if strings.HasPrefix(s, "actual") {
			return "actual: N"
		}
		return "expected: M"
	})
}

// run runs the twin and returns its lines: what it printed, what does not
// compile, how it failed and how it ended.
func (tw *twin) run(t *testing.T, program string, env, refused []string) []string {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, tw.Name)
	cmd.Dir = t.TempDir() // for core dumps
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "GOTRACEBACK=") || strings.HasPrefix(v, "GODEBUG=") || strings.HasPrefix(v, "ASYNCHOOKS=")
	}), slices.Concat(env, tw.Env)...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("the twin hangs; it printed\n%s%s", stdout.String(), stderr.String())
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	got := slices.Collect(strings.Lines(stdout.String()))
	for i := range got {
		got[i] = strings.TrimSuffix(got[i], "\n")
	}
	got = append(got, refused...)
	if stderr.Len() > 0 {
		first, rest, _ := strings.Cut(stderr.String(), "\n")
		got = append(got, stderrLine+failure(first))
		if !strings.Contains(rest, "\ngoroutine ") {
			got = append(got, stderrLine+"has no stack:\n"+rest)
		}
	}
	end := strconv.Itoa(cmd.ProcessState.ExitCode())
	if strings.HasPrefix(cmd.ProcessState.String(), "signal: aborted") {
		end = "signal SIGABRT"
	}
	return append(got, "[exit] "+end)
}

// refusedLines compiles testdata/conformance/static and returns a line for each
// of its commented lines that the compiler refuses, by scenario.
func refusedLines(t *testing.T) map[string][]string {
	source, err := os.ReadFile(filepath.Join(conformance, "static", "static.go"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "build", "-tags=refused", "-gcflags=-e", conformance+"/static").CombinedOutput()
	if err == nil {
		t.Fatal("what the compiler should refuse compiles")
	}
	failed := map[int]bool{}
	for _, m := range regexp.MustCompile(`static\.go:(\d+):\d+: `).FindAllSubmatch(out, -1) {
		line, _ := strconv.Atoi(string(m[1]))
		failed[line] = true
	}
	refused := map[string][]string{}
	comment := regexp.MustCompile(`^\t.*// (\d+-[\w-]+): (.*)$`)
	for i, line := range strings.Split(string(source), "\n") {
		m := comment.FindStringSubmatch(line)
		switch {
		case m != nil && failed[i+1]:
			refused[m[1]] = append(refused[m[1]], m[2]+" does not compile")
		case m != nil:
			refused[m[1]] = append(refused[m[1]], m[2]+" compiles")
		case failed[i+1]:
			t.Fatalf("static.go:%d should compile:\n%s", i+1, out)
		}
	}
	return refused
}

// table returns the table of scenarios and their states.
func table(t *testing.T, twins []twin) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| scenario | lines | plain build |\n| --- | --- | --- |\n")
	same, differ, neighbours, open := 0, 0, 0, 0
	for _, tw := range twins {
		state, plain := "Node's", "the same"
		switch {
		case tw.neighbour():
			neighbours++
			state = tw.Differs
			if tw.Types != "" {
				t.Errorf("%s has no recorded lines to rename types in", tw.Name)
			}
		case tw.Differs != "":
			differ++
			state = "ours: " + tw.Differs
		default:
			same++
			if tw.Types != "" {
				state += ", with " + strings.ReplaceAll(strings.ReplaceAll(tw.Types, " ", ", "), "=", " as ")
			}
		}
		if tw.Open != "" {
			open++
			state += "; open: " + tw.Open
		}
		if tw.NoPlain != "" {
			plain = "none: " + tw.NoPlain
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", tw.Name, state, plain)
	}
	fmt.Fprintf(&b, "\n%d scenarios: %d print Node's lines, %d print ours. %d further twins check rules next to theirs. Open: %d.\n", same+differ, same, differ, neighbours, open)
	if n := len(names(t, "recorded")); n != same+differ {
		t.Errorf("%d scenarios are recorded, and %d are in the table", n, same+differ)
	}
	return b.String()
}

// checkTable compares the table with the one in README.md.
func checkTable(t *testing.T, table string) {
	t.Log("\n" + table)
	path := filepath.Join(conformance, "README.md")
	text := tableHead + table
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		old = bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n"))
	}
	if diff := cmp.Diff(text, string(old)); diff != "" {
		t.Errorf("%s is out of date: go test -run TestConformance ./rt -update (-want +got)\n%s", path, diff)
	}
}

const tableHead = `# Conformance

Each scenario is a small program for Node.js whose lines were recorded. Its twin
here does the same in Go; ` + "`go doc`" + ` of this folder tells how. This table is
written by ` + "`go test -run TestConformance ./rt -update`" + `, and checked by that test.

`
