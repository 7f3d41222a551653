package rt

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Resources of other goroutines are read here after the world was stopped, which
// the race detector does not take for the order that it is: the functions that do
// so are not instrumented by it. What they read was written before the resource
// was stored, and never changes.

// An aliveGoroutine is a goroutine, as the carrier tells of it.
type aliveGoroutine struct {
	number, parent uint64
	id, trigger    ID
	executing      ID
	resource       *AsyncResource
	state          string
	blocked, age   int64 // ns
	leaked, caller bool

	pc    uintptr // of the go statement
	fired bool    // it is the firing of a timer or registration, of this
	kind  uint8   // kind, which was made here
	made  [3]uintptr
	path  path
	stack []uintptr

	// On the stock runtime, where addresses are not known.
	at    Site
	calls []Site
}

// An aliveTimer is a timer that will fire.
type aliveTimer struct {
	id, trigger  ID
	kind         uint8
	resource     *AsyncResource
	sites        [3]uintptr
	when, period int64 // ns
	age          int64
}

// A path is what is known of the ancestors of a goroutine of which no record was
// kept.
type path struct {
	sites         []uintptr // of their go statements, nearest first
	rooted        bool      // the last of them was started by the root
	scoped, fired uint8     // bit i: the i-th go statement ran in a scope; the i-th ancestor is a firing
}

// causes returns the chain of a goroutine with this path.
func (p path) causes(trigger ID) (list []Cause) {
	if trigger == Root || trigger == 0 {
		return causesOfRoot(trigger)
	}
	if p.scoped&1 != 0 || len(p.sites) == 0 {
		list = append(list, Cause{ID: trigger})
		trigger = 0
	}
	for i, pc := range p.sites {
		typ := TypeGoroutine
		if p.fired>>i&1 != 0 {
			typ = "" // an AfterFunc, of package time or context
		}
		list = append(list, Cause{trigger, typ, siteOf(pc)})
		trigger = 0
		if p.scoped>>(i+1)&1 != 0 {
			list = append(list, Cause{}) // a scope of the next
		}
	}
	if p.rooted {
		list = append(list, Cause{ID: Root})
	}
	return list
}

func causesOfRoot(trigger ID) []Cause {
	if trigger == 0 {
		return nil
	}
	return []Cause{{ID: Root}}
}

// A census is what is alive at one moment.
type census struct {
	goroutines []aliveGoroutine
	timers     []aliveTimer
	tracked    map[ID]activeResource
	byID       map[ID]*aliveGoroutine
	byNumber   map[uint64]*aliveGoroutine
	timerByID  map[ID]*aliveTimer
	calls      map[uintptr][]Site
}

func takeCensus() *census {
	c := &census{
		tracked: tracked(), byID: map[ID]*aliveGoroutine{}, byNumber: map[uint64]*aliveGoroutine{},
		timerByID: map[ID]*aliveTimer{}, calls: map[uintptr][]Site{},
	}
	c.goroutines, c.timers = aliveNow()
	for i := range c.goroutines {
		g := &c.goroutines[i]
		c.byNumber[g.number] = g
		if g.id != 0 && carrierMode != "none" {
			c.byID[g.id] = g
		}
	}
	for id, r := range c.tracked {
		if g := c.byNumber[r.number]; g != nil { // a plain build has no other ids
			g.id, g.trigger, g.at, g.age = id, r.trigger, siteOf(r.pc), int64(time.Since(r.made))
			c.byID[id] = g
		}
	}
	for i := range c.timers {
		c.timerByID[c.timers[i].id] = &c.timers[i]
	}
	return c
}

// listAlive returns what is alive, in order.
func listAlive() []ResourceInfo {
	c := takeCensus()
	infos := make([]ResourceInfo, 0, len(c.goroutines)+len(c.timers)+len(c.tracked))
	for i := range c.goroutines {
		g := &c.goroutines[i]
		if g.id == Root && !g.leaked {
			continue
		}
		infos = append(infos, c.goroutine(g))
		delete(c.tracked, g.id)
	}
	for i := range c.timers {
		infos = append(infos, c.timer(&c.timers[i]))
		delete(c.tracked, c.timers[i].id)
	}
	now := time.Now()
	for id, r := range c.tracked {
		info := ResourceInfo{ID: id, TriggerAsyncID: r.trigger, Type: r.typ, Site: siteOf(r.pc), Age: now.Sub(r.made)}
		if r.cause != nil {
			info.Causes = r.cause.next.list(nil, r.cause)
		} else {
			info.Causes = c.causes(nil, r.trigger, path{}, nil)
		}
		infos = append(infos, info)
	}
	slices.SortFunc(infos, byID)
	return infos
}

func (c *census) goroutine(g *aliveGoroutine) ResourceInfo {
	info := ResourceInfo{
		ID: g.id, TriggerAsyncID: g.trigger, Type: g.typ(), Site: g.site(), Age: time.Duration(g.age),
		Goroutine: &GoroutineInfo{
			Number: g.number, Parent: g.parent, State: g.state, Blocked: time.Duration(g.blocked),
			Leaked: g.leaked, Caller: g.caller, Executing: g.executing, Stack: g.calls,
		},
	}
	for _, pc := range g.stack {
		info.Goroutine.Stack = append(info.Goroutine.Stack, c.expand(pc)...)
	}
	info.Causes = c.causes(g.resource, g.trigger, g.path, c.byNumber[g.parent])
	return info
}

