package trace

import (
	"math/bits"
	"sync/atomic"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A siteTable numbers the places where resources are made, with their types. It
// is read without a lock.
type siteTable struct {
	slots atomic.Pointer[[]atomic.Pointer[site]] // a power of two, at most half full
	count uint32
}

type site struct {
	pc     uintptr
	typ    string
	number uint32 // 0: the table of the trace is full
}

// maxSites bounds the table, for a program that makes up types as it goes.
const maxSites = 1 << 17

// maxText is how long a text in the table can be, in bytes.
const maxText = 4 << 10

// find returns the number of a site, or 0.
func (t *siteTable) find(pc uintptr, typ string) uint32 {
	slots := t.slots.Load()
	if slots == nil {
		return 0
	}
	last := uintptr(len(*slots) - 1)
	for i := hash(pc, last); ; i++ {
		s := (*slots)[i&last].Load()
		if s == nil {
			return 0
		}
		if s.pc == pc && s.typ == typ {
			return s.number
		}
	}
}

// hash spreads program counters over a table, whose last index is given.
func hash(pc, last uintptr) uintptr {
	return uintptr(uint64(pc) * 0x9e3779b97f4a7c15 >> (64 - bits.Len64(uint64(last))))
}

// insert adds a site that is not there.
func (t *siteTable) insert(s *site) {
	old := t.slots.Load()
	if old == nil || int(t.count) >= len(*old)/2 {
		n := 512
		if old != nil {
			n = 2 * len(*old)
		}
		slots := make([]atomic.Pointer[site], n)
		if old != nil {
			for i := range *old {
				if o := (*old)[i].Load(); o != nil {
					place(slots, o)
				}
			}
		}
		place(slots, s)
		t.slots.Store(&slots)
	} else {
		place(*old, s)
	}
	t.count++
}

func place(slots []atomic.Pointer[site], s *site) {
	last := uintptr(len(slots) - 1)
	for i := hash(s.pc, last); ; i++ {
		if slots[i&last].Load() == nil {
			slots[i&last].Store(s)
			return
		}
	}
}

// addSite gives the resource's site a number and writes it to the trace.
func (r *Recorder) addSite(res *rt.AsyncResource, typ string) uint32 {
	where := res.Site() // slow: without the lock
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := r.sites.find(res.PC(), typ); n != 0 || r.stopped || r.sites.count == maxSites {
		return n
	}
	entry := format.AppendSite(nil, format.Site{
		Type: text(typ), File: text(where.File), Line: where.Line, Func: text(where.Func),
	})
	s := &site{pc: res.PC(), typ: typ}
	if r.table.write(r, format.KindSites, entry) {
		s.number = r.table.parts
		r.sites.insert(s)
	}
	return s.number
}

// text is what of a text fits into the table.
func text(s string) string { return s[:min(len(s), maxText)] }
