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
	slots atomic.Pointer[[]site] // a power of two, at most half full
	count uint32
}

type site struct {
	pc     uintptr
	typ    string
	number atomic.Uint32 // 0: there is none yet, and the rest is not to be read
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
		s := &(*slots)[i&last]
		n := s.number.Load()
		if n == 0 || s.pc == pc && s.typ == typ {
			return n
		}
	}
}

// hash spreads program counters over a table, whose last index is given.
func hash(pc, last uintptr) uintptr {
	return uintptr(uint64(pc) * 0x9e3779b97f4a7c15 >> (64 - bits.Len64(uint64(last))))
}

// insert adds a site that is not there.
func (t *siteTable) insert(pc uintptr, typ string, number uint32) {
	slots := t.slots.Load()
	if slots == nil || int(t.count) >= len(*slots)/2 {
		n := 512
		if slots != nil {
			n = 2 * len(*slots)
		}
		larger := make([]site, n)
		if slots != nil {
			for i := range *slots {
				if o := &(*slots)[i]; o.number.Load() != 0 {
					place(larger, o.pc, o.typ, o.number.Load())
				}
			}
		}
		place(larger, pc, typ, number)
		t.slots.Store(&larger)
	} else {
		place(*slots, pc, typ, number)
	}
	t.count++
}

func place(slots []site, pc uintptr, typ string, number uint32) {
	last := uintptr(len(slots) - 1)
	for i := hash(pc, last); ; i++ {
		if s := &slots[i&last]; s.number.Load() == 0 {
			s.pc, s.typ = pc, typ
			s.number.Store(number)
			return
		}
	}
}

// addSite gives the site of what was made a number, and writes it to the trace.
func (r *Recorder) addSite(made rt.Made) uint32 {
	where := made.Site() // slow: without the lock
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := r.sites.find(made.PC, made.Type); n != 0 || r.stopped || r.sites.count == maxSites {
		return n
	}
	entry := format.AppendSite(nil, format.Site{
		Type: text(made.Type), File: text(where.File), Line: where.Line, Func: text(where.Func),
	})
	if !r.table.write(r, format.KindSites, entry) {
		return 0
	}
	r.sites.insert(made.PC, made.Type, r.table.parts)
	return r.table.parts
}

// text is what of a text fits into the table.
func text(s string) string { return s[:min(len(s), maxText)] }
