package trace

import (
	"encoding/binary"
	"math/bits"
	"sync/atomic"
	"unsafe"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// refill gives the present processor's shard a block and returns it, with the
// goroutine pinned to the processor; nil: the events are lost, and the goroutine
// is not pinned.
//
//go:norace
//go:noinline
func (r *Recorder) refill(events rt.Events) *shard {
	for {
		if r.ended.Load() {
			return r.lose(events)
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
		s := r.shard(p)
		switch {
		case s == nil:
			procUnpin()
			r.spare = b
			ok := r.grow(p + 1)
			r.mu.Unlock()
			if !ok {
				return r.lose(events)
			}
			continue
		case s.pos < room:
			r.spare = b
		default:
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
		r.ended.Store(true) // the process is about to end
		return nil
	}
	b, why := r.store.block(false)
	if b == nil {
		r.setReason(why)
		r.ended.Store(true)
	}
	return b
}

// lose counts events as lost.
//
//go:norace
func (r *Recorder) lose(events rt.Events) *shard {
	n := uint64(bits.OnesCount8(uint8(events)))
	p := procPin()
	if s := r.shard(p); s != nil {
		*s.lost += n
	} else {
		atomic.AddUint64(lostOf(r.header, noShard), n)
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
	s.id, s.gor = 0, 0
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
	for ; r.count < min(n, noShard); r.count++ {
		r.shards[r.count].Store(&shard{pos: format.BlockSize, began: r.began, lost: lostOf(r.header, r.count)})
	}
	binary.LittleEndian.PutUint32(r.header[format.ShardsAt:], uint32(r.count))
	return r.count >= n
}

// lostOf is the count of a shard's lost events.
func lostOf(header *block, shard int) *uint64 {
	return (*uint64)(unsafe.Pointer(&header[format.DroppedAt+8*shard]))
}
