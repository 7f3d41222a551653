package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts in testdata/script call these programs; each is this test binary.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"asynchooks": main,
		"stopgo":     stopgo,
	})
}

// TestScript runs the scripts of testdata/script, one for each behaviour. They
// share the go command's build cache, so that the standard library is compiled
// once for each set of flags.
func TestScript(t *testing.T) { runScripts(t, "") }

// runScripts runs the scripts in a folder of testdata/script.
func runScripts(t *testing.T, folder string) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readSources(t, root)
	env := goEnv(t)
	tool, err := exec.LookPath("asynchooks") // as TestMain made it
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(root, "testdata", "script", folder),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for _, name := range slices.Sorted(maps.Keys(env)) {
				e.Setenv(name, env[name])
			}
			e.Setenv("ROOT", root)
			e.Setenv("TOOL", tool)
			e.Setenv("GOBIN", filepath.Join(e.WorkDir, "bin"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"gomod":  gomod,
			"same":   same,
			"scrub":  scrub,
			"lines":  lines,
			"within": within,

			"breakname": breakName,
			"memory":    memory,
			"own":       own,

			"proxy":       proxy,
			"unaddressed": unaddressed,
			"dwarflines":  dwarflines,
			"listing":     listing,
		},
	})
}

// readSources opens the files that the scripts' builds read, since go test
// reuses a result for as long as the files that the test itself opened are the
// same.
func readSources(t *testing.T, root string) {
	for _, dir := range []string{"rt", "testdata"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
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

// goEnv is the environment that the go command needs inside a script. Flags
// and the toolchain are those of the script alone.
func goEnv(t *testing.T) map[string]string {
	names := []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE"}
	out, err := exec.Command("go", append([]string{"env", "-json"}, names...)...).Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	env := map[string]string{}
	if err := json.Unmarshal(out, &env); err != nil {
		t.Fatalf("go env: %v", err)
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if value, ok := os.LookupEnv(name); ok {
			env[name] = value
		}
	}
	env["GOENV"] = "off"
	env["GOFLAGS"] = ""
	env["GOTOOLCHAIN"] = "local"
	return env
}

// gomod writes a go.mod: gomod MODULE [DIR]. The module requires this one as it
// is in this checkout.
func gomod(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: gomod module [dir]")
	}
	dir := strings.Join(args[1:], "")
	text := goMod(args[0], ts.Getenv("ROOT"))
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(dir), "go.mod"), text, 0o666))
}

// goMod is the go.mod of a module that requires this one, which is at root.
func goMod(module, root string) []byte {
	return fmt.Appendf(nil, `module %s

go 1.26.0

require github.com/asynchooks/asynchooks v0.0.0

replace github.com/asynchooks/asynchooks => %q
`, module, root)
}

// same compares two files byte for byte: same FILE FILE.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: same file file")
	}
	var data [2][]byte
	for i, name := range args {
		var err error
		data[i], err = os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
	}
	if equal := bytes.Equal(data[0], data[1]); equal == neg {
		ts.Fatalf("%s and %s: same is %v", args[0], args[1], equal)
	}
}

// scrub replaces, in a file of stack traces or of what go test prints, what differs
// from run to run and from Go release to Go release: the numbers of goroutines, the
// offsets of instructions, lines of package time, and times.
func scrub(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: scrub file")
	}
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	text = goroutineNumber.ReplaceAll(text, []byte("goroutine N"))
	text = instructionOffset.ReplaceAll(text, nil)
	text = timeLine.ReplaceAll(text, []byte("${1}N"))
	text = testTime.ReplaceAll(text, nil)
	ts.Check(os.WriteFile(path, text, 0o666))
}

var (
	testTime          = regexp.MustCompile(`"Time":"[^"]*",?|,"Elapsed":[0-9.]+|\d+\.\d+s`)
	goroutineNumber   = regexp.MustCompile(`goroutine \d+`)
	instructionOffset = regexp.MustCompile(`(?m) \+0x[0-9a-f]+$`)
	timeLine          = regexp.MustCompile(`(?m)(time/sleep\.go:)\d+$`)
)

// unaddressed takes addresses, process ids and colours out of a file:
// unaddressed FILE.
func unaddressed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: unaddressed file")
	}
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, addressOrColour.ReplaceAll(text, nil), 0o666))
}

var addressOrColour = regexp.MustCompile(`0x[0-9a-f]+|Process \d+|\x1b\[[0-9;]*m`)

// lines writes which source lines the functions of a binary have code for:
// lines BINARY REGEXP FILE takes the functions whose names match, and leaves out
// those that the tool added and the wrappers of deferred calls, which no stack
// trace shows.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: lines binary regexp file")
	}
	dump, err := exec.Command("go", "tool", "objdump", "-s", args[1], ts.MkAbs(args[0])).Output()
	ts.Check(err)
	seen := map[string]bool{}
	var function string
	for line := range strings.Lines(string(dump)) {
		switch fields := strings.Fields(line); {
		case len(fields) > 1 && fields[0] == "TEXT":
			function = strings.TrimSuffix(fields[1], "(SB)")
		case len(fields) > 1 && !strings.Contains(function, "asynchooks") && !strings.Contains(function, ".deferwrap"):
			seen[function+" "+fields[0]] = true
		}
	}
	text := strings.Join(slices.Sorted(maps.Keys(seen)), "\n") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o666))
}

// breakName writes a program in a file whose name has a line break: breakname DIR.
func breakName(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: breakname dir")
	}
	const program = "package main\n\nfunc main() {\n\tfor range make(chan int) {\n\t}\n}\n"
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[0]), "broken\nname.go"), []byte(program), 0o666))
}

// memory names a new folder, on a file system in memory, in a variable of the
// environment: memory NAME.
func memory(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: memory name")
	}
	dir, err := os.MkdirTemp("/dev/shm", "asynchooks")
	ts.Check(err)
	ts.Defer(func() { os.RemoveAll(dir) })
	ts.Setenv(args[0], dir)
}

// own leaves in a coverage profile the lines about example.com packages: own FILE.
func own(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: own file")
	}
	var text strings.Builder
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if strings.HasPrefix(line, "mode: ") || strings.HasPrefix(line, "example.com/") {
			text.WriteString(line)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text.String()), 0o666))
}

// within checks that each line of a file is one of another: within FILE FILE.
func within(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: within file file")
	}
	all := map[string]bool{}
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		all[line] = true
	}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if !all[line] {
			ts.Fatalf("%s has a line that %s lacks: %s", args[0], args[1], line)
		}
	}
}

// stopgo is a -toolexec program that ends a build in the middle: stopgo HOW PKG
// PROGRAM ARGS… runs the program, and when that is about to be compiling PKG,
// kills or interrupts its parent, the go command; HOW is kill or interrupt. With
// killtool the program itself is killed, and with killgroup, interruptgroup and
// terminategroup all processes of the build get the signal, as from a terminal.
func stopgo() {
	how, pkg, call := os.Args[1], os.Args[2], os.Args[3:]
	cmd := exec.Command(call[0], call[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if i := slices.Index(call, "-p"); i > 0 && call[i+1] == pkg {
		if err := stop(how, cmd.Process); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if cmd.Wait() != nil {
		os.Exit(1)
	}
}

// stop ends a build as stopgo was told to.
func stop(how string, tool *os.Process) error {
	parent, err := os.FindProcess(os.Getppid())
	if err != nil {
		return err
	}
	switch how {
	case "kill":
		return parent.Kill()
	case "interrupt":
		return parent.Signal(os.Interrupt)
	case "killtool":
		return tool.Kill()
	}
	return stopGroup(how)
}
