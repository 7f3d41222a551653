package asynctest_test

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asynctest"
)

func TestMain(m *testing.M) { asynctest.VerifyTestMain(m) }

// recorder is a test that notes its errors.
type recorder struct{ errors []string }

func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }

// soon makes a verification that is bound to fail do so at once.
var soon = asynctest.MaxWait(0)

func waiter(done chan bool) { <-done }

// start starts a goroutine by another one, and returns when that has ended.
func start(done chan bool) {
	ended := make(chan bool)
	go func() {
		defer close(ended)
		go waiter(done)
	}()
	<-ended
}

// want checks that one error was noted, and that it has all these texts.
func (r *recorder) want(t *testing.T, texts ...string) {
	t.Helper()
	if len(r.errors) != 1 {
		t.Errorf("%d errors %q, want one", len(r.errors), r.errors)
		return
	}
	for _, text := range texts {
		if !strings.Contains(r.errors[0], text) {
			t.Errorf("%q is not in the error\n%s", text, r.errors[0])
		}
	}
}

func TestVerifyGoroutine(t *testing.T) {
	done := make(chan bool)
	var r recorder
	asynctest.Verify(&r, func() { start(done) }, soon)
	texts := []string{"asynctest: 1 pending after 0s:\n\n1 × Goroutine made at ", "asynctest_test.start.func1)", "because of "}
	if rt.Instrumented() {
		texts = append(texts, "asynctest_test.start)\n    because of asynctest.Verify ", "because of Goroutine ", "because of root")
	} else {
		texts = append(texts, "not instrumented")
	}
	r.want(t, texts...)
	close(done)
}

// Work that is about to end is waited for.
func TestVerifyNothing(t *testing.T) {
	asynctest.Verify(t, func() {
		for range 50 {
			go func() {}()
		}
		time.AfterFunc(time.Nanosecond, func() {})
		time.NewTicker(time.Hour).Stop()
		ln, err := net.Listen("tcp", "localhost:0")
		if err != nil {
			t.Error(err)
			return
		}
		ln.Close()
		<-time.After(time.Nanosecond)
	}, asynctest.MaxWait(time.Minute))
}

func TestVerifyOtherWork(t *testing.T) {
	if !rt.Instrumented() {
		return // Go's stack traces have none of that
	}
	for name, test := range map[string]struct {
		work func() (stop func())
		want string
	}{
		"AfterFunc": {func() func() {
			timer := time.AfterFunc(time.Hour, func() {})
			return func() { timer.Stop() }
		}, "1 × AfterFunc made at "},
		"listener": {func() func() {
			ln, err := net.Listen("tcp", "localhost:0")
			if err != nil {
				t.Fatal(err)
			}
			return func() { ln.Close() }
		}, "1 × TCPServer made at "},
		"resource": {func() func() {
			r := rt.NewAsyncResource("Query", nil)
			return func() { r.EmitDestroy() }
		}, "1 × Query made at "},
	} {
		t.Run(name, func(t *testing.T) {
			var r recorder
			var stop func()
			asynctest.Verify(&r, func() { stop = test.work() }, soon)
			r.want(t, test.want, "\n    because of asynctest.Verify ")
			stop()
		})
	}
}

// What a worker from before does for a message of the function belongs to that;
// what other tests do at the same time does not.
func TestVerifyParallel(t *testing.T) {
	jobs, started, done := make(chan bool), make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range jobs {
			go waiter(done)
			started <- true
		}
	})
	if rt.Instrumented() {
		var r recorder
		asynctest.Verify(&r, func() {
			jobs <- true
			<-started
		}, soon)
		r.want(t, "because of ChanSend ", "because of asynctest.Verify ")
	}
	go waiter(done) // another test's
	asynctest.Verify(t, func() {
		back := make(chan bool)
		wg.Go(func() { close(back) })
		<-back
	})
	close(jobs)
	close(done)
	wg.Wait()
}

func TestVerifyPanic(t *testing.T) {
	done := make(chan bool)
	defer close(done)
	var r recorder
	defer func() {
		if recover() != "thrown" || len(r.errors) != 0 {
			t.Errorf("errors %q", r.errors)
		}
	}()
	asynctest.Verify(&r, func() {
		start(done)
		panic("thrown")
	}, soon)
}

func TestVerifyNone(t *testing.T) {
	done := make(chan bool)
	start(done)
	ignoreCurrent := asynctest.IgnoreCurrent()
	var r recorder
	asynctest.VerifyNone(&r, soon)
	r.want(t, "made at ", "asynctest_test.start.func1)")
	for _, opt := range []asynctest.Option{
		asynctest.IgnoreTopFunction("github.com/asynchooks/asynchooks/rt/asynctest_test.waiter"),
		asynctest.IgnoreAnyFunction("github.com/asynchooks/asynchooks/rt/asynctest_test.waiter"),
		asynctest.IgnoreCreatedBy("github.com/asynchooks/asynchooks/rt/asynctest_test.start.func1"),
		ignoreCurrent,
	} {
		asynctest.VerifyNone(t, opt, asynctest.MaxWait(time.Minute))
	}
	close(done)
	asynctest.VerifyNone(t, asynctest.MaxWait(time.Minute))
}

// testMain is a run of tests that ends with a code.
type testMain struct {
	code int
	do   func()
}

func (m testMain) Run() int {
	m.do()
	return m.code
}

func TestVerifyTestMain(t *testing.T) {
	done := make(chan bool)
	for _, test := range []struct {
		name       string
		leak       bool
		code, want int
		opts       []asynctest.Option
	}{
		{"passes", false, 0, 0, []asynctest.Option{asynctest.MaxWait(time.Minute)}},
		{"fails", true, 2, 2, []asynctest.Option{soon}},
		{"fails and is looked at", true, 2, 2, []asynctest.Option{soon, asynctest.RunOnFailure()}},
		{"leaks", true, 0, 1, []asynctest.Option{soon}},
	} {
		got := -1
		asynctest.VerifyTestMain(testMain{test.code, func() {
			if test.leak {
				start(done)
			}
		}}, append(test.opts, asynctest.Cleanup(func(code int) { got = code }))...)
		if got != test.want {
			t.Errorf("a run that %s ends with %d, want %d", test.name, got, test.want)
		}
	}
	close(done)
}

// In a bubble, time stands still while work goes on.
func TestVerifyBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asynctest.Verify(t, func() {
			go time.Sleep(time.Millisecond)
		})
	})
}
