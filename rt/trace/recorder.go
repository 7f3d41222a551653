package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// Options are the options of a recorder. The zero value, and nil, are those of
// none.
type Options struct {
	// Limit is how many bytes are recorded at most, in memory or in the file. 0:
	// 64 MiB in memory, 1 GiB in a file. Events that come later are counted as
	// lost.
	Limit int64
}

const (
	memoryLimit = 64 << 20
	fileLimit   = 1 << 30
)

// A Recorder records events. Its methods can be called from any goroutine.
type Recorder struct {
	shards [noShard]atomic.Pointer[shard] // by processor
	count  int                            // of shards
	sites  siteTable
	hook   *rt.AsyncHook
	began  int64 // nanotime
	header *block

	ended    atomic.Bool // there are no more blocks for events
	mu       sync.Mutex  // below all others: no code of the program's runs under it
	store    store
	spare    *block // empty
	done     *block // full, and the store does not know it yet
	table    stream // of sites
	notes    stream
	stopped  bool
	finished error
}

// reserved is how many blocks a store keeps for sites and notes.
const reserved = 32

type block = [format.BlockSize]byte

// A store is where blocks are. Its methods are called one at a time.
type store interface {
	// block returns an empty block, or why there is none. With reserve it may be
	// one of those that are kept for what a trace cannot do without.
	block(reserve bool) (*block, uint32)
	// full says that the block will not be written to any more.
	full(*block)
	// flush makes what was written so far safe. The process is about to end.
	flush() error
	// end says that no block will be written to any more.
	end() error
	// snapshot returns what writes what there is, in whole blocks. It is called
	// without the lock.
	snapshot() func(w io.Writer) (int64, error)
}

// current is the recorder that was started last with StartFile and not stopped.
var current atomic.Pointer[Recorder]

// Current returns the recorder that was started with [StartFile], by the program
// or by "asynchooks trace", and is running; nil: none.
func Current() *Recorder { return current.Load() }

// Start records in memory, until Stop. Use [Recorder.WriteTo] to get the trace.
func Start(opts *Options) *Recorder {
	r := newRecorder(&memoryStore{limit: limitOf(opts, memoryLimit)})
	r.run()
	return r
}

// StartFile records to a file, which must not exist, until Stop or the end of
// the program. An error says that nothing is recorded.
func StartFile(path string, opts *Options) (*Recorder, error) {
	s, err := openFile(path, limitOf(opts, fileLimit))
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	r := newRecorder(s)
	if r.header == nil {
		s.end()
		return nil, fmt.Errorf("record to %s: no room for a single block", path)
	}
	rt.BeforeExit(func() { r.finish(true) })
	current.Store(r)
	r.run()
	return r, nil
}

func limitOf(opts *Options, otherwise int64) int64 {
	if opts == nil || opts.Limit <= 0 {
		return otherwise
	}
	return opts.Limit
}

func newRecorder(s store) *Recorder {
	r := &Recorder{store: s, began: nanotime()}
	r.header, _ = s.block(true)
	if r.header == nil {
		return r
	}
	h := r.header[:]
	copy(h, format.Magic)
	binary.LittleEndian.PutUint32(h[format.VersionAt:], format.Version)
	binary.LittleEndian.PutUint32(h[format.BlockSizeAt:], format.BlockSize)
	binary.LittleEndian.PutUint64(h[format.StartNanoAt:], uint64(time.Now().UnixNano()))
	units, nanos := clock(r.began)
	binary.LittleEndian.PutUint64(h[format.UnitsAt:], units)
	binary.LittleEndian.PutUint64(h[format.NanosAt:], nanos)
	r.mu.Lock()
	r.grow(runtime.GOMAXPROCS(0))
	r.line("process", describeProcess())
	r.mu.Unlock()
	return r
}

func (r *Recorder) run() {
	r.hook = rt.CreateRecorder(r.note, nil).Enable()
}

// Stop ends the recording, with notes of conflicts and of where the goroutines
// are that were still alive. It returns what kept the trace from being whole.
// Calling it again returns the same.
func (r *Recorder) Stop() error {
	r.hook.Disable()
	current.CompareAndSwap(r, nil)
	return r.finish(false)
}

// finish completes the trace. At exit others are still recording, and what they
// write to must stay.
func (r *Recorder) finish(exit bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return r.finished
	}
	r.noteEnd()
	r.stopped = true
	for p := range r.count {
		if b := r.shard(p).block; b != nil {
			r.leave(b)
		}
	}
	if r.reason() == format.Recording {
		r.setReason(format.StoppedInTime)
	}
	r.finished = r.problem()
	if exit {
		return errors.Join(r.finished, r.store.flush())
	}
	r.ended.Store(true)
	// What is written to goes away; nobody is in the middle of an event any more
	// once the world has been stopped.
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	header := *r.header
	for p := range r.count {
		s := r.shard(p)
		s.block, s.pos, s.lost = nil, format.BlockSize, lostOf(&header, p)
	}
	r.header = &header
	r.finished = errors.Join(r.finished, r.store.end())
	return r.finished
}

// problem is what kept the trace from being whole.
func (r *Recorder) problem() error {
	switch r.reason() {
	case format.StoppedFull:
		return fmt.Errorf("record: the limit was reached, and %d events were lost", r.lost())
	case format.StoppedDisk:
		return fmt.Errorf("record: the disk took no more, and %d events were lost", r.lost())
	}
	return nil
}

// Lost returns how many events were not recorded, for want of room.
func (r *Recorder) Lost() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost()
}

func (r *Recorder) lost() uint64 {
	var n uint64
	for i := range format.MaxShards {
		n += atomic.LoadUint64(lostOf(r.header, i))
	}
	return n
}

// WriteTo writes the trace, as far as it goes: also while it is being recorded.
func (r *Recorder) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	write := r.store.snapshot()
	r.mu.Unlock()
	return write(w) // unlocked: this goroutine's own events may need a block
}

func (r *Recorder) reason() uint32 {
	return binary.LittleEndian.Uint32(r.header[format.StoppedAt:])
}

func (r *Recorder) setReason(reason uint32) {
	binary.LittleEndian.PutUint32(r.header[format.StoppedAt:], reason)
}
