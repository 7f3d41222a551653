package build

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// A Finding is one thing that [Diagnose] looked at.
type Finding struct {
	Level Level
	What  string // that was looked at
	Text  string // what there is; of a problem, with what to do
}

// Level says how bad a finding is.
type Level string

const (
	OK      Level = "ok"
	Note    Level = "note"    // a build works, or most do
	Failure Level = "failure" // none works
)

// Diagnose looks at what an instrumented build depends on: the go command and
// its release, the flags of the command line and of GOFLAGS, whether the patches
// match the Go release's own source, the caches, package rt of the module that
// is built, and the C compiler. args are those of the go build that is asked
// about. Nothing is built or written but a file that is removed at once.
func Diagnose(args []string) []Finding {
	d := &diagnosis{}
	d.goCommand()
	if d.env == nil {
		return d.findings
	}
	d.flags(args)
	if d.release() {
		d.patches()
	}
	d.folder("build cache", d.env["GOCACHE"], "set GOCACHE to a folder that can be written to")
	d.moduleCache()
	d.module()
	d.cCompiler()
	d.environment()
	return d.findings
}

// diagnosis is what Diagnose finds.
type diagnosis struct {
	findings []Finding
	chdir    []string          // the -C flag
	rest     []string          // the arguments behind it
	env      map[string]string // what go env says
}

func (d *diagnosis) add(level Level, what, format string, args ...any) {
	d.findings = append(d.findings, Finding{level, what, fmt.Sprintf(format, args...)})
}

// goCommand finds the go command and what it says of itself.
func (d *diagnosis) goCommand() {
	const what = "go command"
	path, err := FindGo()
	if err != nil {
		d.add(Failure, what, noGo)
		return
	}
	if err := d.goJSON(&d.env, "env", "-json"); err != nil {
		d.env = nil
		d.add(Failure, what, "%s env: %v: mend that first; go help environment says what the variables are for", path, err)
		return
	}
	d.add(OK, what, "%s, which runs %s from %s", path, d.env["GOVERSION"], d.env["GOROOT"])
}

// goJSON runs the go command and reads the JSON that it prints.
func (d *diagnosis) goJSON(v any, args ...string) error {
	cmd := exec.Command("go", append(args[:1:1], append(d.chdir[:len(d.chdir):len(d.chdir)], args[1:]...)...)...)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(out, v)
}

// flags looks at the flags of the command line and of GOFLAGS.
func (d *diagnosis) flags(args []string) {
	const what = "flags"
	var options Options
	args, err := options.take("build", args)
	if err == nil {
		err = checkFlags(goFlags("build", args))
	}
	if err != nil {
		d.add(Failure, what, "%v", err)
	}
	d.chdir, d.rest = splitChdir(args)
	if len(d.chdir) > 0 {
		// What depends on the folder is asked again.
		if err := d.goJSON(&d.env, "env", "-json"); err != nil {
			d.add(Failure, what, "%v", err)
		}
	}
	fields, err := splitFields(d.env["GOFLAGS"])
	if err != nil {
		d.add(Failure, "GOFLAGS", "%v: see go help environment", err)
		return
	}
	ours := false
	for _, f := range fields {
		name, value := flagName(f)
		if name == "toolexec" {
			if _, ours = new(goCall).ownToolexec(value); ours {
				continue
			}
		}
		if err := checkFlag("GOFLAGS", name, value); err != nil {
			d.add(Failure, "GOFLAGS", "%v", err)
			return
		}
	}
	switch {
	case !ours && d.env["GOFLAGS"] == "":
		d.add(OK, "GOFLAGS", "empty")
	case !ours:
		d.add(OK, "GOFLAGS", "%s", d.env["GOFLAGS"])
	default:
		if _, err := exec.LookPath("asynchooks"); err != nil {
			d.add(Failure, "GOFLAGS", "it names asynchooks, which is not in PATH: add its folder to PATH, or write its path into GOFLAGS")
			return
		}
		d.add(OK, "GOFLAGS", "%s: plain go commands build instrumented", d.env["GOFLAGS"])
	}
}

// release looks at the Go release and at the one of this program.
func (d *diagnosis) release() bool {
	const what = "Go release"
	version := d.env["GOVERSION"]
	if err := checkVersion(version); err != nil {
		d.add(Failure, what, "%v", err)
		return false
	}
	d.add(OK, what, "%s; asynchooks %s was built with %s", version, Version, runtime.Version())
	return true
}

