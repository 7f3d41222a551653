package tracefile

import (
	"container/heap"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A Kind is what happened.
type Kind uint8

// The kinds of event, as package rt defines them.
const (
	Init    Kind = format.Init
	Before  Kind = format.Before
	After   Kind = format.After
	Destroy Kind = format.Destroy
	Resolve Kind = format.Resolve
)

var kindNames = [...]string{Init: "init", Before: "before", After: "after", Destroy: "destroy", Resolve: "resolve"}

// String returns the kind's name, in lower case.
func (k Kind) String() string { return kindNames[k] }

// An Event is something that happened to a resource.
type Event struct {
	Time      int64 // nanoseconds since the start
	ID        uint64
	Goroutine uint64 // its number in stack traces; 0: not known
	Kind      Kind

	// Of an Init.
	Site    int // an index of Sites
	Trigger uint64
	Exec    uint64 // the execution id
}

// Events returns the events in the order of time. Those of one goroutine are in
// the order in which they were; the clocks of two processors may differ by some
// tens of nanoseconds. Each use reads them anew. Blocks that cannot be read to
// their end are [Trace.Problems] from then on.
func (t *Trace) Events() iter.Seq[Event] {
	if t.events != nil {
		return slices.Values(t.events)
	}
	return func(yield func(Event) bool) {
		var all shardHeap
		damaged := 0
		for _, number := range slices.Sorted(maps.Keys(t.blocks)) {
			s := &shardReader{trace: t, blocks: t.blocks[number]}
			if s.advance(&damaged) {
				all = append(all, s)
			}
		}
		heap.Init(&all)
		for len(all) > 0 {
			s := all[0]
			if !yield(s.events[s.next]) {
				return
			}
			s.next++
			if s.next < len(s.events) || s.advance(&damaged) {
				heap.Fix(&all, 0)
			} else {
				heap.Pop(&all)
			}
		}
		t.noteDamaged(damaged)
	}
}

// noteDamaged makes a problem of blocks that ended early, once.
func (t *Trace) noteDamaged(n int) {
	if n == 0 {
		return
	}
	text := fmt.Sprintf("%d blocks of events are damaged, and read up to there", n)
	if !slices.Contains(t.problems, text) {
		t.problems = append(t.problems, text)
	}
}

// A shardReader reads the events of a processor.
type shardReader struct {
	trace  *Trace
	blocks []int // offsets of those that are left
	events []Event
	next   int
	last   int64 // the time of the last event
}

// advance decodes the next block that has events.
func (s *shardReader) advance(damaged *int) bool {
	for len(s.blocks) > 0 {
		at := s.blocks[0]
		s.blocks = s.blocks[1:]
		s.next = 0
		var ok bool
		if s.events, ok = s.trace.decode(s.trace.data[at:at+format.BlockSize], s.events[:0]); !ok {
			*damaged++
		}
		for i := range s.events { // time does not go back on a processor
			s.last = max(s.last, s.events[i].Time)
			s.events[i].Time = s.last
		}
		if len(s.events) > 0 {
			return true
		}
	}
	return false
}

// shardHeap has the shard with the earliest event first.
type shardHeap []*shardReader

func (h shardHeap) Len() int { return len(h) }
func (h shardHeap) Less(i, j int) bool {
	return h[i].events[h[i].next].Time < h[j].events[h[j].next].Time
}
func (h shardHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *shardHeap) Push(x any)   { *h = append(*h, x.(*shardReader)) }
func (h *shardHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// An anchor is a point where the clock is known in both of its forms.
type anchor struct{ units, nanos uint64 }

func (a anchor) distance(b anchor) uint64 { return max(a.units, b.units) - min(a.units, b.units) }

// decode appends the events of a block. ok is false if they end early.
func (t *Trace) decode(b []byte, events []Event) (_ []Event, ok bool) {
	r := &reader{b: b[format.PayloadAt:][:binary.LittleEndian.Uint32(b[format.UsedAt:])]}
	now := binary.LittleEndian.Uint64(b[format.OpenUnitsAt:])
	from := anchor{now, binary.LittleEndian.Uint64(b[format.OpenNanosAt:])}
	fixed := 0 // events whose time is in nanoseconds
	var last, gor uint64
	for len(r.b) > 0 && !r.bad {
		tag := r.byte()
		kind := tag & format.EventMask
		if kind == format.Sync {
			now += r.uvarint()
			to := anchor{now, r.uvarint()}
			if !r.bad {
				setTimes(events[fixed:], from, to)
				fixed, from = len(events), to
			}
			continue
		}
		if kind == format.End || kind > format.Resolve {
			r.bad = true
			break
		}
		e := Event{Kind: Kind(kind)}
		if tag&format.FlagSameTime == 0 {
			now += r.uvarint()
		}
		if tag&format.FlagGoroutine != 0 {
			gor = r.uvarint()
		}
		if tag&format.FlagSameID == 0 {
			last += r.difference()
		}
		e.Time, e.ID, e.Goroutine = int64(now), last, gor
		if e.Kind == Init {
			e.Site = int(r.uvarint())
			e.Trigger = last - r.difference()
			e.Exec = e.Trigger
			if tag&format.FlagOtherExec != 0 {
				e.Exec = last - r.difference()
			}
			if e.Site < 0 || e.Site >= len(t.sites) {
				e.Site = 0
			}
		}
		if !r.bad {
			events = append(events, e)
		}
	}
	to := anchor{binary.LittleEndian.Uint64(b[format.CloseUnitsAt:]), binary.LittleEndian.Uint64(b[format.CloseNanosAt:])}
	if to.units == 0 {
		to = t.extrapolate(from)
	}
	setTimes(events[fixed:], from, to)
	return events, !r.bad
}

// setTimes turns times from units into nanoseconds, between two anchors or
// beyond.
func setTimes(events []Event, from, to anchor) {
	rate := 1.0
	if to.units > from.units && to.nanos > from.nanos {
		rate = float64(to.nanos-from.nanos) / float64(to.units-from.units)
	}
	for i := range events {
		e := &events[i]
		e.Time = int64(from.nanos) + int64(float64(uint64(e.Time)-from.units)*rate)
	}
}

// extrapolate returns an anchor by which time passes after from as it does in
// the rest of the trace: one of another block, as far away as can be.
func (t *Trace) extrapolate(from anchor) anchor {
	best := from
	consider := func(b []byte, units, nanos int) {
		a := anchor{binary.LittleEndian.Uint64(b[units:]), binary.LittleEndian.Uint64(b[nanos:])}
		if a.units != 0 && a.distance(from) > best.distance(from) {
			best = a
		}
	}
	consider(t.data, format.UnitsAt, format.NanosAt)
	for _, blocks := range t.blocks {
		for _, at := range blocks {
			consider(t.data[at:], format.OpenUnitsAt, format.OpenNanosAt)
			consider(t.data[at:], format.CloseUnitsAt, format.CloseNanosAt)
		}
	}
	if best.units < from.units { // the same rate, the other way
		return anchor{2*from.units - best.units, 2*from.nanos - best.nanos}
	}
	return best
}

// A reader reads the payload of a block.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		r.b = nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

// difference reads a difference of ids.
func (r *reader) difference() uint64 {
	v := r.uvarint()
	return v>>1 ^ -(v & 1)
}
