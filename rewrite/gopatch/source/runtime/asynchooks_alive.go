//go:build ignore

// This file is added to package runtime of an instrumented build. It tells what
// is alive, from the runtime's own tables: goroutines with their stacks, and
// timers. Nothing has to be switched on for that; what it needs to know of the
// past is kept in a few words per goroutine and timer.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// asyncHops is how many ancestors of a goroutine are remembered by the site of
// their go statement.
const asyncHops = 6

// An asyncPath says where the ancestors of a goroutine were started, nearest
// first, as offsets from the start of the program's text. It ends below the root.
type asyncPath struct {
	sites [asyncHops]uint32
	hops  uint8 // how many there are, also of those not remembered; asyncUnknown: not known, or more

	// Bit i: the i-th go statement ran in a scope of its goroutine, such as a
	// message's, which is the cause before the goroutine itself.
	scoped uint8
	fired  uint8 // bit i: the i-th ancestor is the firing of a timer or registration
}

const asyncUnknown = 255

// descend makes p the path of a goroutine that callergp starts.
func (p *asyncPath) descend(callergp *g) {
	c := &callergp.async
	if c.startAs != nil || callergp == callergp.m.g0 {
		p.hops = asyncUnknown // the cause is a registration or a timer
		return
	}
	p.scoped = c.path.scoped << 1
	if c.current() != c.ID {
		p.scoped |= 1
	}
	if c.ID <= 1 {
		return
	}
	site := callergp.gopc
	p.fired = c.path.fired << 1
	if c.origin != nil {
		site = c.origin.site()
		p.fired |= 1
	}
	p.sites[0] = uint32(site - firstmoduledata.text)
	copy(p.sites[1:], c.path.sites[:])
	if p.hops = c.path.hops; p.hops < asyncUnknown {
		p.hops++
	}
}

// asyncCallers is where a timer was made: the return addresses of the functions
// of package time that lead there, and of those that called them, as offsets from
// the start of the program's text. What lies elsewhere, in a plugin, is not known.
type asyncCallers [3]uint32

// asyncCallersAt returns the callers of the function whose frame pointer fp is.
// Following frame pointers costs a few loads; where there are none, they are not
// known.
//
//go:nosplit
func asyncCallersAt(fp uintptr) (pcs [3]uintptr) {
	for i := range pcs {
		if fp == 0 {
			break
		}
		pcs[i] = *(*uintptr)(unsafe.Pointer(fp + unsafe.Sizeof(fp)))
		fp = *(*uintptr)(unsafe.Pointer(fp))
	}
	return pcs
}

func (s *asyncCallers) set(pcs *[3]uintptr) {
	for i, pc := range pcs {
		s[i] = 0
		if at := pc - firstmoduledata.text; at == uintptr(uint32(at)) {
			s[i] = uint32(at)
		}
	}
}

// pc returns the i-th address; 0: not known.
func (s *asyncCallers) pc(i int) uintptr {
	if s[i] == 0 {
		return 0
	}
	return uintptr(s[i]) + firstmoduledata.text
}

func (s *asyncCallers) pcs() [3]uintptr { return [3]uintptr{s.pc(0), s.pc(1), s.pc(2)} }

// site returns where a timer or registration was made that starts a goroutine:
// where time.AfterFunc or context.AfterFunc was called.
func (at *asyncTimer) site() uintptr {
	if at.kind == asyncContextAfter {
		return at.sites.pc(0)
	}
	return at.sites.pc(1)
}

// asyncAges tells when ids were allotted: at the time of a sample, the last id
// was so. Samples are taken by the system monitor. When there is no more room
// every other one is dropped, and they are taken half as often.
var asyncAges struct {
	lock mutex
	n    int
	step int64 // ns between two samples
	next int64 // nanotime of the next one

	// taken counts samples: what was set aside before one must not be allotted
	// after it.
	taken   atomic.Uint32
	samples [256]struct {
		id   uint64
		time int64 // nanotime
	}
}

// asyncSample takes a sample if one is due, or if the process goes idle, so that
// the time for which it is idle is not taken off the age of what was made before.
// It is called by the system monitor, without a P.
//
//go:nowritebarrierrec
func asyncSample(now int64, idle bool) {
	a := &asyncAges
	id := asyncIDs.last.Load()
	if now < a.next && !idle || a.n > 0 && a.samples[a.n-1].id == id {
		return
	}
	lock(&a.lock)
	if a.n > 1 && now-a.samples[a.n-2].time < a.step {
		a.n-- // the one before was early
	} else if a.n == len(a.samples) {
		for i := range a.n / 2 {
			a.samples[i] = a.samples[2*i+1]
		}
		a.n /= 2
		a.step *= 2
	}
	if a.step == 0 {
		a.step = 10e6 // 10 ms
	}
	a.samples[a.n].id, a.samples[a.n].time = id, now
	a.n++
	a.taken.Add(1)
	a.next = now + a.step
	unlock(&a.lock)
}

