package asynctest

import (
	"slices"
	"strings"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// An Option changes what is verified. Those of [VerifyNone] and [VerifyTestMain]
// have the names and meanings that they have in go.uber.org/goleak.
type Option func(*options)

type options struct {
	maxWait      time.Duration
	ignore       []func(rt.ResourceInfo) bool
	cleanup      func(exitCode int)
	runOnFailure bool
}

func optionsOf(opts []Option) *options {
	o := &options{maxWait: time.Second}
	for _, opt := range opts {
		opt(o)
	}
	return o
}

func (o *options) ignores(i rt.ResourceInfo) bool {
	return slices.ContainsFunc(o.ignore, func(ignore func(rt.ResourceInfo) bool) bool { return ignore(i) })
}

// MaxWait is how long work that is pending may take to end. One second, if it is
// not given.
func MaxWait(d time.Duration) Option { return func(o *options) { o.maxWait = d } }

// IgnoreTopFunction ignores goroutines whose innermost call is of this function,
// named as in stack traces: "path/to/package.function".
func IgnoreTopFunction(f string) Option {
	return ignoring(func(i rt.ResourceInfo) bool { return top(i) == f })
}

// IgnoreAnyFunction ignores goroutines on whose stack the function is.
func IgnoreAnyFunction(f string) Option {
	return ignoring(func(i rt.ResourceInfo) bool { return hasCall(i, f) })
}

// IgnoreCreatedBy ignores goroutines, and for [Verify] also timers and other
// resources, that were made in this function.
func IgnoreCreatedBy(f string) Option {
	return ignoring(func(i rt.ResourceInfo) bool { return i.Site.Func == f })
}

// IgnoreCurrent ignores the goroutines that there are when it is called.
func IgnoreCurrent() Option {
	current := numbers(rt.ActiveResources())
	return ignoring(func(i rt.ResourceInfo) bool {
		if i.Goroutine == nil {
			return false
		}
		_, known := current[i.Goroutine.Number]
		return known
	})
}

// Cleanup is called by VerifyTestMain at the end, with the exit code, in place of
// os.Exit; by VerifyNone and Verify it is not called.
func Cleanup(f func(exitCode int)) Option { return func(o *options) { o.cleanup = f } }

// RunOnFailure makes VerifyTestMain look for goroutines also if tests failed.
func RunOnFailure() Option { return func(o *options) { o.runOnFailure = true } }

func ignoring(ignore func(rt.ResourceInfo) bool) Option {
	return func(o *options) { o.ignore = append(o.ignore, ignore) }
}

// top returns the function of a goroutine's innermost call, or "".
func top(i rt.ResourceInfo) string {
	if i.Goroutine == nil || len(i.Goroutine.Stack) == 0 {
		return ""
	}
	return i.Goroutine.Stack[0].Func
}

func hasCall(i rt.ResourceInfo, function string) bool {
	return i.Goroutine != nil && slices.ContainsFunc(i.Goroutine.Stack, func(s rt.Site) bool { return s.Func == function })
}

// isHarness reports whether a goroutine is there because tests run, or is the
// runtime's in all but name: what every test program has.
func isHarness(i rt.ResourceInfo) bool {
	if i.Goroutine == nil || i.Goroutine.Caller {
		return true
	}
	switch top(i) {
	case "testing.RunTests", "testing.(*T).Run", "testing.(*T).Parallel", "testing.runFuzzing", "testing.runFuzzTests":
		return strings.HasPrefix(i.Goroutine.State, "chan receive")
	case "os/signal.signal_recv", "os/signal.loop":
		return true
	}
	return hasCall(i, "runtime.ensureSigM") || strings.HasPrefix(i.Site.Func, "runtime.ensureSigM") ||
		hasCall(i, "runtime.ReadTrace") || hasCall(i, "runtime/trace.Start.func1") || i.Goroutine.Number == 1
}
