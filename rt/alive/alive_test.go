package alive_test

import (
	"encoding/json"
	"errors"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/alive"
)

func site(file string, line int, name string) rt.Site {
	return rt.Site{File: file, Line: line, Func: name}
}

var (
	serve = site("/app/main.go", 10, "main.serve")
	poll  = site("/app/poll.go", 5, "main.poll")
	wait  = site("/app/poll.go", 20, "main.wait")
	root  = rt.Cause{ID: rt.Root}
)

// resources are a server's.
func resources() []rt.ResourceInfo {
	goroutine := func(id rt.ID, leaked bool, age time.Duration) rt.ResourceInfo {
		return rt.ResourceInfo{
			ID: id, TriggerAsyncID: 2, Type: rt.TypeGoroutine, Site: poll, Age: age, Causes: []rt.Cause{{ID: 2, Type: rt.TypeGoroutine, Site: serve}, root},
			Goroutine: &rt.GoroutineInfo{Number: uint64(id) + 10, State: "chan receive", Leaked: leaked, Blocked: age / 2, Stack: []rt.Site{wait}},
		}
	}
	return []rt.ResourceInfo{
		{ID: 2, TriggerAsyncID: 1, Type: rt.TypeGoroutine, Site: serve, Causes: []rt.Cause{root}, Goroutine: &rt.GoroutineInfo{Number: 7, State: "IO wait", Stack: []rt.Site{serve}}},
		goroutine(3, false, 3*time.Minute), goroutine(4, true, 2*time.Minute), goroutine(5, false, time.Minute), goroutine(6, true, 90*time.Second),
		{ID: 7, TriggerAsyncID: 2, Type: rt.TypeTicker, Site: poll, Timer: &rt.TimerInfo{Remaining: time.Second, Period: time.Minute}, Causes: []rt.Cause{{ID: 2, Type: rt.TypeGoroutine, Site: serve}, root}},
		{ID: 9, TriggerAsyncID: 8, Type: rt.TypeTicker, Site: poll, Timer: &rt.TimerInfo{Remaining: time.Second, Period: time.Minute}, Causes: []rt.Cause{{ID: 8}}},
		{ID: 11, TriggerAsyncID: 8, Type: rt.TypeAfterFunc, Site: poll, Timer: &rt.TimerInfo{Remaining: 1234567 * time.Microsecond}, Age: 1234567},
		{ID: 0, Type: rt.TypeGoroutine, Site: wait, Goroutine: &rt.GoroutineInfo{Number: 99, State: "running", Stack: []rt.Site{wait}}},
	}
}

const want = `6 goroutines, 3 timers and other resources; 3 will not go away by themselves

leaked: 2 × Goroutine made at /app/poll.go:5 (main.poll)
    id 4 (goroutine 14), id 6 (goroutine 16); chan receive for 1m0s; made 2m0s ago
    in /app/poll.go:20 (main.wait)
    because of Goroutine 2 made at /app/main.go:10 (main.serve)
    because of root

unended: 1 × Ticker made at /app/poll.go:5 (main.poll)
    id 9; every 1m0s
    because of resource 8 made at unknown
    because of what is not known any more

2 × Goroutine made at /app/poll.go:5 (main.poll)
    id 3 (goroutine 13), id 5 (goroutine 15); chan receive for 1m30s; made 3m0s ago
    in /app/poll.go:20 (main.wait)
    because of Goroutine 2 made at /app/main.go:10 (main.serve)
    because of root

1 × Goroutine made at /app/poll.go:20 (main.wait)
    goroutine 99; running
    in /app/poll.go:20 (main.wait)
    because of what is not known any more

1 × Goroutine made at /app/main.go:10 (main.serve)
    id 2 (goroutine 7); IO wait
    in /app/main.go:10 (main.serve)
    because of root

1 × Ticker made at /app/poll.go:5 (main.poll)
    id 7; every 1m0s
    because of Goroutine 2 made at /app/main.go:10 (main.serve)
    because of root

1 × AfterFunc made at /app/poll.go:5 (main.poll)
    id 11; fires in 1.23s; made 1.23ms ago
    because of what is not known any more
`

func TestText(t *testing.T) {
	r := alive.Of(resources())
	r.Searched, r.Mode = true, "runtime"
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("report:\n%s\nwant:\n%s", &b, want)
	}
	if n := len(r.Leaks()); n != 2 {
		t.Errorf("%d groups of leaks, want 2", n)
	}
	if g := r.Groups[0]; g.String() != strings.SplitAfter(want, "\n\n")[1][:len(g.String())] {
		t.Errorf("group:\n%s", &g)
	}
}

func TestPlainText(t *testing.T) {
	r := &alive.Report{Mode: "none"}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if want := "0 goroutines, 0 timers and other resources; leaks were not looked for\nThis program is not instrumented: ids, timers, ages and the causes that have ended are not known.\n"; b.String() != want {
		t.Errorf("report %q, want %q", &b, want)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteError(t *testing.T) {
	full := errors.New("disk full")
	if err := alive.Of(nil).WriteText(failingWriter{full}); err != full {
		t.Errorf("error %v, want %v", err, full)
	}
}

func TestJSON(t *testing.T) {
	text, err := json.Marshal(alive.Of(resources()))
	if err != nil {
		t.Fatal(err)
	}
	var r alive.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	r.Searched, r.Mode = true, "runtime"
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("report after JSON:\n%s", &b)
	}
}

func leak() {
	ready := make(chan bool)
	go func() {
		ready <- true
		<-make(chan bool)
	}()
	<-ready
}

// A goroutine that waits for nothing that anyone has is a leak; the caller's
// goroutine is not listed.
func TestTake(t *testing.T) {
	leak()
	leaks := func(r *alive.Report) (n int) {
		for _, g := range r.Leaks() {
			if g.Verdict == alive.Leaked && strings.HasSuffix(g.Site.Func, "alive_test.leak") {
				n += len(g.Members)
			}
		}
		return n
	}
	r := alive.Take(nil)
	searches := rt.Instrumented() || pprof.Lookup("goroutineleak") != nil
	if r.Searched != searches {
		t.Errorf("searched %v, want %v", r.Searched, searches)
	}
	for searches && leaks(r) == 0 {
		r = alive.Take(nil) // it is on its way to the receive
	}
	if !searches && leaks(r) != 0 {
		t.Error("leaks were found without looking for them")
	}
	for _, g := range r.Groups {
		for _, c := range g.Stack {
			if strings.HasSuffix(c.Func, "alive.Take") {
				t.Errorf("the caller is listed: %s", &g)
			}
		}
	}
	if r := alive.Take(&alive.Options{OmitLeaks: true}); r.Searched {
		t.Error("leaks were looked for")
	}
}
