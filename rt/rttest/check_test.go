package rttest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

func TestCheckerFindsNothingWrong(t *testing.T) {
	earlier := rt.NewAsyncResource("Earlier", nil)
	c := rttest.NewChecker().Enable()
	defer c.Report(t)
	earlier.RunInAsyncScope(func() { rt.NewAsyncResource("Inner", nil).EmitDestroy() })
	r := rt.NewAsyncResource("A", nil)
	r.EmitBefore()
	if open := c.Open(); len(open) != 1 || open[0] != r.AsyncID() {
		t.Errorf("open scopes %v, want that of %d", open, r.AsyncID())
	}
	r.EmitAfter().EmitDestroy()
	rt.Flush()
	if n := c.Events(); n < 8 {
		t.Errorf("%d events", n)
	}
}

// From the start, nothing may be unknown.
func TestCheckerFindsWhatIsUnknown(t *testing.T) {
	earlier := rt.NewAsyncResource("Earlier", nil)
	c := rttest.NewChecker().FromStart().Enable()
	earlier.RunInAsyncScope(func() {})
	c.Disable()
	want := fmt.Sprintf("Before of %d: there was no Init", earlier.AsyncID())
	if problems := strings.Join(c.Problems(), "\n"); !strings.Contains(problems, want) {
		t.Errorf("problems:\n%s\nwant: %s", problems, want)
	}
}

func ExampleChecker() {
	c := rttest.NewChecker().Enable()
	rt.NewAsyncResource("ExampleJob", nil).RunInAsyncScope(func() {}) // the library at work
	c.Disable()
	fmt.Println(len(c.Problems()), "problems")
	// Output: 0 problems
}