func (c *census) timer(t *aliveTimer) ResourceInfo {
	return ResourceInfo{
		ID: t.id, TriggerAsyncID: t.trigger, Type: timerTypes[t.kind], Site: t.site(), Age: time.Duration(t.age),
		Timer:  &TimerInfo{Remaining: time.Duration(t.when), Period: time.Duration(t.period)},
		Causes: c.causes(t.resource, t.trigger, path{}, nil),
	}
}

// causes returns the chain of a resource with this trigger: what was kept of it,
// or else what can be told of those that are alive, and where one is not, what
// its path says. parent is the goroutine that started it, if it is one and that
// is alive.
//
//go:norace
func (c *census) causes(r *AsyncResource, trigger ID, p path, parent *aliveGoroutine) (list []Cause) {
	for len(list) < maxCauses {
		if kept := r.keptOfOther(); kept != nil {
			return kept.next.list(list, kept)
		}
		g, t := c.byID[trigger], c.timerByID[trigger]
		switch {
		case trigger == 0 && parent != nil: // all that a plain build knows
			if parent.number == 1 {
				return append(list, Cause{ID: Root})
			}
			list = append(list, Cause{parent.id, parent.typ(), parent.site()})
			r, trigger, parent = nil, parent.trigger, c.byNumber[parent.parent]
		case trigger <= Root:
			return append(list, causesOfRoot(trigger)...)
		case g != nil:
			list = append(list, Cause{g.id, g.typ(), g.site()})
			r, trigger, p, parent = g.resource, g.trigger, g.path, c.byNumber[g.parent]
		case t != nil:
			list = append(list, Cause{t.id, timerTypes[t.kind], t.site()})
			r, trigger, p, parent = t.resource, t.trigger, path{}, nil
		case c.tracked[trigger].typ != "":
			o := c.tracked[trigger]
			list = append(list, Cause{trigger, o.typ, siteOf(o.pc)})
			if o.cause != nil {
				return o.cause.next.list(list, o.cause)
			}
			r, trigger, p, parent = nil, o.trigger, path{}, nil
		case p.scoped&1 != 0 && parent != nil && parent.id > Root:
			// What it handled is not known any more, but the goroutine that did.
			list = append(list, Cause{ID: trigger}, Cause{parent.id, parent.typ(), parent.site()})
			r, trigger, p, parent = parent.resource, parent.trigger, parent.path, c.byNumber[parent.parent]
		default:
			return append(list, p.causes(trigger)...)
		}
	}
	return list
}

// moreOfOther returns what is apart of r, if anything. It is no atomic load: the
// race detector holds those against what made the resource, whoever does them.
//
//go:norace
func (r *AsyncResource) moreOfOther() *resourceMore {
	return *(**resourceMore)(unsafe.Pointer(&r.more))
}

//go:norace
func (r *AsyncResource) typOfOther() string {
	if r.kind != kindNamed {
		return kindNames[r.kind]
	}
	if m := r.moreOfOther(); m != nil {
		return m.typ
	}
	return ""
}

//go:norace
func (r *AsyncResource) keptOfOther() *cause {
	if r == nil {
		return nil
	}
	if m := r.moreOfOther(); m != nil {
		return m.cause
	}
	return nil
}

//go:norace
func (g *aliveGoroutine) typ() string {
	switch {
	case g.resource != nil && g.resource.typOfOther() != "":
		return g.resource.typOfOther()
	case g.fired:
		return timerTypes[g.kind]
	}
	return TypeGoroutine
}

//go:norace
func (g *aliveGoroutine) site() Site {
	switch {
	case g.at.Line != 0:
		return g.at
	case g.resource != nil && g.resource.pc != 0:
		return siteOf(g.resource.pc)
	case g.fired:
		return outsideOf(timerPackages[g.kind], g.made)
	}
	return siteOf(g.pc)
}

//go:norace
func (t *aliveTimer) site() Site {
	if t.resource != nil && t.resource.pc != 0 {
		return siteOf(t.resource.pc)
	}
	return outsideOf(timerPackages[t.kind], t.sites)
}

// outsideOf returns the first call at the addresses that is in no function with
// this prefix.
func outsideOf(prefix string, pcs [3]uintptr) Site {
	n := slices.Index(pcs[:], 0)
	if n < 0 {
		n = len(pcs)
	}
	frames := runtime.CallersFrames(pcs[:n])
	for more := n > 0; more; {
		var f runtime.Frame
		if f, more = frames.Next(); f.Function != "" && !strings.HasPrefix(f.Function, prefix) {
			return Site{f.File, f.Line, f.Function}
		}
	}
	return Site{}
}

// expand returns the calls that return to pc, innermost first.
func (c *census) expand(pc uintptr) []Site {
	calls, ok := c.calls[pc]
	if !ok {
		frames := runtime.CallersFrames([]uintptr{pc})
		for more := true; more; {
			var f runtime.Frame
			if f, more = frames.Next(); shown(f.Function) {
				calls = append(calls, Site{f.File, f.Line, f.Function})
			}
		}
		c.calls[pc] = calls
	}
	return calls
}

// shown reports whether stack traces show the function: of package runtime, they
// show what is exported.
func shown(name string) bool {
	short, runtime := strings.CutPrefix(name, "runtime.")
	return name != "" && (!runtime || 'A' <= short[0] && short[0] <= 'Z')
}

// describe returns "Type ID" with what is known of it.
func describe(id ID, typ string) string {
	switch {
	case id == Root:
		return "root"
	case typ == "":
		typ = "resource"
	}
	if id == 0 {
		return typ
	}
	return typ + " " + strconv.FormatUint(uint64(id), 10)
}
