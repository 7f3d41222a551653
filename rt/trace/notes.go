package trace

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A stream is a sequence of blocks of one kind that is written under the
// recorder's lock.
type stream struct {
	block *block
	pos   int
	parts uint32 // that were written
}

// write appends a part to the stream. Sites are not split: one is shorter than a
// block. It reports whether there was room.
func (t *stream) write(r *Recorder, kind uint32, data []byte) bool {
	for n := 0; len(data) > 0; data = data[n:] {
		if t.block == nil || t.pos == format.BlockSize || kind == format.KindSites && t.pos+len(data) > format.BlockSize {
			if t.block != nil {
				r.store.full(t.block)
			}
			b, _ := r.store.block(true)
			if t.block = b; b == nil {
				return false
			}
			binary.LittleEndian.PutUint32(b[format.KindAt:], kind)
			binary.LittleEndian.PutUint32(b[format.ShardAt:], t.parts)
			binary.LittleEndian.PutUint32(b[:], format.BlockMagic)
			t.pos = format.PayloadAt
		}
		n = copy(t.block[t.pos:], data)
		t.pos += n
		publish(t.block, uint32(t.pos-format.PayloadAt))
	}
	t.parts++
	return true
}

// line writes a line of JSON about something.
func (r *Recorder) line(about, value string) {
	r.notes.write(r, format.KindNotes, fmt.Appendf(nil, "{%s:%s}\n", quote(about), value))
}

// describeProcess is the note that a trace begins with.
func describeProcess() string {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	var args []string
	for _, a := range os.Args {
		args = append(args, quote(a))
	}
	dir, _ := os.Getwd()
	return fmt.Sprintf(`{"pid":%d,"program":%s,"args":[%s],"dir":%s,"go":%s,"system":%s,"mode":%s}`,
		os.Getpid(), quote(program), strings.Join(args, ","), quote(dir), quote(runtime.Version()), quote(runtime.GOOS+"/"+runtime.GOARCH), quote(rt.Mode()))
}

// maxStacks bounds the stacks that are noted at the end, in bytes.
const maxStacks = 1 << 20

// noteEnd writes what is known at an orderly end only.
func (r *Recorder) noteEnd() {
	for _, c := range rt.Conflicts() {
		r.line("conflict", fmt.Sprintf(`{"file":%s,"line":%d,"func":%s,"storage":%s,"count":%d}`,
			quote(c.Site.File), c.Site.Line, quote(c.Site.Func), quote(c.Storage), c.Count))
	}
	stacks := make([]byte, maxStacks)
	stacks = stacks[:runtime.Stack(stacks, true)]
	r.line("stacks", quote(string(stacks)))
	r.line("end", fmt.Sprintf(`{"goroutine":%d,"nanos":%d}`, rt.GoroutineID(), nanotime()-r.began))
}

// quote returns a text as JSON. Package encoding/json would be a burden on
// programs that do not use it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s { // invalid UTF-8 becomes U+FFFD
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < 0x20 || c == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
