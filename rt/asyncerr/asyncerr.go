// Package asyncerr makes errors that know why the code that made them ran: the
// stack, and the chain of causes beyond the goroutine where the stack ends.
//
//	if err := query(); err != nil {
//		return asyncerr.Wrap(err)
//	}
//
// The text of such an error is that of the error itself; the verb %+v prints
// stack and causes with it. errors.Is and errors.As see through it.
//
// Chains are longer and go through messages if they are kept: see
// [rt.KeepCauses].
package asyncerr

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
)

// An Error is an error with the place where it was wrapped. It does not change.
type Error struct {
	err    error
	pcs    []uintptr
	causes []rt.Cause
}

// maxDepth is how many calls of the stack are kept.
const maxDepth = 32

// Wrap returns err with the caller's stack and causes. An err that has some
// already, itself or in its tree, is returned as it is, for the first are the
// nearest to what went wrong. Wrap of nil is nil.
func Wrap(err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return wrap(err)
}

// New returns an error of that text with the caller's stack and causes.
func New(text string) error { return wrap(errors.New(text)) }

// Errorf is fmt.Errorf with the caller's stack and causes, unless one of the
// errors that it wraps has some already.
func Errorf(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return wrap(err)
}

// wrap is called by those functions that the program calls.
func wrap(err error) error {
	var pcs [maxDepth]uintptr
	n := runtime.Callers(3, pcs[:])
	return &Error{err, append([]uintptr(nil), pcs[:n]...), rt.Causes()}
}

// Error returns the text of the error that was wrapped.
func (e *Error) Error() string { return e.err.Error() }

// Unwrap returns the error that was wrapped.
func (e *Error) Unwrap() error { return e.err }

// Causes returns the chain of causes, from the resource that was executing to
// the root, as far as it is known. See [rt.Causes].
func (e *Error) Causes() []rt.Cause { return append([]rt.Cause(nil), e.causes...) }

// Stack returns the calls that led to where the error was wrapped, innermost
// first.
func (e *Error) Stack() (stack []rt.Site) {
	frames := runtime.CallersFrames(e.pcs)
	for more := len(e.pcs) > 0; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.Function != "" && f.Function != "runtime.goexit" && f.Function != "runtime.main" {
			stack = append(stack, rt.Site{File: f.File, Line: f.Line, Func: f.Function})
		}
	}
	return stack
}

// Format prints the text, quoted for %q, and with %+v also the stack and the
// causes, each call and each cause as stack traces of Go have it.
func (e *Error) Format(s fmt.State, verb rune) {
	switch {
	case verb == 'v' && s.Flag('+'):
		io.WriteString(s, e.details())
	case verb == 'q':
		fmt.Fprintf(s, "%q", e.Error())
	default:
		io.WriteString(s, e.Error())
	}
}

func (e *Error) details() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v", e.err)
	for _, c := range e.Stack() {
		fmt.Fprintf(&b, "\n%s\n\t%s", c.Func, c)
	}
	if len(e.causes) > 0 {
		b.WriteString("\ncaused by")
	}
	for _, c := range e.causes {
		switch {
		case c.ID == rt.Root:
			b.WriteString("\nroot")
		case c.Site.Line == 0:
			fmt.Fprintf(&b, "\n%s", name(c))
		default:
			fmt.Fprintf(&b, "\n%s, made in %s\n\t%s", name(c), c.Site.Func, c.Site)
		}
	}
	return b.String()
}

// name returns "Type ID" with what is known of it.
func name(c rt.Cause) string {
	typ := c.Type
	if typ == "" {
		typ = "resource"
	}
	if c.ID == 0 {
		return typ
	}
	return fmt.Sprint(typ, " ", c.ID)
}
