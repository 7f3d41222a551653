package process

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
)

// none is the answer of a program that does not have an operation.
const none = "none"

// An Op does something n times and returns the answer, which is one line.
type Op func(n int) string

// Serve answers questions on in until it ends.
func Serve(in io.Reader, out io.Writer, ops map[string]Op) error {
	questions := bufio.NewScanner(in)
	for questions.Scan() {
		var name string
		var n int
		if _, err := fmt.Sscanf(questions.Text(), "%q %d", &name, &n); err != nil {
			return fmt.Errorf("question %q: want an operation in quotes and a number: %w", questions.Text(), err)
		}
		answer := none
		if op := ops[name]; op != nil {
			answer = op(n)
		}
		if _, err := fmt.Fprintln(out, answer); err != nil {
			return err
		}
	}
	return questions.Err()
}

// Timed makes an operation's answer what Process.Time reads. A collection comes
// first, so that each begins with the same heap.
func Timed(do func(n int)) Op {
	return func(n int) string {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := Used()
		do(n)
		took := Used() - start
		runtime.ReadMemStats(&after)
		return fmt.Sprint(took.Nanoseconds(), after.Mallocs-before.Mallocs)
	}
}
