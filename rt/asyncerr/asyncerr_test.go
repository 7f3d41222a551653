package asyncerr_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncerr"
)

func fail() error { return asyncerr.Wrap(fs.ErrNotExist) }

func TestWrap(t *testing.T) {
	if err := asyncerr.Wrap(nil); err != nil {
		t.Errorf("Wrap(nil) is %v", err)
	}
	err := fail()
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "file does not exist" {
		t.Errorf("error %q", err)
	}
	if again := asyncerr.Wrap(err); again != err {
		t.Errorf("wrapped twice: %+v", again)
	}
	outer := asyncerr.Errorf("open: %w", err)
	var e *asyncerr.Error
	if !errors.As(outer, &e) || error(e) != err {
		t.Errorf("the error found in %v is %v", outer, e)
	}
	if outer.Error() != "open: file does not exist" || !errors.Is(outer, fs.ErrNotExist) {
		t.Errorf("error %q", outer)
	}
	for format, want := range map[string]string{"%v": "file does not exist", "%s": "file does not exist", "%q": `"file does not exist"`} {
		if got := fmt.Sprintf(format, err); got != want {
			t.Errorf("%s prints %s, want %s", format, got, want)
		}
	}
}

func TestStack(t *testing.T) {
	for name, err := range map[string]error{"Wrap": fail(), "New": asyncerr.New("a"), "Errorf": asyncerr.Errorf("%d", 1)} {
		var e *asyncerr.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s returned %T", name, err)
		}
		stack := e.Stack()
		if len(stack) < 2 || !strings.HasPrefix(stack[0].Func, "github.com/asynchooks/asynchooks/rt/asyncerr_test.") || stack[0].Line == 0 {
			t.Errorf("%s: stack %v", name, stack)
		}
	}
}

// The error says where its goroutine was started and why, which no stack does.
func TestCauses(t *testing.T) {
	result := make(chan error)
	r := rt.NewAsyncResource("Job", nil)
	r.RunInAsyncScope(func() { rt.Go(func() { result <- fail() }) })
	err := <-result
	r.EmitDestroy()
	var e *asyncerr.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T", err)
	}
	chain := e.Causes()
	if len(chain) < 2 || chain[0].Type != rt.TypeGoroutine || chain[1].ID != r.AsyncID() {
		t.Errorf("causes %v, want a goroutine of Job %d", chain, r.AsyncID())
	}
	text := fmt.Sprintf("%+v", err)
	for _, want := range []string{
		"file does not exist\ngithub.com/asynchooks/asynchooks/rt/asyncerr_test.fail\n\t",
		"asyncerr_test.go:14\n",
		"\ncaused by\nGoroutine ",
		fmt.Sprintf("\nresource %d", r.AsyncID()),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// What no resource is executing for, has the root as its only cause.
func TestRoot(t *testing.T) {
	if rt.Instrumented() {
		return // the test's own goroutine is a resource there
	}
	if text := fmt.Sprintf("%+v", fail()); !strings.HasSuffix(text, "\ncaused by\nroot") {
		t.Errorf("error of the root:\n%s", text)
	}
}
