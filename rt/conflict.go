package rt

import (
	"cmp"
	"slices"
	"sync"
)

// A Conflict is a place where handled messages carried a store other than the
// one that the goroutine keeps. Nothing is wrong with the stores: the goroutine
// has kept its own. But a worker that serves many and was started by one shows
// here; put //asynchooks:detach above its go statement.
type Conflict struct {
	Site    Site   // of the receive
	Storage string // its name
	Count   uint64 // of messages
}

type conflictKey struct {
	pc      uintptr
	storage string
}

var conflicts struct {
	sync.Mutex
	count map[conflictKey]uint64
}

// noteConflict counts one message at pc.
func noteConflict(pc uintptr, k *storageKey) {
	guard := holdEvents()
	defer guard.release()
	conflicts.Lock()
	defer conflicts.Unlock()
	if conflicts.count == nil {
		conflicts.count = make(map[conflictKey]uint64)
	}
	conflicts.count[conflictKey{pc, k.name}]++
}

// Conflicts returns the handled messages whose store lost to the goroutine's
// own, by site, in the order of file and line.
func Conflicts() []Conflict {
	guard := holdEvents()
	defer guard.release()
	conflicts.Lock()
	defer conflicts.Unlock()
	all := make([]Conflict, 0, len(conflicts.count))
	for k, n := range conflicts.count {
		all = append(all, Conflict{siteOf(k.pc), k.storage, n})
	}
	slices.SortFunc(all, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Site.File, b.Site.File), cmp.Compare(a.Site.Line, b.Site.Line), cmp.Compare(a.Storage, b.Storage))
	})
	return all
}
