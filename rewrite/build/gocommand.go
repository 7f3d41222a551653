package build

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/build/toolcall"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
)

// Verbs are the commands of the go command that [GoCommand] runs.
var Verbs = []string{"build", "run", "test", "install"}

// GoCommand runs go VERB, one of [Verbs], with the user's arguments and with
// this program as the -toolexec program. Flags among the arguments that are
// asynchooks' own, those of [Options], are taken out. It returns the exit code of
// the go command, or an error if that was not started.
func GoCommand(verb string, args []string) (int, error) {
	c, err := newGoCall(verb, args)
	if err != nil {
		return 0, err
	}
	return replaceProcess(c.goCommand, slices.Concat([]string{verb}, c.chdir, []string{"-toolexec=" + c.toolexec}, c.args))
}

// A goCall is a call of the go command that is to be made.
type goCall struct {
	goCommand string
	self      string // the path of this program
	verb      string
	chdir     []string // the -C flag
	args      []string // behind that, without the options
	options   Options
	toolexec  string   // the value of the -toolexec flag
	goflags   []string // GOFLAGS
}

// newGoCall reads the user's arguments of a verb, and refuses what can be known
// not to work.
func newGoCall(verb string, args []string) (*goCall, error) {
	c := &goCall{verb: verb}
	var err error
	if c.goCommand, err = FindGo(); err != nil {
		return nil, err
	}
	if c.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("find this program's own path: %w", err)
	}
	if args, err = c.options.take(verb, args); err != nil {
		return nil, err
	}
	if err := checkFlags(goFlags(verb, args)); err != nil {
		return nil, err
	}
	c.chdir, c.args = splitChdir(args)
	if err := c.setToolexec(); err != nil {
		return nil, err
	}
	return c, c.checkGo()
}

const noGo = "no go in PATH: install Go from https://go.dev/dl/ or add its bin folder to PATH"

// FindGo returns the path of the go command.
func FindGo() (string, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("find the go command: " + noGo)
	}
	return path, nil
}

// setToolexec writes the -toolexec flag's value for the options.
func (c *goCall) setToolexec() (err error) {
	if c.toolexec, err = quoteFields(slices.Concat([]string{c.self, "toolexec"}, c.options.words())...); err != nil {
		return fmt.Errorf("write the -toolexec flag: %w", err)
	}
	return nil
}

// checkGo refuses what can be known not to work before anything is built: the
// release that the go command would use here, and flags in GOFLAGS. Where go
// env fails there is something wrong that the go command itself says better.
func (c *goCall) checkGo() error {
	s, ok := installed(c.goCommand)
	if !ok || checkVersion(s.version) != nil || s.chooses && c.mayChoose(s.version) {
		var err error
		if s, err = c.ask(); err != nil {
			return nil
		}
		if err := checkVersion(s.version); err != nil {
			return err
		}
	}
	var err error
	if c.goflags, err = splitFields(s.goflags); err != nil {
		return nil // the go command refuses it with a message of its own
	}
	for _, f := range c.goflags {
		name, value := flagName(f)
		if name != "toolexec" {
			if err := checkFlag("GOFLAGS", name, value); err != nil {
				return err
			}
			continue
		}
		// The flag on the command line takes its place, and so has its effect.
		o, ok := c.ownToolexec(value)
		if !ok {
			return checkFlag("GOFLAGS", name, value)
		}
		c.options.Exclude = append(c.options.Exclude, o.Exclude...)
	}
	return c.setToolexec()
}

// checkVersion refuses Go releases that this program cannot instrument.
func checkVersion(version string) error {
	if err := gopatch.Supported(version); err != nil {
		return err
	}
	return releases.NotLater(version, runtime.Version())
}

// ownToolexec reports whether the value of a -toolexec flag is this program with
// toolexec, and reads the options in it.
func (c *goCall) ownToolexec(value string) (o Options, ok bool) {
	words, err := splitFields(value)
	if err != nil || len(words) < 2 || words[1] != "toolexec" || words[0] != c.self && toolcall.Name(words[0]) != "asynchooks" {
		return o, false
	}
	o, rest, err := parseOptions(words[2:])
	return o, err == nil && len(rest) == 0 && o.Record == ""
}

// checkFlags refuses flags of the command line that cannot work.
func checkFlags(flags []goFlag) error {
	for _, f := range flags {
		if err := checkFlag("the command line", f.name, f.value); err != nil {
			return err
		}
	}
	return nil
}

// checkFlag refuses a flag that cannot work, saying why.
func checkFlag(where, name, value string) error {
	switch {
	case name == "toolexec":
		return fmt.Errorf("-toolexec in %s: asynchooks needs that flag for itself and the go command takes only one: drop it", where)
	case name == "compiler" && value != "gc":
		return fmt.Errorf("-compiler=%s in %s: asynchooks patches the runtime of the gc toolchain: drop it", value, where)
	case name == "linkshared" && value != "false", name == "buildmode" && value == "shared":
		return fmt.Errorf("-%s in %s: a shared standard library would serve plain and instrumented programs alike: drop it", strings.TrimSuffix(name+"="+value, "="), where)
	}
	return nil
}

