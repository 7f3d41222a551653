package build

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// Trace runs go run or go test as [GoCommand] does, with the recorder of events
// linked into the programs. env is added to the environment; it says where they
// record to (package rt/trace/auto). Neither the module nor what it requires is
// touched: the recorder is compiled on its own, with the same flags, and the
// -toolexec program adds it to the packages named main that the go command's
// command line leads to.
func Trace(verb string, args, env []string) (int, error) {
	c, err := newGoCall(verb, args)
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(goFlags(verb, c.args), func(f goFlag) bool { return f.name == "pgo" }) {
		c.args = append([]string{"-pgo=off"}, c.args...) // or the standard library is compiled for each program
	}
	recorder, err := c.buildRecorder()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "asynchooks-")
	if err != nil {
		return 0, fmt.Errorf("add the recorder: %w", err)
	}
	defer os.RemoveAll(dir)
	c.options.Record = filepath.Join(dir, "importcfg")
	var config []byte
	for _, e := range recorder.exports {
		config = fmt.Appendf(config, "packagefile %s\n", e)
	}
	if err := os.WriteFile(c.options.Record, config, 0o666); err != nil {
		return 0, fmt.Errorf("add the recorder: %w", err)
	}
	if err := c.setToolexec(); err != nil {
		return 0, err
	}
	rest, err := c.recordFlags(recorder.id)
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(c.goCommand, slices.Concat([]string{verb}, c.chdir, []string{"-toolexec=" + c.toolexec}, rest)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), env...)
	return runThrough(cmd)
}

// recordFlags returns the arguments with the flag that tells the compiler of the
// packages of the command line to add the recorder. Of several flags that match
// a package the go command takes the last, so that ours comes behind the user's
// and repeats it.
func (c *goCall) recordFlags(id string) ([]string, error) {
	var values []string
	for _, f := range c.goflags {
		if name, value := flagName(f); name == "gcflags" {
			values = append(values, value)
		}
	}
	behind, counted := 0, false
	for _, f := range goFlags(c.verb, c.args) {
		switch f.name {
		case "gcflags":
			values = append(values, f.value)
			behind = f.at + f.words
		case "count", "test.count":
			counted = true
		}
	}
	gcflags := ""
	for _, v := range values {
		pattern, flags, ok := strings.Cut(v, "=")
		switch {
		case v == "" || strings.HasPrefix(v, "-"):
			gcflags = v
		case ok && pattern == "all":
			gcflags = flags
		default:
			return nil, fmt.Errorf("-gcflags=%s: with trace, give it for all packages (all=…) or for those of the command line (no pattern)", v)
		}
	}
	ours := []string{"-gcflags=" + strings.TrimSpace(gcflags+" "+recordFlag+id)}
	if c.verb == "test" && !counted {
		ours = append(ours, "-count=1") // a result that was kept has no trace
	}
	return slices.Insert(slices.Clone(c.args), behind, ours...), nil
}

// runThrough runs a command that gets the signals that this process gets, and
// returns its exit code.
func runThrough(cmd *exec.Cmd) (int, error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, forwarded...)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("run %s: %w", cmd.Path, err)
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case s := <-signals:
				if s != os.Interrupt { // which the whole process group gets
					cmd.Process.Signal(s)
				}
			case <-done:
				return
			}
		}
	}()
	err := cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(exit.ExitCode(), 1), nil
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", cmd.Path, err)
	}
	return 0, nil
}
