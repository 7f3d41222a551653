package build

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/build/toolcall"
	"github.com/asynchooks/asynchooks/rewrite/build/toolid"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// exitFailure is the exit code of a tool call that failed for a reason of
// ours; the go command's own tools use it as well.
const exitFailure = 2

// Toolexec runs one tool call of the go command: the path of the tool and its
// arguments, behind the flags of [Options]. What the tool is asked goes
// unchanged to the tool, but for the cases in the package comment. Toolexec
// returns the exit code; on systems that can replace a process, it returns only
// if the tool could not be started or was only asked for its version.
func Toolexec(args []string) int {
	options, call, err := parseOptions(args)
	if err == nil && len(call) == 0 {
		err = errors.New("toolexec: no tool to run: it is meant for the go command, as in go build -toolexec='asynchooks toolexec'")
	}
	code := 0
	if err == nil {
		code, err = options.toolexec(call)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "asynchooks: %v\n", err)
		return exitFailure
	}
	return code
}

func (o Options) toolexec(call []string) (int, error) {
	tool, args := call[0], call[1:]
	switch name := toolcall.Name(tool); {
	case name == "gccgo" || strings.HasSuffix(name, "-gccgo"):
		return 0, errors.New("gccgo is not supported: asynchooks patches the runtime of the gc toolchain (drop -compiler=gccgo)")
	case name == "link" && o.Record != "":
		args, err := o.recordLink(args)
		if err != nil {
			return 0, err
		}
		return replaceProcess(tool, args)
	case name != "compile":
		return replaceProcess(tool, args)
	case len(args) == 1 && args[0] == "-V=full":
		return answerVersion(tool, o.id(), os.Stdout)
	}
	delayCollection()
	c, err := parseCompile(args, o)
	if err != nil {
		return 0, err
	}
	recorded := c.takeRecord()
	if c.wantsPatch() {
		err = c.patch()
	}
	if err == nil && c.firstFile < len(c.args) && !sitescan.Exempt(c.pkg) && !o.excludes(importPath(c.pkg)) {
		err = c.rewriteSites() // of the patched files, if there are some
	}
	if err == nil && recorded {
		err = c.record()
	}
	if errors.Is(err, errSource) {
		return c.compileAsIs(tool, err)
	}
	if err != nil {
		return 0, err
	}
	if args, err = c.call(); err != nil {
		return 0, err
	}
	return replaceProcess(tool, args)
}

// answerVersion answers compile -V=full where package toolcall has not. The go
// command takes the whole line as the identity of a released compiler, and what
// follows the last slash of the last field as that of a compiler under development
// (buildID=…): in both cases a suffix to the line makes it another compiler.
func answerVersion(tool, id string, stdout io.Writer) (int, error) {
	cmd := exec.Command(tool, "-V=full")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("run %s -V=full: %w", tool, err)
	}
	line := string(bytes.TrimSpace(out))
	fields := strings.Fields(line)
	if len(fields) < 3 || fields[0] != "compile" || fields[1] != "version" {
		return 0, fmt.Errorf("read the answer of %s -V=full: %q is not a compiler of the gc toolchain", tool, line)
	}
	if err := checkVersion(fields[2]); err != nil {
		return 0, err
	}
	sep := toolid.VersionSuffix
	if strings.HasPrefix(fields[len(fields)-1], "buildID=") {
		sep = "-asynchooks-"
	}
	_, err = fmt.Fprintf(stdout, "%s%s%s\n", line, sep, id)
	return 0, err
}