// asyncAge returns how long ago an id was allotted, at least.
func asyncAge(id uint64, now int64) int64 {
	a := &asyncAges
	lock(&a.lock)
	made := now
	low, high := 0, a.n
	for low < high { // the first sample in which the id was allotted
		mid := (low + high) / 2
		if a.samples[mid].id < id {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < a.n {
		made = a.samples[low].time
	}
	unlock(&a.lock)
	return now - made
}

// An AsyncGoroutineInfo is a goroutine at one moment.
type AsyncGoroutineInfo struct {
	Number, Parent uint64 // as in stack traces
	ID, Trigger    uint64
	Scope          uint64 // the execution id
	Resource       unsafe.Pointer
	State          string // as in stack traces
	Caller         bool
	Leaked         bool    // it waits for what nothing that runs can reach
	Site           uintptr // of the go statement
	Fired          bool    // it is the firing of a timer or registration, of this
	Kind           uint8   // kind, which was made here
	Made           [3]uintptr
	Blocked        int64 // for how long, in ns, at least; 0: not known
	Age            int64 // in ns, at least
	Path           AsyncAncestors
	Stack          []uintptr // return addresses, innermost first
}

// AsyncAncestors is a path with the sites as return addresses.
type AsyncAncestors struct {
	Sites         []uintptr
	Rooted        bool  // the last of them was started by the root
	Scoped, Fired uint8 // see asyncPath
}

// AsyncOwnAncestors returns the path of the calling goroutine.
func AsyncOwnAncestors() AsyncAncestors { return getg().async.path.ancestors() }

func (p *asyncPath) ancestors() AsyncAncestors {
	a := AsyncAncestors{Rooted: p.hops <= asyncHops, Scoped: p.scoped, Fired: p.fired}
	if p.hops == 0 || p.sites[0] == 0 {
		return a
	}
	a.Sites = make([]uintptr, 0, asyncHops)
	for _, site := range p.sites[:min(p.hops, asyncHops)] {
		if site == 0 {
			break
		}
		a.Sites = append(a.Sites, uintptr(site)+firstmoduledata.text)
	}
	return a
}

// An AsyncTimerInfo is a timer that will fire, at one moment.
type AsyncTimerInfo struct {
	ID, Trigger uint64
	Kind        uint8
	Resource    unsafe.Pointer
	Sites       [3]uintptr
	When        int64 // until it fires, in ns
	Period      int64 // in ns; 0: once
	Age         int64 // in ns, at least
}

// asyncStackDepth is how much of a goroutine's stack is shown.
const asyncStackDepth = 64

// AsyncAlive returns the goroutines of the program and the timers that will
// fire, those of synctest's bubbles with them. It stops the world.
func AsyncAlive() (goroutines []AsyncGoroutineInfo, timers []AsyncTimerInfo) {
	me := getg()
	pcs := make([]uintptr, asyncStackDepth)
	goroutines = make([]AsyncGoroutineInfo, 0, gcount(true)+16)
	stw := stopTheWorld(stwGoroutineProfile)
	now := nanotime()
	systemstack(func() {
		forEachGRace(func(gp *g) {
			switch readgstatus(gp) &^ _Gscan {
			case _Gidle, _Gdead, _Gdeadextra:
				return
			}
			if isSystemGoroutine(gp, false) {
				return
			}
			if b := gp.bubble; b != nil && b.root == gp {
				timers = b.timers.asyncList(timers, b.now)
			}
			i := len(goroutines)
			goroutines = append(goroutines, AsyncGoroutineInfo{})
			goroutines[i].set(gp, now)
			if goroutines[i].Caller = gp == me; gp == me {
				return // its stack is this one
			}
			var u unwinder
			u.init(gp, unwindSilentErrors)
			n := tracebackPCs(&u, 0, pcs)
			goroutines[i].Stack = append([]uintptr(nil), pcs[:n]...)
		})
		for _, pp := range allp {
			timers = pp.timers.asyncList(timers, now)
		}
	})
	startTheWorld(stw)
	if raceenabled {
		raceacquire(unsafe.Pointer(&asyncEvents))
	}
	return goroutines, timers
}

// asyncList appends the timers of ts that will fire. now is the time there.
func (ts *timers) asyncList(list []AsyncTimerInfo, now int64) []AsyncTimerInfo {
	for _, tw := range ts.heap {
		t := tw.timer
		if at := t.async; at != nil && t.state&timerZombie == 0 {
			list = append(list, AsyncTimerInfo{
				ID: at.id, Trigger: at.trigger, Kind: at.kind, Resource: at.resource, Sites: at.sites.pcs(),
				When: t.when - now, Period: t.period, Age: asyncAge(at.id, nanotime()),
			})
		}
	}
	return list
}

func (o *AsyncGoroutineInfo) set(gp *g, now int64) {
	a := &gp.async
	o.Number, o.Parent = gp.goid, gp.parentGoid
	o.ID, o.Trigger, o.Scope = a.ID, a.Trigger, a.current()
	o.Resource, o.Site = a.Resource, gp.gopc
	if at := a.origin; at != nil {
		o.Fired, o.Kind, o.Made = true, at.kind, at.sites.pcs()
	}
	o.Age = asyncAge(a.ID, now)
	o.Path = a.path.ancestors()
	status := readgstatus(gp) &^ _Gscan
	o.Leaked = status == _Gleaked
	switch {
	case (status == _Gwaiting || o.Leaked) && gp.waitreason != waitReasonZero:
		o.State = gp.waitreason.String()
	case status < uint32(len(gStatusStrings)):
		o.State = gStatusStrings[status]
	}
	if (status == _Gwaiting || o.Leaked || status == _Gsyscall) && gp.waitsince != 0 {
		o.Blocked = now - gp.waitsince
	}
}

// AsyncFindLeaks collects garbage and finds the goroutines that wait for what
// nothing that runs can reach. It returns their number; AsyncAlive tells them
// until the next collection begins.
func AsyncFindLeaks() int {
	goroutineLeakGC()
	return work.goroutineLeak.count
}
