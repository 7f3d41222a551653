package asynctest

import (
	"fmt"
	"os"
	"slices"

	"github.com/asynchooks/asynchooks/rt"
)

// Find returns an error that lists the goroutines that there are, other than the
// caller's and those that the testing package and the runtime need; nil: none. It
// waits for those that are about to end.
func Find(opts ...Option) error { return find(optionsOf(opts)) }

func find(o *options) error {
	return o.settle(func(infos []rt.ResourceInfo) []rt.ResourceInfo { return slices.DeleteFunc(infos, isHarness) })
}

// VerifyNone fails the test if [Find] finds any goroutines. Tests that run in
// parallel find each other's; [Verify] does not.
func VerifyNone(t TestingT, opts ...Option) {
	if h, ok := t.(interface{ Helper() }); ok {
		h.Helper()
	}
	if err := Find(opts...); err != nil {
		t.Error(err)
	}
}

// TestingM is what is needed of *testing.M.
type TestingM interface{ Run() int }

// VerifyTestMain runs the tests of a package, and if they pass, fails the run if
// goroutines are left. It ends the process.
//
//	func TestMain(m *testing.M) { asynctest.VerifyTestMain(m) }
func VerifyTestMain(m TestingM, opts ...Option) {
	o := optionsOf(opts)
	code := m.Run()
	if code == 0 || o.runOnFailure {
		if err := find(o); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	if o.cleanup != nil {
		o.cleanup(code)
		return
	}
	os.Exit(code)
}
