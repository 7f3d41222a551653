// Package format is what the recorder and the readers of a trace agree on. The
// comment of package trace describes it.
package format

import "encoding/binary"

// Magic begins a file.
const Magic = "asynchooks trace\n"

// Version is the version of the format that is written, and the highest that is
// read.
const Version = 1

// BlockSize is how large each block of a file is, in bytes: a file is a sequence
// of blocks.
const BlockSize = 64 << 10

// The first block holds, behind Magic: the version (4 bytes), the size of a
// block (4), why recording stopped (4), the count of shards (4), when recording
// began (8), the clock in its two forms (8 each), and from DroppedAt on a count
// of lost events for each shard (8 each).
const (
	VersionAt   = 20
	BlockSizeAt = 24
	StoppedAt   = 28
	ShardsAt    = 32
	StartNanoAt = 40 // wall time of the start, in nanoseconds since 1970
	UnitsAt     = 48 // the clock: units
	NanosAt     = 56 // and nanoseconds since the start
	DroppedAt   = 64

	// MaxShards is how many shards there can be.
	MaxShards = (BlockSize - DroppedAt) / 8
)

// Why recording stopped, for good or not yet.
const (
	Recording     = iota // not stopped, or the process ended without warning
	StoppedInTime        // at the end of the program, or by Stop
	StoppedFull          // the limit was reached: what came later is counted as lost
	StoppedDisk          // the disk was full, or could not be written
)

// BlockMagic begins every other block; a block that begins with zeros was never
// used.
const BlockMagic = 0x4b4c4268 // "hBLK"

// The header of a block: magic (4 bytes), kind (4), how many bytes follow the
// header (4), shard (4; for sites and notes how many there are in earlier
// blocks), and for a block of events the clock when it was begun and when it was
// left: units (8) and nanoseconds since the start (8) each. Zeros: it was not
// left.
const (
	KindAt       = 4
	UsedAt       = 8
	ShardAt      = 12
	OpenUnitsAt  = 16
	OpenNanosAt  = 24
	CloseUnitsAt = 32
	CloseNanosAt = 40
	PayloadAt    = 48
)

// The kinds of block.
const (
	KindEvents = 1 + iota
	KindSites  // where resources are made, and of what type
	KindNotes  // lines of JSON
)

// The events, in the low bits of the first byte of each.
const (
	End = iota // no more in this block
	Init
	Before
	After
	Destroy
	Resolve
	Sync // of the clock: units, nanoseconds since the start

	EventMask = 7
)

// The rest of the first byte.
const (
	FlagGoroutine = 1 << 3 // another goroutine than the last event's of the block: its number follows
	FlagSameTime  = 1 << 4 // the time of the last event: no time follows
	FlagSameID    = 1 << 5 // the id of the last event: no id follows
	FlagOtherExec = 1 << 6 // of an Init: the execution id is not the trigger, and follows
)

// MaxEvent is how many bytes an event takes at most.
const MaxEvent = 1 + 6*binary.MaxVarintLen64

// A Site is an entry of the table of sites. They are numbered from 1.
type Site struct {
	Type string
	File string
	Line int
	Func string
}

// AppendSite appends a site to the payload of a block.
func AppendSite(b []byte, s Site) []byte {
	for _, text := range []string{s.Type, s.File, s.Func} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return binary.AppendUvarint(b, uint64(s.Line))
}

// CutSite reads a site from the payload of a block. ok is false if b does not
// hold a whole one.
func CutSite(b []byte) (s Site, rest []byte, ok bool) {
	for _, text := range []*string{&s.Type, &s.File, &s.Func} {
		n, w := binary.Uvarint(b)
		if w <= 0 || n > uint64(len(b)-w) {
			return s, b, false
		}
		*text = string(b[w : w+int(n)])
		b = b[w+int(n):]
	}
	line, w := binary.Uvarint(b)
	if w <= 0 {
		return s, b, false
	}
	s.Line = int(line)
	return s, b[w:], true
}
