package rt

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// A UsageError is what a programmer's error panics with: a nil function, an
// empty type, a resource that is used after EmitDestroy, and so on. Its text
// names the ids that are concerned and says what to do.
type UsageError struct {
	// Op is the function that was misused, as in "AsyncResource.EmitDestroy", or
	// "asyncslog.NewHandler" for one of a package below this one.
	Op  string
	ID  ID     // the resource; 0: none
	Msg string // what is wrong, and what to do
}

// Error returns the text: operation, resource and what to do.
func (e *UsageError) Error() string {
	op := e.Op
	if r, _ := utf8.DecodeRuneInString(op); !unicode.IsLower(r) {
		op = "rt." + op
	}
	if e.ID == 0 {
		return fmt.Sprintf("%s: %s", op, e.Msg)
	}
	return fmt.Sprintf("%s: resource %d: %s", op, e.ID, e.Msg)
}

// misuse panics with a UsageError.
func misuse(op string, id ID, format string, args ...any) {
	panic(&UsageError{Op: op, ID: id, Msg: fmt.Sprintf(format, args...)})
}

// checkFunc panics unless a function was given.
func checkFunc(given bool, op string) {
	if !given {
		misuse(op, 0, "the function is nil; pass the function to run")
	}
}
