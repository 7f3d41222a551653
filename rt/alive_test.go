package rt_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// aliveAt returns what is alive and was made in the named function of this
// package.
func aliveAt(all []rt.ResourceInfo, function string) (found []rt.ResourceInfo) {
	for _, info := range all {
		if strings.HasSuffix(info.Site.Func, "rt_test."+function) {
			found = append(found, info)
		}
	}
	return found
}

// causesOf returns the chain as the functions that its sites are in.
func causesOf(info rt.ResourceInfo) (chain []string) {
	for _, c := range info.Causes {
		name := c.Site.Func[strings.LastIndexByte(c.Site.Func, '.')+1:]
		if c.ID == rt.Root {
			name = "root"
		}
		chain = append(chain, strings.TrimSpace(c.Type+" "+name))
	}
	return chain
}

// await calls ActiveResources until the goroutine made in the function has the
// state.
func await(function, state string) []rt.ResourceInfo {
	for {
		all := rt.ActiveResources()
		for _, info := range aliveAt(all, function) {
			if info.Goroutine != nil && info.Goroutine.State == state {
				return all
			}
		}
	}
}

func aliveGrandchild(wait chan bool) { <-wait }
func aliveChild(wait chan bool)      { go aliveGrandchild(wait); <-wait }
func aliveParent(wait chan bool)     { go aliveChild(wait) } // and ends
func aliveTop(wait chan bool)        { go aliveParent(wait) }

// A chain of goroutines, one of which has ended, is told with nothing switched
// on before it came into being.
func TestAliveGoroutines(t *testing.T) {
	wait := make(chan bool)
	aliveTop(wait)
	all := await("aliveChild", "chan receive")
	for len(aliveAt(all, "aliveTop")) > 0 { // the parent has not ended yet
		all = rt.ActiveResources()
	}
	close(wait)
	child, grandchild := aliveAt(all, "aliveParent"), aliveAt(all, "aliveChild")
	if len(child) != 1 || len(grandchild) != 1 {
		t.Fatalf("%d goroutines of aliveParent and %d of aliveChild in %+v", len(child), len(grandchild), all)
	}
	g := grandchild[0]
	if g.Type != rt.TypeGoroutine || g.Goroutine.Parent != child[0].Goroutine.Number {
		t.Errorf("%+v is not of goroutine %d", g.Goroutine, child[0].Goroutine.Number)
	}
	if n := len(g.Goroutine.Stack); n != 1 || !strings.HasSuffix(g.Goroutine.Stack[0].Func, ".aliveGrandchild") {
		t.Errorf("stack %v", g.Goroutine.Stack)
	}
	chain, want := causesOf(g), []string{"Goroutine aliveParent"} // whose own parent nobody knows any more
	if rt.Instrumented() {
		want = append(want, "Goroutine aliveTop")
		if g.TriggerAsyncID != child[0].ID || g.Causes[0].ID != child[0].ID || g.Causes[1].ID != child[0].TriggerAsyncID {
			t.Errorf("%+v was not triggered by %+v", g, child[0])
		}
	}
	if len(chain) < len(want) || !slices.Equal(chain[:len(want)], want) {
		t.Errorf("chain %q, want %q and what started this test", chain, want)
	}
	if rt.Instrumented() && chain[len(chain)-1] != "root" {
		t.Errorf("the chain %q does not end in the root", chain)
	}
}

func aliveTimers(ctx context.Context, fired func()) []*time.Timer {
	context.AfterFunc(ctx, fired)
	return []*time.Timer{
		time.AfterFunc(time.Hour, func() {}),
		time.AfterFunc(time.Nanosecond, fired),
	}
}

func aliveTicks(done chan bool) {
	ticks := time.NewTicker(time.Hour)
	defer ticks.Stop()
	select {
	case <-ticks.C:
	case <-time.After(time.Minute):
	case <-done:
	}
}

func TestAliveTimers(t *testing.T) {
	if !rt.Instrumented() {
		if slices.ContainsFunc(rt.ActiveResources(), func(i rt.ResourceInfo) bool { return i.Timer != nil }) {
			t.Error("a plain build knows of timers")
		}
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan bool)
	go aliveTicks(done)
	timers := aliveTimers(ctx, func() { <-done })
	cancel()
	describe := func() (all []string) {
		for _, info := range rt.ActiveResources() {
			if !strings.Contains(info.Site.Func, "rt_test.alive") {
				continue
			}
			what := info.Type
			switch {
			case info.Timer != nil && (info.Timer.Remaining <= 0 || info.Timer.Remaining > time.Hour):
				what += " that is late"
			case info.Timer != nil && info.Timer.Period != 0:
				what += " every " + info.Timer.Period.String()
			case info.Goroutine != nil:
				what += " in " + info.Goroutine.State
			}
			all = append(all, what)
		}
		slices.Sort(all)
		return all
	}
	want := []string{"AfterFunc", "AfterFunc in chan receive", "ContextAfterFunc in chan receive", "Ticker every 1h0m0s", "Timer"}
	got := describe()
	for deadline, ok := t.Deadline(); !slices.Equal(got, want) && (!ok || time.Until(deadline) > time.Minute); {
		got = describe() // goroutines are on their way
	}
	if !slices.Equal(got, want) {
		t.Errorf("alive: %q, want %q", got, want)
	}
	close(done)
	timers[0].Stop()
}

func aliveLeak() { go aliveGrandchild(make(chan bool)) }

func aliveNoLeak(wait chan bool) { go aliveGrandchild(wait) }

func TestFindLeaks(t *testing.T) {
	wait := make(chan bool)
	aliveNoLeak(wait)
	aliveLeak()
	await("aliveLeak", "chan receive")
	await("aliveNoLeak", "chan receive")
	leaked := map[string]bool{}
	for _, info := range rt.FindLeaks() {
		if info.Goroutine != nil {
			leaked[info.Site.Func[strings.LastIndexByte(info.Site.Func, '.')+1:]] = info.Goroutine.Leaked
		}
	}
	if leaked["aliveLeak"] != rt.Instrumented() || leaked["aliveNoLeak"] {
		t.Errorf("leaked: %v", leaked)
	}
	close(wait)
}
