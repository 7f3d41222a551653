package rt

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// ResourceInfo says what is known of a resource that is active.
type ResourceInfo struct {
	ID             ID // 0: not known, as of a goroutine in a plain build
	TriggerAsyncID ID
	Type           string
	Site           Site

	// Age is the time since it was made; at least, for goroutines and timers:
	// then it is short of the truth by 10 ms, or by a hundredth of the time that
	// the process has been running. 0: not known.
	Age time.Duration

	// Causes is the chain from the resource's trigger to the root, as far as it
	// is known: see [Cause].
	Causes []Cause

	Goroutine *GoroutineInfo // nil: it is no goroutine
	Timer     *TimerInfo     // nil: it is no timer, or one that nothing waits for
}

// GoroutineInfo says what a goroutine does.
type GoroutineInfo struct {
	Number    uint64        // in stack traces
	Parent    uint64        // the number of the one that started it; 0: not known
	State     string        // as stack traces have it: "running", "chan receive", "select"
	Blocked   time.Duration // at least; 0: not known, or not blocked
	Leaked    bool          // see FindLeaks
	Executing ID            // of the innermost open scope
	Stack     []Site        // innermost call first, up to 64 calls; the caller's is not told
	Caller    bool          // it is the caller's
}

// TimerInfo says when a timer fires.
type TimerInfo struct {
	Remaining time.Duration // below 0: it is late
	Period    time.Duration // 0: it fires once
}

// active keeps the resources that were made since it was turned on and have not
// ended, but goroutines, which the runtime knows. It refers to none of them.
var active struct {
	on     atomic.Bool
	shards [16]activeShard
}

type activeShard struct {
	sync.Mutex
	resources map[ID]activeResource
	_         [40]byte // a cache line each
}

type activeResource struct {
	trigger ID
	typ     string
	pc      uintptr
	made    time.Time
	cause   *cause
	number  uint64 // of a goroutine, in a plain build
}

// ActiveResources returns what is active, in the order of ids.
// (process.getActiveResourcesInfo in spec/, with more to tell.)
//
// Goroutines, other than main, and the timers that will fire are listed from the
// runtime's own tables, in which they always are. It stops the world for as long
// as it takes to look at all stacks. Of other resources (callbacks, listeners,
// those of [NewAsyncResource], timers whose channel nothing waits for) account
// is kept from the first call on: what was made since then is listed. Messages
// are not.
//
// In a plain build goroutines have no ids but those of [Go], and there are no
// timers.
func ActiveResources() []ResourceInfo {
	guard := holdEvents()
	defer guard.release()
	if !active.on.Swap(true) {
		hooks.apply() // which has the runtime tell of what it makes
	}
	return listAlive()
}

// FindLeaks returns what [ActiveResources] does, with those goroutines marked
// that wait for what nothing that runs can reach: nothing will ever wake them. It
// collects garbage to find out, which takes a cycle of the collector. What a
// store holds that a goroutine carries counts as reachable. Main is listed if it
// is one of them. A plain build does not look for leaks: package
// [github.com/asynchooks/asynchooks/rt/alive] does what there can be done.
func FindLeaks() []ResourceInfo {
	guard := holdEvents()
	defer guard.release()
	if !active.on.Swap(true) {
		hooks.apply()
	}
	// The marks last until the next collection, which may begin at any time.
	for try := 1; ; try++ {
		found := findLeaks()
		infos := listAlive()
		marked := slices.ContainsFunc(infos, func(i ResourceInfo) bool { return i.Goroutine != nil && i.Goroutine.Leaked })
		if found == 0 || marked || try == 3 {
			return infos
		}
	}
}

// tracked returns the resources that are tracked.
func tracked() map[ID]activeResource {
	all := map[ID]activeResource{}
	for i := range active.shards {
		s := &active.shards[i]
		s.Lock()
		for id, r := range s.resources {
			all[id] = r
		}
		s.Unlock()
	}
	return all
}

// activeTrack tracks r, if tracking is turned on.
func activeTrack(r *AsyncResource) bool {
	if !active.on.Load() {
		return false
	}
	guard := holdEvents()
	defer guard.release()
	s := &active.shards[r.id%ID(len(active.shards))]
	s.Lock()
	defer s.Unlock()
	if s.resources == nil {
		s.resources = make(map[ID]activeResource)
	}
	s.resources[r.id] = activeResource{trigger: r.trigger, typ: r.typ(), pc: r.pc, made: time.Now(), cause: r.kept()}
	return true
}

// activeRuns says that the calling goroutine is that of the resource.
func activeRuns(id ID) {
	if !active.on.Load() {
		return
	}
	s := &active.shards[id%ID(len(active.shards))]
	s.Lock()
	defer s.Unlock()
	if r, ok := s.resources[id]; ok {
		r.number = goroutineNumber()
		s.resources[id] = r
	}
}

// activeForget says that the resource ended.
func activeForget(id ID) {
	if !active.on.Load() {
		return
	}
	guard := holdEvents()
	defer guard.release()
	s := &active.shards[id%ID(len(active.shards))]
	s.Lock()
	defer s.Unlock()
	delete(s.resources, id)
}

// byID orders what is alive: by id, and goroutines that have none by number.
func byID(a, b ResourceInfo) int {
	if a.ID == b.ID && a.Goroutine != nil && b.Goroutine != nil {
		return cmp.Compare(a.Goroutine.Number, b.Goroutine.Number)
	}
	return cmp.Compare(a.ID, b.ID)
}
