// Package tracefile reads the traces that package trace records.
//
//	t, err := tracefile.Open("server.trace")
//	for e := range t.Events() {
//		fmt.Println(t.Text(e))
//	}
//
// What can be had of a trace that is damaged, cut off or still being recorded is
// read; [Trace.Problems] says what is missing.
package tracefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A Trace is a trace in memory, undecoded but for what is small. One goroutine at
// a time may use it: reading its events adds to its problems.
type Trace struct {
	Start     time.Time // when recording began
	Process   Process
	Conflicts []Conflict
	Stacks    []Stack // of the goroutines at the end, if it was orderly
	Ended     bool    // in order: there are notes of the end
	EndTime   int64   // when, in nanoseconds since Start; 0: not known
	EndedOn   uint64  // the goroutine that ended it
	Lost      uint64  // events that were not recorded, for want of room

	problems []string
	data     []byte
	sites    []Site           // by number; 0 is the unknown one
	blocks   map[uint32][]int // offsets of blocks of events, by shard
	events   []Event          // of a trace that was text
}

// A Site is a place in the source where resources of one type are made.
type Site struct {
	Type string
	File string
	Line int // 0: the place is not known
	Func string
}

// String returns "file:line", or "unknown".
func (s Site) String() string {
	if s.Line == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

// Problems returns sentences that say what the trace lacks: nothing, if all is
// well.
func (t *Trace) Problems() []string { return t.problems }

// Sites returns the table of sites. An event has an index into it; at 0 is the
// one that is not known.
func (t *Trace) Sites() []Site { return t.sites }

// Open reads a trace from a file.
func Open(path string) (*Trace, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	t, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read trace %s: %w", path, err)
	}
	return t, nil
}

// Read reads a trace up to the end of r.
func Read(r io.Reader) (*Trace, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	return Parse(data)
}

// Errors of files that are not read at all.
var (
	ErrForeign = errors.New("this is no trace of asynchooks")
	ErrNewer   = errors.New("this trace was recorded by a later version of asynchooks: update asynchooks to read it")
)

// IsTrace reports whether data begins as a trace does.
func IsTrace(data []byte) bool { return bytes.HasPrefix(data, []byte(format.Magic)) }

// Parse reads a trace from data, which it keeps.
func Parse(data []byte) (*Trace, error) {
	if len(data) == 0 {
		return nil, errors.New("the file is empty: the program that was to record it has not begun, or could not")
	}
	if !IsTrace(data) {
		return nil, foreign(data)
	}
	if len(data) < format.BlockSize {
		return nil, fmt.Errorf("the file is cut off in its first block, at %d bytes: nothing can be had of it", len(data))
	}
	header := data[:format.BlockSize]
	if v := binary.LittleEndian.Uint32(header[format.VersionAt:]); v > format.Version {
		return nil, fmt.Errorf("%w (its format is version %d, and this one reads up to %d)", ErrNewer, v, format.Version)
	}
	if n := binary.LittleEndian.Uint32(header[format.BlockSizeAt:]); n != format.BlockSize {
		return nil, fmt.Errorf("%w: its blocks are of %d bytes", ErrForeign, n)
	}
	t := &Trace{
		data:   data,
		sites:  make([]Site, 1),
		blocks: map[uint32][]int{},
		Start:  time.Unix(0, int64(binary.LittleEndian.Uint64(header[format.StartNanoAt:]))),
	}
	for i := range format.MaxShards {
		t.Lost += binary.LittleEndian.Uint64(header[format.DroppedAt+8*i:])
	}
	t.index()
	t.describeEnd(binary.LittleEndian.Uint32(header[format.StoppedAt:]))
	return t, nil
}

// foreign is the error for data that is something else.
func foreign(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte("go 1.")):
		return fmt.Errorf("%w, but one of runtime/trace: use go tool trace", ErrForeign)
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return fmt.Errorf("%w; it is compressed: gunzip it, or if it is a profile, use go tool pprof", ErrForeign)
	}
	return fmt.Errorf("%w: it begins with %.20q", ErrForeign, data[:min(len(data), 20)])
}

func (t *Trace) problem(format string, args ...any) {
	t.problems = append(t.problems, fmt.Sprintf(format, args...))
}

// index finds the blocks, and reads the sites and the notes.
func (t *Trace) index() {
	var notes []byte
	damaged := 0
	at := format.BlockSize
	for ; at+format.BlockSize <= len(t.data); at += format.BlockSize {
		b := t.data[at : at+format.BlockSize]
		magic := binary.LittleEndian.Uint32(b)
		n := binary.LittleEndian.Uint32(b[format.UsedAt:])
		shard := binary.LittleEndian.Uint32(b[format.ShardAt:])
		if magic == 0 && isZero(b[:format.PayloadAt]) {
			continue
		}
		if magic != format.BlockMagic || n > format.BlockSize-format.PayloadAt {
			damaged++
			continue
		}
		payload := b[format.PayloadAt:][:n]
		switch binary.LittleEndian.Uint32(b[format.KindAt:]) {
		case format.KindEvents:
			t.blocks[shard] = append(t.blocks[shard], at)
		case format.KindSites:
			if !t.readSites(int(shard), payload) {
				damaged++
			}
		case format.KindNotes:
			notes = append(notes, payload...)
		default:
			damaged++
		}
	}
	if rest := len(t.data) - at; rest > 0 {
		t.problem("the file is cut off: its last %d bytes are no whole block and left out", rest)
	}
	if damaged > 0 {
		t.problem("%d blocks of the file are damaged and left out", damaged)
	}
	t.readNotes(notes)
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// maxSites is more than a recorder writes.
const maxSites = 1 << 20

// readSites reads a block of sites, before which there are first.
func (t *Trace) readSites(first int, b []byte) bool {
	for n := first + 1; len(b) > 0; n++ {
		s, rest, ok := format.CutSite(b)
		if !ok || n > maxSites {
			return false
		}
		b = rest
		for len(t.sites) <= n {
			t.sites = append(t.sites, Site{})
		}
		t.sites[n] = Site(s)
	}
	return true
}

// describeEnd says why recording stopped, if it was not at the end.
func (t *Trace) describeEnd(why uint32) {
	lost := fmt.Sprintf("%d events were lost", t.Lost)
	switch why {
	case format.Recording:
		t.problem("the program had not ended, or was killed: there are no notes of conflicts and of where its goroutines were")
	case format.StoppedFull:
		t.problem("the limit of its size was reached, and %s after that", lost)
	case format.StoppedDisk:
		t.problem("the disk took no more, and %s after that", lost)
	default:
		if t.Lost > 0 {
			t.problem("%s", lost)
		}
	}
}
