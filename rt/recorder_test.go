package rt_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// A recorder hears of what other hooks hear of, before them.
func TestRecorder(t *testing.T) {
	var got []string
	event := func(what string) func(rt.ID) { return func(rt.ID) { got = append(got, "hook "+what) } }
	types := []string{"Recorded"}
	hook := rt.CreateHookWithOptions(rt.HookCallbacks{
		Init:   func(rt.ID, string, rt.ID, *rt.AsyncResource) { got = append(got, "hook init") },
		Before: event("before"), After: event("after"), Destroy: event("destroy"),
	}, &rt.HookOptions{Types: types}).Enable()
	defer hook.Disable()
	recorder := rt.CreateRecorder(func(e rt.Events, id rt.ID, made rt.Made) {
		got = append(got, "recorder "+nameEvents(e))
	}, &rt.HookOptions{Types: types}).Enable()
	defer recorder.Disable()
	for _, typ := range []string{"Recorded", "Other"} {
		r := rt.NewAsyncResource(typ, nil)
		r.RunInAsyncScope(func() {})
		r.EmitDestroy()
		rt.Flush()
	}
	want := []string{
		"recorder init", "hook init", "recorder before", "hook before", "recorder after", "hook after", "recorder destroy", "hook destroy",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// nameEvents names events as hooks do, with a space between two.
func nameEvents(e rt.Events) string {
	var names []string
	for i, name := range []string{"init", "before", "after", "destroy", "resolve"} {
		if e>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// recorded is what a recorder that is the only hook hears of, by resource.
type recorded struct {
	mu     sync.Mutex
	made   map[rt.ID]rt.Made
	events map[rt.ID][]string
}

func record(t *testing.T) *recorded {
	r := &recorded{made: make(map[rt.ID]rt.Made), events: make(map[rt.ID][]string)}
	h := rt.CreateRecorder(func(e rt.Events, id rt.ID, made rt.Made) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if e&rt.EventInit != 0 {
			r.made[id] = made
		}
		r.events[id] = append(r.events[id], nameEvents(e))
	}, nil).Enable()
	t.Cleanup(func() { h.Disable() })
	return r
}

// wait waits until the resource has ended, and returns how it was made, what its
// events were and on which line it was made.
func (r *recorded) wait(id rt.ID) (made rt.Made, events, at string) {
	for {
		r.mu.Lock()
		made, events = r.made[id], strings.Join(r.events[id], "\n")
		r.mu.Unlock()
		if strings.HasSuffix(events, "destroy") {
			site := made.Site()
			return made, events, fmt.Sprintf("%s:%d", filepath.Base(site.File), site.Line)
		}
		runtime.Gosched()
	}
}

// A recorder that is the only hook hears of what others do, though no resource
// is made for it. The resource is there for whoever asks for it.
func TestRecorderOnly(t *testing.T) {
	r := record(t)
	parent := rt.ExecutionAsyncID()
	var resource *rt.AsyncResource
	started := make(chan rt.ID)
	_, _, line, _ := runtime.Caller(0)
	rt.Go(func() {
		resource = rt.ExecutionAsyncResource()
		started <- rt.ExecutionAsyncID()
	})
	id := <-started
	made, events, at := r.wait(id)
	want(t, events, "init", "before", "after destroy")
	site := fmt.Sprintf("recorder_test.go:%d", line+1)
	if made.Type != rt.TypeGoroutine || made.Trigger != parent || made.Execution != parent || at != site {
		t.Errorf("made %+v at %s, want a Goroutine of %d at %s", made, at, parent, site)
	}
	if resource.AsyncID() != id || resource.TriggerAsyncID() != parent || resource.Type() != rt.TypeGoroutine || filepath.Base(resource.Site().String()) != site {
		t.Errorf("resource %d of %d, %s, at %v", resource.AsyncID(), resource.TriggerAsyncID(), resource.Type(), resource.Site())
	}
}

func TestRecorderOnlyRequest(t *testing.T) {
	if rt.Mode() != "runtime" {
		return // net/http makes no resources
	}
	r := record(t)
	type request struct {
		id, trigger rt.ID
		typ         string
		own         bool
	}
	var served request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		resource := rt.ExecutionAsyncResource()
		served = request{rt.ExecutionAsyncID(), rt.TriggerAsyncID(), resource.Type(), resource.Object() == req && resource.AsyncID() == rt.ExecutionAsyncID()}
	}))
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	s.Close()
	made, events, at := r.wait(served.id)
	want(t, events, "init before", "after destroy")
	if made.Type != rt.TypeHTTPRequest || made.Trigger != served.trigger || made.Execution != served.trigger || !strings.HasPrefix(at, "server.go:") {
		t.Errorf("made %+v at %s", made, at)
	}
	if served.typ != rt.TypeHTTPRequest || !served.own {
		t.Errorf("in the handler: %+v", served)
	}
	conn, events, _ := r.wait(served.trigger)
	want(t, events, "init", "before", "after destroy")
	if conn.Type != rt.TypeGoroutine || r.made[conn.Trigger].Type != rt.TypeTCPConn {
		t.Errorf("the request's trigger is %+v, of %+v", conn, r.made[conn.Trigger])
	}
}

// A message's scope ends with the message, in a loop that handles it.
func TestRecorderOnlyMessage(t *testing.T) {
	if rt.Mode() != "runtime" {
		return // sends make no resources
	}
	r := record(t)
	ch := make(chan int, 1)
	ch <- 1
	close(ch)
	var id rt.ID
	for range ch {
		id = rt.ExecutionAsyncID()
	}
	made, events, at := r.wait(id)
	want(t, events, "init", "resolve", "before", "after destroy")
	if made.Type != rt.TypeChanSend || !strings.HasPrefix(at, "recorder_test.go:") {
		t.Errorf("made %+v at %s", made, at)
	}
}

// Recorders and other hooks come and go while goroutines run: who is there at
// both ends of one hears of both.
func TestRecorderAndHook(t *testing.T) {
	r := record(t)
	start, end := make(chan rt.ID), make(chan bool)
	rt.Go(func() {
		start <- rt.ExecutionAsyncID()
		<-end
	})
	id := <-start
	var l log
	h := rt.CreateHook(rt.HookCallbacks{
		After: func(a rt.ID) {
			if a == id {
				l.add("after")
			}
		},
		Destroy: func(a rt.ID) {
			if a == id {
				l.add("destroy")
			}
		},
	}).Enable()
	defer h.Disable()
	end <- true
	_, events, _ := r.wait(id)
	want(t, events, "init", "before", "after", "destroy")
	for l.count() < 2 {
		runtime.Gosched()
	}
	want(t, l.take(), "after", "destroy")
}

// Two recorders hear of the same, each once.
func TestTwoRecorders(t *testing.T) {
	one, two := record(t), record(t)
	done := make(chan rt.ID)
	rt.Go(func() { done <- rt.ExecutionAsyncID() })
	id := <-done
	for _, r := range []*recorded{one, two} {
		_, events, _ := r.wait(id)
		want(t, events, "init", "before", "after destroy")
	}
}