// patches holds the patches against the source of the Go release.
func (d *diagnosis) patches() {
	const what = "patches"
	paths := gopatch.Packages(d.env["GOVERSION"])
	for _, path := range paths {
		var pkg struct {
			Dir     string
			GoFiles []string
		}
		if err := d.goJSON(&pkg, "list", "-json=Dir,GoFiles", path); err != nil {
			d.add(Failure, what, "list %s: %v", path, err)
			return
		}
		var files []gopatch.File
		for _, name := range pkg.GoFiles {
			file := filepath.Join(pkg.Dir, name)
			src, err := os.ReadFile(file)
			if err != nil {
				d.add(Failure, what, "read source: %v", err)
				return
			}
			files = append(files, gopatch.File{Path: file, Src: src})
		}
		if _, _, err := gopatch.Patch(path, d.env["GOVERSION"], files); err != nil {
			d.add(Failure, what, "%v", err)
			return
		}
	}
	d.add(OK, what, "all points of %d packages match the source in %s", len(paths), filepath.Join(d.env["GOROOT"], "src"))
}

// folder finds out whether a folder can be written to.
func (d *diagnosis) folder(what, dir, advice string) {
	err := os.MkdirAll(dir, 0o777)
	var f *os.File
	if err == nil {
		f, err = os.CreateTemp(dir, "asynchooks-doctor-")
	}
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		d.add(Failure, what, "%v: %s", err, advice)
		return
	}
	d.add(OK, what, "%s", dir)
}

// moduleCache looks at where modules and toolchains are: a build needs to read
// there alone.
func (d *diagnosis) moduleCache() {
	const what = "module cache"
	dir := d.env["GOMODCACHE"]
	if rel, err := filepath.Rel(dir, d.env["GOROOT"]); err == nil && filepath.IsLocal(rel) {
		d.add(Note, what, "%s holds the toolchain itself: the go command overlays no file there, so that builds by -overlay are refused; all others work", dir)
		return
	}
	d.add(OK, what, "%s", dir)
}

// module looks at package rt of the module that is built.
func (d *diagnosis) module() {
	const what = "package rt"
	if gomod := d.env["GOMOD"]; gomod == "" || gomod == os.DevNull {
		d.add(Note, what, "there is no go.mod here: give -C dir, or run this in a module")
		return
	}
	var pkg struct {
		Dir   string
		Error *struct{ Err string }
	}
	args := []string{"list", "-e", "-json=Dir,Error"}
	for _, f := range goFlags("build", d.rest) {
		if f.name == "mod" || f.name == "modfile" || f.name == "tags" {
			args = append(args, "-"+f.name+"="+f.value)
		}
	}
	switch err := d.goJSON(&pkg, append(args, gopatch.RT)...); {
	case err != nil:
		d.add(Failure, what, "%v", err)
	case pkg.Error != nil || pkg.Dir == "":
		d.add(Note, what, "the module does not require it: programs are instrumented and cannot tell: go get %s@%s", gopatch.RT, Version)
	default:
		if err := CheckABI(pkg.Dir); err != nil {
			d.add(Failure, what, "%v", err)
			return
		}
		d.add(OK, what, "%s, for ABI %d", pkg.Dir, gopatch.ABI)
	}
}

// cCompiler looks for the C compiler, which -race and packages with C in them
// need.
func (d *diagnosis) cCompiler() {
	const what = "C compiler"
	cc, err := splitFields(d.env["CC"])
	if err != nil || len(cc) == 0 {
		d.add(Note, what, "CC is %q, which is no command", d.env["CC"])
		return
	}
	race := false
	for _, f := range goFlags("build", d.rest) {
		race = race || f.name == "race" && f.value != "false"
	}
	level := Note
	if race {
		level = Failure
	}
	path, err := exec.LookPath(cc[0])
	switch {
	case d.env["CGO_ENABLED"] == "0":
		d.add(level, what, "CGO_ENABLED is 0: packages with C in them are left out, and -race does not work on most systems: set CGO_ENABLED=1 for those")
	case err != nil:
		d.add(level, what, "no %s in PATH: -race and packages with C in them need it: install gcc or clang, or set CC", cc[0])
	default:
		d.add(OK, what, "%s", path)
	}
}

// environment looks at variables that change what an instrumented binary does.
func (d *diagnosis) environment() {
	if os.Getenv("ASYNCHOOKS") == "off" {
		d.add(Note, "ASYNCHOOKS", "it is off here: instrumented programs that are started from here behave as plain ones: unset it")
	}
	if target := d.env["GOOS"] + "/" + d.env["GOARCH"]; target != "linux/amd64" {
		d.add(Note, "platform", "%s: instrumented programs are compiled for it in tests, and not run", target)
	}
}

// SplitArguments splits the arguments of a go build: the folder of -C, the flags
// without that and without the options, and the packages.
func SplitArguments(args []string) (dir string, flags, packages []string) {
	var options Options
	args, err := options.take("build", args)
	if err != nil {
		return "", nil, nil // a finding of Diagnose's
	}
	chdir, rest := splitChdir(args)
	for _, f := range goFlags("build", chdir) {
		dir = f.value
	}
	end := 0
	for _, f := range goFlags("build", rest) {
		end = f.at + f.words
	}
	return dir, rest[:end], rest[end:]
}
