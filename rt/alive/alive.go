// Package alive answers why a program has not come to rest: which goroutines and
// timers there are, what each waits for, since when, and what caused it, up to
// the root. What will never go away by itself comes first.
//
//	alive.Take(nil).WriteText(os.Stderr)
//
// In an instrumented build all of that is there whenever it is asked for, with
// nothing switched on before. In a plain build it is what Go's own stack traces
// tell: no timers, no ids and no age; a chain of causes ends where a goroutine has
// ended. Leaks are found where package runtime/pprof has a goroutineleak profile:
// in Go 1.27, and in Go 1.26 with GOEXPERIMENT=goroutineleakprofile.
package alive

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// Options are the options of [Take]. The zero value is that of no options.
type Options struct {
	// OmitLeaks leaves leaks where they are, among the rest: no collection of
	// garbage is needed then.
	OmitLeaks bool
}

// A Verdict says whether something will go away by itself.
type Verdict string

const (
	Leaked  Verdict = "leaked"  // a goroutine that waits for what nothing that runs can reach
	Unended Verdict = "unended" // a ticker that no one stopped, though what made it has ended
	Active  Verdict = "active"  // nothing is wrong with it, as far as one can tell
)

// A Report is what was alive at one moment. It can be marshalled as JSON, in
// which durations are in nanoseconds.
type Report struct {
	Mode     string  `json:"mode"`     // of the build: rt.Mode
	Searched bool    `json:"searched"` // leaks were looked for
	Groups   []Group `json:"groups"`   // leaks first, then by count
}

// A Group is of resources that are alike: type, site, state, stack, and the sites
// of their causes.
type Group struct {
	Verdict Verdict       `json:"verdict"`
	Type    string        `json:"type"`
	Site    Call          `json:"site"`
	State   string        `json:"state,omitempty"`   // of goroutines, as in stack traces
	Stack   []Call        `json:"stack,omitempty"`   // of goroutines, innermost first
	Blocked time.Duration `json:"blocked,omitempty"` // the longest, at least; 0: not known
	Period  time.Duration `json:"period,omitempty"`  // of tickers
	Fires   time.Duration `json:"fires,omitempty"`   // of timers: until the first one does
	Age     time.Duration `json:"age,omitempty"`     // of the oldest, at least; 0: not known
	Causes  []Cause       `json:"causes,omitempty"`  // of the oldest, up to the root
	Members []Member      `json:"members"`           // oldest first
}

// A Member is one resource of a group.
type Member struct {
	ID        rt.ID  `json:"id,omitempty"`        // 0: not known
	Goroutine uint64 `json:"goroutine,omitempty"` // its number in stack traces
}

// A Call is a place in the source.
type Call struct {
	Func string `json:"func,omitempty"`
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

func (c Call) String() string {
	if c.Line == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%s:%d (%s)", c.File, c.Line, c.Func)
}

// A Cause is a link of the chain to the root. See [rt.Cause].
type Cause struct {
	ID   rt.ID  `json:"id,omitempty"`
	Type string `json:"type,omitempty"`
	Site Call   `json:"site"`
}

func (c Cause) String() string {
	what := c.Type
	switch {
	case c.ID == rt.Root:
		return "root"
	case what == "":
		what = "resource"
	}
	if c.ID != 0 {
		what = fmt.Sprint(what, " ", c.ID)
	}
	return what + " made at " + c.Site.String()
}

// Take reports what is alive now, other than the main goroutine and the caller's.
// It looks for leaks, unless the options say otherwise; nil options are none.
func Take(opts *Options) *Report {
	searched := false
	var infos []rt.ResourceInfo
	switch {
	case opts != nil && opts.OmitLeaks:
		infos = rt.ActiveResources()
	case rt.Mode() == "runtime":
		searched = true
		infos = rt.FindLeaks()
	default:
		if p := pprof.Lookup("goroutineleak"); p != nil {
			searched = p.WriteTo(io.Discard, 0) == nil // it finds them, and they stay marked
		}
		infos = rt.ActiveResources()
	}
	infos = slices.DeleteFunc(infos, func(i rt.ResourceInfo) bool {
		return i.Goroutine != nil && i.Goroutine.Caller
	})
	r := Of(infos)
	r.Searched = searched
	return r
}

// Of reports on resources that [rt.ActiveResources] listed.
func Of(infos []rt.ResourceInfo) *Report {
	ids := map[rt.ID]bool{rt.Root: true, 0: true}
	for _, info := range infos {
		ids[info.ID] = true
	}
	groups := map[string]*Group{}
	for _, info := range infos {
		g := groupOf(info, ids)
		k := g.key()
		if old := groups[k]; old != nil {
			old.add(g)
		} else {
			groups[k] = g
		}
	}
	r := &Report{Mode: rt.Mode(), Groups: []Group{}}
	for _, k := range slices.Sorted(maps.Keys(groups)) {
		r.Groups = append(r.Groups, *groups[k])
	}
	order := map[Verdict]int{Leaked: 0, Unended: 1, Active: 2}
	slices.SortStableFunc(r.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(order[a.Verdict], order[b.Verdict]), cmp.Compare(len(b.Members), len(a.Members)), cmp.Compare(a.Members[0].ID, b.Members[0].ID))
	})
	return r
}

// groupOf returns the group of one resource; alive are the ids of all.
func groupOf(info rt.ResourceInfo, alive map[rt.ID]bool) *Group {
	g := &Group{Verdict: Active, Type: info.Type, Site: callOf(info.Site), Age: info.Age, Members: []Member{{ID: info.ID}}}
	for _, c := range info.Causes {
		g.Causes = append(g.Causes, Cause{c.ID, c.Type, callOf(c.Site)})
	}
	if o := info.Goroutine; o != nil {
		g.State, g.Blocked, g.Members[0].Goroutine = o.State, o.Blocked, o.Number
		for _, s := range o.Stack {
			g.Stack = append(g.Stack, callOf(s))
		}
		if o.Leaked {
			g.Verdict = Leaked
		}
	}
	if t := info.Timer; t != nil {
		g.Fires, g.Period = t.Remaining, t.Period
		if t.Period != 0 && !alive[info.TriggerAsyncID] {
			g.Verdict = Unended
		}
	}
	return g
}

func callOf(s rt.Site) Call { return Call{s.Func, s.File, s.Line} }

// key is the same for resources that are alike.
func (g *Group) key() string {
	var b strings.Builder
	fmt.Fprintln(&b, g.Verdict, g.Type, g.Site, g.State, g.Period)
	fmt.Fprintln(&b, g.Stack)
	for _, c := range g.Causes {
		fmt.Fprintln(&b, c.ID == rt.Root, c.Type, c.Site)
	}
	return b.String()
}

// add adds the group of one more, which has a higher id.
func (g *Group) add(one *Group) {
	g.Members = append(g.Members, one.Members...)
	g.Age = max(g.Age, one.Age)
	g.Blocked = max(g.Blocked, one.Blocked)
	g.Fires = min(g.Fires, one.Fires)
}

// Leaks returns the groups that will not go away by themselves.
func (r *Report) Leaks() []Group {
	n := slices.IndexFunc(r.Groups, func(g Group) bool { return g.Verdict == Active })
	if n < 0 {
		n = len(r.Groups)
	}
	return r.Groups[:n]
}
