// Package asynctest finds async work that a test leaves behind, and says what
// caused it.
//
//	func TestServer(t *testing.T) {
//		asynctest.Verify(t, func() {
//			s := startServer()
//			defer s.Close()
//			…
//		})
//	}
//
// [Verify] fails the test with the goroutines, timers and other resources that the
// function caused and that are pending when it has returned: where each was made,
// where it is blocked, and the chain of causes up to the test. In an instrumented
// build (asynchooks test) the chain decides what belongs to the function, also
// through channels, so that tests that run in parallel do not disturb each other.
// In a plain build goroutines alone are known, by Go's stack traces.
//
// [VerifyNone] and [VerifyTestMain] take the place of the functions of that name
// in go.uber.org/goleak, options included: change the import.
package asynctest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/alive"
)

// TestingT is what is needed of *testing.T.
type TestingT interface{ Error(args ...any) }

// Verify calls fn and fails the test if async work that fn caused is pending when
// it has returned: goroutines that run or wait, tickers and functions of
// time.AfterFunc that will fire, listeners, connections and other resources that
// were not closed. What is about to end is given time to: see [MaxWait]. Messages
// that no one has received yet are not listed: let fn wait for what it sends. If fn
// does not return normally, nothing is verified.
func Verify(t TestingT, fn func(), opts ...Option) {
	if h, ok := t.(interface{ Helper() }); ok {
		h.Helper()
	}
	o := optionsOf(opts)
	if err := verify(o, fn); err != nil {
		t.Error(err)
	}
}

func verify(o *options, fn func()) error {
	defer keepCauses()()
	before := numbers(rt.ActiveResources())
	r := rt.NewAsyncResource("asynctest.Verify", nil)
	defer r.EmitDestroy()
	r.RunInAsyncScope(fn)
	return o.settle(func(infos []rt.ResourceInfo) []rt.ResourceInfo {
		if rt.Mode() == "runtime" {
			return slices.DeleteFunc(infos, func(i rt.ResourceInfo) bool { return !isWork(i) || !causedBy(i, r.AsyncID()) })
		}
		return startedSince(before, infos)
	})
}

// keepCauses has chains of causes kept until the function that it returns is
// called, by several tests at once.
func keepCauses() (done func()) {
	keeping.Lock()
	defer keeping.Unlock()
	if keeping.tests++; keeping.tests == 1 {
		keeping.before = rt.KeepCauses(true)
	}
	return func() {
		keeping.Lock()
		defer keeping.Unlock()
		if keeping.tests--; keeping.tests == 0 {
			rt.KeepCauses(keeping.before)
		}
	}
}

var keeping struct {
	sync.Mutex
	tests  int
	before bool
}

// isWork reports whether a resource is work that is pending. Functions that are
// there in case something is collected are not, nor are timers that nothing waits
// for, which cost nothing.
func isWork(i rt.ResourceInfo) bool {
	switch i.Type {
	case rt.TypeCleanup, rt.TypeFinalizer, rt.TypeTestCleanup:
		return false
	case rt.TypeTimer, rt.TypeTicker:
		return i.Timer != nil
	}
	return true
}

func causedBy(i rt.ResourceInfo, id rt.ID) bool {
	return slices.ContainsFunc(i.Causes, func(c rt.Cause) bool { return c.ID == id })
}

// numbers returns the numbers of the goroutines, and whether each is the
// caller's.
func numbers(infos []rt.ResourceInfo) map[uint64]bool {
	all := map[uint64]bool{}
	for _, i := range infos {
		if g := i.Goroutine; g != nil {
			all[g.Number] = g.Caller
		}
	}
	return all
}

// startedSince returns those goroutines that came into being since before, but for
// those that a goroutine from before started, other than the caller's.
func startedSince(before map[uint64]bool, infos []rt.ResourceInfo) (pending []rt.ResourceInfo) {
	parents := map[uint64]uint64{}
	for _, i := range infos {
		if i.Goroutine != nil {
			parents[i.Goroutine.Number] = i.Goroutine.Parent
		}
	}
	for _, i := range infos {
		if i.Goroutine == nil {
			continue
		}
		n := i.Goroutine.Number
		if _, known := before[n]; known {
			continue
		}
		for known := false; n != 0 && !known; _, known = before[n] {
			n = parents[n]
		}
		if mine, known := before[n]; mine || !known {
			pending = append(pending, i)
		}
	}
	return pending
}

// settle waits until nothing that counts is pending, or for long enough.
func (o *options) settle(counts func([]rt.ResourceInfo) []rt.ResourceInfo) error {
	deadline := time.Now().Add(o.maxWait)
	for pause := time.Microsecond; ; pause = min(2*pause, 20*time.Millisecond) {
		pending := slices.DeleteFunc(counts(rt.ActiveResources()), o.ignores)
		if len(pending) == 0 {
			return nil
		}
		if !time.Now().Before(deadline) {
			return describe(pending, o.maxWait)
		}
		time.Sleep(pause)
	}
}

// describe returns the error that lists what is pending.
func describe(pending []rt.ResourceInfo, waited time.Duration) error {
	var b strings.Builder
	fmt.Fprintf(&b, "asynctest: %d pending after %s:\n", len(pending), waited)
	r := alive.Of(pending)
	for i := range r.Groups {
		fmt.Fprintf(&b, "\n%s", &r.Groups[i])
	}
	if r.Mode != "runtime" {
		b.WriteString("\nThis test is not instrumented: timers and the causes that have ended are not known. Run it by asynchooks test for those.")
	}
	return errors.New(strings.TrimSuffix(b.String(), "\n"))
}
