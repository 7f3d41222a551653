// Package process has programs measured side by side. A measured program is a
// process of its own: it does an operation so often as it is told on its standard
// input, and answers on its standard output with what that took. Start, Ask and
// Time are for the program that compares; Serve and Timed for those that it
// compares.
package process

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// ErrNone is what Ask and Time return for an operation that the program does not have.
var ErrNone = errors.New("no such operation")

// A Process is a program at work. It is for one goroutine at a time.
type Process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// A Cost is what an operation took, all times that it was done together.
type Cost struct {
	Nanoseconds float64 // of processor time
	Allocations float64
}

// Start starts a command. Its standard error is this process's own unless the
// command says otherwise. Whoever starts a process stops it.
func Start(cmd *exec.Cmd) (*Process, error) {
	if cmd.Stderr == nil {
		cmd.Stderr = os.Stderr
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", strings.Join(cmd.Args, " "), err)
	}
	return &Process{cmd, in, bufio.NewScanner(out)}, nil
}

// Ask has an operation done n times and returns the answer, which is one line. If
// the program does not have it, the error is ErrNone.
func (p *Process) Ask(op string, n int) (string, error) {
	_, err := fmt.Fprintf(p.in, "%q %d\n", op, n)
	if err != nil || !p.out.Scan() {
		return "", fmt.Errorf("%s ended when asked for %q: %w", strings.Join(p.cmd.Args, " "), op, errors.Join(err, p.out.Err(), io.ErrUnexpectedEOF))
	}
	if p.out.Text() == none {
		return "", ErrNone
	}
	return p.out.Text(), nil
}

// Time has an operation done n times and returns what that took.
func (p *Process) Time(op string, n int) (Cost, error) {
	answer, err := p.Ask(op, n)
	if err != nil {
		return Cost{}, err
	}
	var c Cost
	if _, err := fmt.Sscan(answer, &c.Nanoseconds, &c.Allocations); err != nil || c.Nanoseconds < 0 {
		return Cost{}, fmt.Errorf("%s answers %q when asked for %q: want nanoseconds and allocations", strings.Join(p.cmd.Args, " "), answer, op)
	}
	return c, nil
}

// Stop lets the process end, and waits for it.
func (p *Process) Stop() error {
	p.in.Close() // which ends Serve
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(p.cmd.Args, " "), err)
	}
	return nil
}
