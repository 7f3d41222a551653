package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// Alive is what was still alive at the end, of one site and for one reason.
type Alive struct {
	Site      int // an index of the trace's sites
	Why       string
	Leak      bool // a goroutine that waits and may do so for ever
	Count     int
	Since     int64 // when the first of them was made
	Resources []int32
}

// maxSamples is how many resources are kept of each group.
const maxSamples = 100

// EndedContext is a site of messages whose context ended with them: nothing that
// ran because of them knows that.
type EndedContext struct {
	Site  int // of the send
	Count int
	Of    int // messages that were sent there
}

// awaited reports whether a message was received and nothing handled it, or
// never received before it was collected: its context ended there.
func (r *Report) awaited(res *Resource) bool {
	return res.Sent != Never && res.Before == Never && res.Destroy != Never && r.site(res).Type == rt.TypeChanSend
}

// findEnded finds where contexts ended.
func (r *Report) findEnded() {
	for _, s := range r.BySite {
		if s.Awaited > 0 {
			r.Ended = append(r.Ended, EndedContext{s.Site, s.Awaited, s.Made})
		}
	}
	slices.SortFunc(r.Ended, func(a, b EndedContext) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), r.compareSites(a.Site, b.Site))
	})
}

// findAlive groups what was alive at the end: leaks first.
func (r *Report) findAlive() {
	stacks := map[uint64]*tracefile.Stack{}
	for i := range r.Trace.Stacks {
		stacks[r.Trace.Stacks[i].Goroutine] = &r.Trace.Stacks[i]
	}
	type key struct {
		site int32
		why  string
	}
	groups := map[key]*Alive{}
	for i := range r.Resources {
		res := &r.Resources[i]
		if res.Init == Never || res.Destroy != Never {
			continue
		}
		why, leak := r.why(res, stacks)
		if why == "" {
			continue
		}
		g := groups[key{res.Site, why}]
		if g == nil {
			g = &Alive{Site: int(res.Site), Why: why, Leak: leak, Since: res.Init}
			groups[key{res.Site, why}] = g
		}
		g.Count++
		if len(g.Resources) < maxSamples {
			g.Resources = append(g.Resources, int32(i))
		}
	}
	for _, g := range groups {
		r.Alive = append(r.Alive, *g)
	}
	slices.SortFunc(r.Alive, func(a, b Alive) int {
		leaks := 0
		if a.Leak != b.Leak {
			if leaks = 1; a.Leak {
				leaks = -1
			}
		}
		return cmp.Or(leaks, cmp.Compare(b.Count, a.Count), r.compareSites(a.Site, b.Site), strings.Compare(a.Why, b.Why))
	})
}

// waits are the states of goroutines, in stack traces, that end only when
// another one does something.
var waits = []string{"chan receive", "chan send", "select", "sync.Mutex.Lock", "sync.RWMutex", "sync.Cond.Wait", "sync.WaitGroup.Wait", "semacquire"}

// why says why a resource was alive at the end, and whether it may be a leak; "":
// it is nothing to wonder about.
func (r *Report) why(res *Resource, stacks map[uint64]*tracefile.Stack) (why string, leak bool) {
	switch typ := r.site(res).Type; typ {
	case rt.TypeGoroutine:
		if res.Before == Never {
			return "has not begun to run", false
		}
		s := stacks[uint64(r.Runs[res.Run].Goroutine)]
		switch {
		case !r.Trace.Ended:
			return "was running or waiting when the trace ended", false
		case s == nil:
			return "ran to the end", false // of more than are noted
		case s.Goroutine == r.Trace.EndedOn:
			return "ended the program", false
		case slices.ContainsFunc(s.Frames, ofRecorder):
			return "was running when the trace ended", false // what it waits for is the end of the trace
		}
		for _, w := range waits {
			leak = leak || strings.HasPrefix(s.State, w) && !isStd(r.site(res).File, r.site(res).Func)
		}
		where := ""
		if f := userFrame(s); f != nil {
			where = fmt.Sprintf(" at %s, %s", r.Place(f.File, f.Line, f.Func), f.Func)
		}
		return s.State + where, leak
	case rt.TypeChanSend:
		switch {
		case res.Open > 0:
			return "is being handled", false
		case res.Sent == Never:
			return "its sender waits for a receiver", true
		}
		return "was sent and not received", false
	case rt.TypeAfterFunc:
		if res.Open > 0 {
			return "is running", false
		}
		return "has not fired", false
	case rt.TypeTimer, rt.TypeTicker:
		return "was not stopped", typ == rt.TypeTicker
	case rt.TypeTCPServer, rt.TypeTCPConn:
		return "is open", false
	}
	if res.Open > 0 {
		return "is running", false
	}
	return "has not ended", false
}

// ofRecorder reports whether the recorder itself is at work.
func ofRecorder(f tracefile.Frame) bool {
	return strings.HasPrefix(f.Func, "github.com/asynchooks/asynchooks/rt/trace.(*Recorder).")
}

// userFrame returns the innermost frame outside of the standard library, or the
// innermost one.
func userFrame(s *tracefile.Stack) *tracefile.Frame {
	for i := range s.Frames {
		if !isStd(s.Frames[i].File, s.Frames[i].Func) {
			return &s.Frames[i]
		}
	}
	if len(s.Frames) > 0 {
		return &s.Frames[0]
	}
	return nil
}
