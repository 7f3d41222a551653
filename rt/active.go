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
	ID             ID
	TriggerAsyncID ID
	Type           string
	Site           Site
	Age            time.Duration // since it was made
}

// active keeps the resources that were made since it was turned on and have not
// ended. It refers to none of them.
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
}

// ActiveResources returns the resources that were made and have not ended, in
// the order of their ids. (process.getActiveResourcesInfo in spec/, with more
// to tell.) Keeping account costs, so it is off until the first call, which
// turns it on: what was made since then is listed. Messages are not.
func ActiveResources() []ResourceInfo {
	guard := holdEvents()
	defer guard.release()
	if !active.on.Swap(true) {
		hooks.apply() // which has the runtime tell of what it makes
	}
	now := time.Now()
	infos := []ResourceInfo{}
	for i := range active.shards {
		s := &active.shards[i]
		s.Lock()
		for id, r := range s.resources {
			infos = append(infos, ResourceInfo{id, r.trigger, r.typ, siteOf(r.pc), now.Sub(r.made)})
		}
		s.Unlock()
	}
	slices.SortFunc(infos, func(a, b ResourceInfo) int { return cmp.Compare(a.ID, b.ID) })
	return infos
}

// activeTrack takes account of r, if that is turned on.
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
	s.resources[r.id] = activeResource{r.trigger, r.typ, r.pc, time.Now()}
	return true
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
