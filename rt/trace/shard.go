package trace

import (
	"math/bits"
	"unsafe"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A shard is the buffer of one processor. Only a goroutine that is pinned to
// that uses it, so it needs no lock.
type shard struct {
	block  *block  // nil: none yet, or none to be had
	pos    uint32  // of the next event in it; BlockSize: there is no room
	time   uint64  // of the last event, in units
	synced uint64  // of the last point where the clock is known
	id     uint64  // of the last event
	gor    uint64  // its goroutine
	lost   *uint64 // in the header block
	began  int64   // nanotime
	_      [64]byte
}

const (
	// room is the position past which no event is begun.
	room = format.BlockSize - 2*format.MaxEvent

	// syncEvery is after how many units, some milliseconds, an event is preceded
	// by one that has the clock.
	syncEvery = 1 << 22

	mask = format.BlockSize - 1
)

// These are not looked at by the race detector: a shard passes from goroutine to
// goroutine with its processor.

// note records events of one resource, at the same time.
//
//go:norace
func (r *Recorder) note(events rt.Events, id rt.ID, made rt.Made) {
	tag := kindOf(events)
	var site uint32
	if tag == format.Init {
		if site = r.sites.find(made.PC, made.Type); site == 0 {
			site = r.addSite(made)
		}
		if made.Execution != made.Trigger {
			tag |= format.FlagOtherExec
		}
	}
	s := r.shard(procPin())
	if s == nil || s.pos >= room {
		procUnpin()
		if s = r.refill(events); s == nil {
			return // lost
		}
	}
	b := s.block
	i := s.begin(tag, uint64(id))
	if tag&format.EventMask == format.Init {
		i = put(b, i, uint64(site))
		i = put(b, i, zigzag(uint64(id)-uint64(made.Trigger)))
		if tag&format.FlagOtherExec != 0 {
			i = put(b, i, zigzag(uint64(id)-uint64(made.Execution)))
		}
	}
	for events &= events - 1; events != 0; events &= events - 1 {
		b[i&mask] = kindOf(events) | format.FlagSameTime | format.FlagSameID
		i++
	}
	s.pos = i
	publish(b, i-format.PayloadAt)
	procUnpin()
}

// kindOf returns the first of some events as the file has it. The order is the
// same.
func kindOf(events rt.Events) byte {
	return format.Init + byte(bits.TrailingZeros8(uint8(events)))
}

// shard returns the shard of a processor; nil: it has none.
//
//go:norace
func (r *Recorder) shard(p int) *shard {
	if p < len(r.shards) {
		return r.shards[p].Load()
	}
	return nil
}

// begin writes what every event begins with, and returns where the rest goes.
//
//go:norace
func (s *shard) begin(tag byte, id uint64) (i uint32) {
	i = s.pos
	now := s.time
	if t := ticks(); t > now {
		if now = t; t-s.synced > syncEvery {
			i = s.sync(i)
			now = s.time
		}
	} else {
		tag |= format.FlagSameTime
	}
	gor := rt.GoroutineID()
	if gor != s.gor {
		tag |= format.FlagGoroutine
	}
	if id == s.id {
		tag |= format.FlagSameID
	}
	b := s.block
	b[i&mask] = tag
	i++
	if tag&format.FlagSameTime == 0 {
		i = put(b, i, now-s.time)
	}
	if tag&format.FlagGoroutine != 0 {
		i = put(b, i, gor)
	}
	if tag&format.FlagSameID == 0 {
		i = put(b, i, zigzag(id-s.id))
	}
	s.time, s.id, s.gor = now, id, gor
	return i
}

// sync writes a Sync at i.
//
//go:norace
func (s *shard) sync(i uint32) uint32 {
	units, nanos := clock(s.began)
	units = max(units, s.time)
	b := s.block
	b[i&mask] = format.Sync
	i = put(b, i+1, units-s.time)
	i = put(b, i, nanos)
	s.time, s.synced = units, units
	return i
}

// clock returns the time in units, and in nanoseconds since began, of the same
// moment.
//
//go:norace
func clock(began int64) (units, nanos uint64) {
	best := ^uint64(0)
	for range 5 {
		before := ticks()
		n := nanotime()
		took := ticks() - before
		if took < best {
			best, units, nanos = took, before+took/2, uint64(n-began)
		}
		if best < quick {
			break
		}
	}
	return units, nanos
}

// quick is how many units pass around a reading of the clock that nothing came
// between.
const quick = 64

// put writes a uvarint.
//
//go:norace
func put(b *block, i uint32, v uint64) uint32 {
	for v >= 0x80 {
		b[i&mask] = byte(v) | 0x80
		v >>= 7
		i++
	}
	b[i&mask] = byte(v)
	return i + 1
}

// zigzag makes the difference of two ids, of either sign, a small number.
func zigzag(d uint64) uint64 { return d<<1 ^ uint64(int64(d)>>63) }

// used is the field of a block's header that says how much of it there is.
//
//go:norace
func used(b *block) *uint32 { return (*uint32)(unsafe.Pointer(&b[format.UsedAt])) }
