package trace

import (
	"unsafe"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A shard is the buffer of one processor. Only a goroutine that is pinned to
// that uses it, so it needs no lock.
type shard struct {
	block  *block  // nil: none yet, or none to be had
	pos    uint32  // of the next event in it; BlockSize: there is no room
	kind   byte    // of the last event
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

// onInit records an Init.
//
//go:norace
func (r *Recorder) onInit(id rt.ID, typ string, trigger rt.ID, res *rt.AsyncResource) {
	site := r.sites.find(res.PC(), typ)
	if site == 0 {
		site = r.addSite(res, typ)
	}
	tag := byte(format.Init)
	exec := rt.ExecutionAsyncID()
	if exec != trigger {
		tag |= format.FlagOtherExec
	}
	s := r.pin()
	if s == nil {
		return
	}
	b := s.block
	i := s.begin(tag, uint64(id))
	i = put(b, i, uint64(site))
	i = put(b, i, zigzag(uint64(id)-uint64(trigger)))
	if exec != trigger {
		i = put(b, i, zigzag(uint64(id)-uint64(exec)))
	}
	s.pos = i
	publish(b, i-format.PayloadAt)
	procUnpin()
}

//go:norace
func (r *Recorder) onBefore(id rt.ID) { r.record(format.Before, uint64(id)) }

//go:norace
func (r *Recorder) onAfter(id rt.ID) { r.record(format.After, uint64(id)) }

//go:norace
func (r *Recorder) onDestroy(id rt.ID) { r.record(format.Destroy, uint64(id)) }

//go:norace
func (r *Recorder) onResolve(id rt.ID) { r.record(format.Resolve, uint64(id)) }

// record records an event that has nothing but an id.
//
//go:norace
func (r *Recorder) record(kind byte, id uint64) {
	if s := r.pin(); s != nil {
		i := s.begin(kind, id)
		s.pos = i
		publish(s.block, i-format.PayloadAt)
		procUnpin()
	}
}

// pin keeps the goroutine on its processor and returns that one's shard, which
// has room for an event; nil: the event is lost, and the goroutine not pinned.
//
//go:norace
func (r *Recorder) pin() *shard {
	p := procPin()
	if all := *r.shards.Load(); p < len(all) {
		if s := all[p]; s.pos < room {
			return s
		}
	}
	procUnpin()
	return r.refill()
}

// begin writes what every event begins with, and returns where the rest goes.
//
//go:norace
func (s *shard) begin(tag byte, id uint64) (i uint32) {
	i = s.pos
	now := s.time
	if tag == format.Destroy && s.kind == format.After && s.id == id {
		tag |= format.FlagSameTime // it comes right behind
	} else if t := ticks(); t > now {
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
	s.kind, s.time, s.id, s.gor = tag&format.EventMask, now, id, gor
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
