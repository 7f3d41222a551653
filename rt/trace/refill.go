package trace

import (
	"encoding/binary"
	"sync/atomic"
	"unsafe"

	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// refill gives the present processor's shard a block, and returns it as pin
// does.
//
//go:norace
//go:noinline
func (r *Recorder) refill() *shard {
	for {
		if r.ended.Load() {
			return r.lose()
		}
		r.mu.Lock()
		if r.done != nil {
			r.store.full(r.done)
			r.done = nil
		}
		b := r.spare
		if r.spare = nil; b == nil {
			b = r.eventBlock()
		}
		if b == nil {
			r.mu.Unlock()
			continue // ended
		}
		// Pinned, there must be no system call and no allocation.
		p := procPin()
		all := *r.shards.Load()
		if p >= len(all) {
			procUnpin()
			r.spare = b
			ok := r.grow(p + 1)
			r.mu.Unlock()
			if !ok {
				return r.lose()
			}
			continue
		}
		s := all[p]
		if s.pos < room {
			r.spare = b
		} else {
			if s.block != nil {
				r.leave(s.block)
				r.done = s.block
			}
			s.enter(b, uint32(p))
		}
		r.mu.Unlock()
		return s
	}
}

// eventBlock returns an empty block; nil: there are no more.
func (r *Recorder) eventBlock() *block {
	if r.stopped {
		return nil
	}
	b, why := r.store.block(false)
	if b == nil {
		r.setReason(why)
		r.ended.Store(true)
	}
	return b
}

// lose counts an event as lost.
//
//go:norace
func (r *Recorder) lose() *shard {
	p := procPin()
	if all := *r.shards.Load(); p < len(all) {
		*all[p].lost++
	} else {
		atomic.AddUint64(lostOf(r.header, noShard), 1)
	}
	procUnpin()
	return nil
}

// enter makes the shard write to a block.
//
//go:norace
func (s *shard) enter(b *block, number uint32) {
	h := b[:]
	s.block, s.pos = b, format.PayloadAt
	units, nanos := clock(s.began)
	s.time, s.synced = units, units
	s.kind, s.id, s.gor = 0, 0, 0
	binary.LittleEndian.PutUint32(h[format.KindAt:], format.KindEvents)
	binary.LittleEndian.PutUint32(h[format.ShardAt:], number)
	binary.LittleEndian.PutUint64(h[format.OpenUnitsAt:], units)
	binary.LittleEndian.PutUint64(h[format.OpenNanosAt:], nanos)
	binary.LittleEndian.PutUint32(h, format.BlockMagic)
}

// leave notes the clock at the end of a block.
//
//go:norace
func (r *Recorder) leave(b *block) {
	units, nanos := clock(r.began)
	binary.LittleEndian.PutUint64(b[format.CloseNanosAt:], nanos)
	binary.LittleEndian.PutUint64(b[format.CloseUnitsAt:], units)
}

// noShard is the place of the count of events lost on processors past the last
// that can have a shard.
const noShard = format.MaxShards - 1

// grow makes shards for n processors. It reports whether all have one.
func (r *Recorder) grow(n int) bool {
	var all []*shard
	if old := r.shards.Load(); old != nil {
		all = append(all, *old...)
	}
	for len(all) < min(n, noShard) {
		all = append(all, &shard{pos: format.BlockSize, began: r.began, lost: lostOf(r.header, len(all))})
	}
	binary.LittleEndian.PutUint32(r.header[format.ShardsAt:], uint32(len(all)))
	r.shards.Store(&all)
	return len(all) >= n
}

// lostOf is the count of a shard's lost events.
func lostOf(header *block, shard int) *uint64 {
	return (*uint64)(unsafe.Pointer(&header[format.DroppedAt+8*shard]))
}
