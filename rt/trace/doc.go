// Package trace records the events of package rt: what was started, by what,
// where, and when it ran. "asynchooks trace run" links it into a program that
// knows nothing of it; a program can use it itself:
//
//	r, err := trace.StartFile("server.trace", nil)
//	...
//	defer r.Stop()
//
// "asynchooks trace view FILE" makes a report of the trace, package tracefile
// reads it.
//
// # Cost
//
// Each processor (a P of the Go scheduler) has a buffer of its own. An event is
// encoded into it while the goroutine cannot be moved to another processor: no
// lock, no allocation, no atomic operation. A file is a mapping of memory: what
// is recorded is the kernel's to keep, so that a trace is whole up to the last
// event however the process ends, and can be read while it runs. Room is
// reserved before it is written to; where the disk is full or the limit is
// reached, events are counted as lost and the program goes on. On systems
// without such mappings blocks are written when they are full, and the last
// ones at the end of the program.
//
// # Format
//
// A file is a sequence of blocks of 64 KiB. All numbers in headers are little
// endian; package internal/format has the offsets.
//
// The first block begins with "asynchooks trace\n" and holds the version of the
// format, why recording stopped, and for each processor how many events were
// lost. A reader refuses a later version than it knows.
//
// Every other block begins with a magic number, its kind, and how many bytes it
// uses. It can be read without those before it, save for the numbers of sites:
// a file that was cut off is good for all its whole blocks. A block that begins
// with zeros was reserved and not used.
//
// A block of events belongs to one processor. Its header has the clock at its
// beginning, and at its end if it came to that: in units of the processor's
// counter, and in nanoseconds since the start. Sync events have both as well.
// Between two such points the units pass evenly. An event is
//
//	byte     kind (3 bits) and flags
//	uvarint  units since the last event of the block, unless FlagSameTime
//	uvarint  number of the goroutine, if FlagGoroutine: another than the last
//	varint   id minus the last event's, unless FlagSameID
//
// and for an Init also
//
//	uvarint  site, 0: not known
//	varint   id minus trigger
//	varint   id minus execution id, if FlagOtherExec; else it is the trigger
//
// where a varint is one of encoding/binary, signed ones in its zigzag form. A
// Sync has, behind the units passed, a uvarint of nanoseconds since the start.
//
// A block of sites continues the table of sites, which are numbered from 1: type
// of resource, file, function (each a uvarint of its length and its bytes), and
// line (uvarint). Blocks of notes together hold lines of JSON, each an object
// with one key that says what it is about: process, conflict, stacks, end.
package trace