// take reads the options among the arguments of a verb and returns the rest.
func (o *Options) take(verb string, args []string) (rest []string, err error) {
	last := 0
	for _, f := range goFlags(verb, args) {
		if f.name != "exclude" {
			continue
		}
		if err := o.addExclude(f.value); err != nil {
			return nil, err
		}
		rest = append(rest, args[last:f.at]...)
		last = f.at + f.words
	}
	return append(rest, args[last:]...), nil
}

// goFlag is a flag of the go command, or one of ours among those.
type goFlag struct {
	name, value string
	at, words   int // where it is among the arguments, and how many of them
}

// boolFlags are the flags of go build, run, test and install that take no
// value in the next argument.
var boolFlags = map[string]bool{
	"a": true, "artifacts": true, "asan": true, "benchmem": true, "buildvcs": true, "c": true, "cover": true,
	"failfast": true, "fullpath": true, "json": true, "linkshared": true, "modcacherw": true, "msan": true,
	"n": true, "race": true, "short": true, "trimpath": true, "v": true, "work": true, "x": true,
	"h": true, "help": true,
}

// goFlags returns the flags among the arguments of a verb. They end at the
// first argument that is none, but go test takes them behind its packages too,
// up to -args. A flag that is not known here is taken to have a value in the
// next argument, and that is looked at as well: better a flag too many than
// one unseen that undoes the instrumenting.
func goFlags(verb string, args []string) []goFlag {
	var flags []goFlag
	for i := 0; i < len(args); i++ {
		name, value := flagName(args[i])
		switch {
		case args[i] == "--", name == "args":
			return flags
		case name == "":
			if verb != "test" {
				return flags
			}
			continue
		}
		if !strings.Contains(args[i], "=") && !boolFlags[strings.TrimPrefix(name, "test.")] && i+1 < len(args) {
			value = args[i+1]
			if next, _ := flagName(value); next != "toolexec" {
				flags = append(flags, goFlag{name, value, i, 2})
				i++
				continue
			}
		}
		flags = append(flags, goFlag{name, value, i, 1})
	}
	return flags
}

// flagName splits -name=value or --name=value; name is empty if arg is no flag.
func flagName(arg string) (name, value string) {
	name, ok := strings.CutPrefix(arg, "-")
	if !ok || name == "" {
		return "", ""
	}
	name, value, _ = strings.Cut(strings.TrimPrefix(name, "-"), "=")
	return name, value
}

// dir is the folder that the -C flag names; "" without one.
func (c *goCall) dir() string {
	_, dir, _ := strings.Cut(strings.Join(c.chdir, "="), "=")
	return dir
}

// versioned reports whether the build is of a package at a version, which has
// nothing to do with the module that it is started in.
func (c *goCall) versioned() bool {
	return slices.ContainsFunc(c.args, func(a string) bool { return !strings.HasPrefix(a, "-") && strings.Contains(a, "@") })
}

// splitChdir splits off the -C flag, which the go command wants first.
func splitChdir(args []string) (chdir, rest []string) {
	if len(args) == 0 {
		return nil, args
	}
	switch name, _ := flagName(args[0]); {
	case name != "C":
		return nil, args
	case strings.Contains(args[0], "="):
		return args[:1], args[1:]
	default:
		n := min(2, len(args))
		return args[:n], args[n:]
	}
}

// quoteFields joins words into one string that the go command splits into the
// same words. Its quoting knows no escapes: a word cannot hold both quotes.
func quoteFields(words ...string) (string, error) {
	quoted := make([]string, len(words))
	for i, w := range words {
		switch {
		case w != "" && !strings.ContainsAny(w, " \t\r\n'\""):
			quoted[i] = w
		case !strings.Contains(w, "'"):
			quoted[i] = "'" + w + "'"
		case !strings.Contains(w, `"`):
			quoted[i] = `"` + w + `"`
		default:
			return "", fmt.Errorf("the go command cannot be given a word with both kinds of quote: %s", w)
		}
	}
	return strings.Join(quoted, " "), nil
}

// splitFields splits a string the way the go command does: at white space, but
// for fields that begin with a quote and go on to the next one of its kind.
func splitFields(s string) ([]string, error) {
	const space = " \t\r\n"
	var fields []string
	for s = strings.TrimLeft(s, space); s != ""; s = strings.TrimLeft(s, space) {
		if s[0] == '\'' || s[0] == '"' {
			field, rest, ok := strings.Cut(s[1:], s[:1])
			if !ok {
				return nil, fmt.Errorf("split %q: unterminated %s", s, s[:1])
			}
			fields, s = append(fields, field), rest
			continue
		}
		n := strings.IndexAny(s, space)
		if n < 0 {
			n = len(s)
		}
		fields, s = append(fields, s[:n]), s[n:]
	}
	return fields, nil
}
