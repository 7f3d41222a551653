package tracefile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// recorded returns a trace of several blocks.
func recorded(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace")
	r, err := trace.StartFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res := rt.NewAsyncResource("Test", nil)
	for range 50_000 {
		res.RunInAsyncScope(func() {})
	}
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func count(tr *tracefile.Trace) (n int) {
	for range tr.Events() {
		n++
	}
	return n
}

func TestRefused(t *testing.T) {
	good := recorded(t)
	newer := bytes.Clone(good)
	binary.LittleEndian.PutUint32(newer[format.VersionAt:], format.Version+1)
	for _, tt := range []struct {
		name string
		data []byte
		is   error
		want string
	}{
		{"empty", nil, nil, "the file is empty"},
		{"short", []byte("x"), tracefile.ErrForeign, `begins with "x"`},
		{"html", []byte("<!DOCTYPE html><html></html>"), tracefile.ErrForeign, `"<!DOCTYPE html><html`},
		{"runtime/trace", []byte("go 1.26 trace\x00\x00\x00"), tracefile.ErrForeign, "go tool trace"},
		{"profile", []byte("\x1f\x8b\x08\x00"), tracefile.ErrForeign, "go tool pprof"},
		{"newer", newer, tracefile.ErrNewer, "version 2, and this one reads up to 1"},
		{"first block cut off", good[:1000], nil, "cut off in its first block, at 1000 bytes"},
	} {
		tr, err := tracefile.Parse(tt.data)
		if err == nil || tr != nil || !strings.Contains(err.Error(), tt.want) || tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("%s: %v; want an error with %q", tt.name, err, tt.want)
		}
	}
	if _, err := tracefile.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "read trace: ") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// A trace that was cut off anywhere is good up to the last whole block.
func TestCutOff(t *testing.T) {
	good := recorded(t)
	whole, err := tracefile.Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	all, last := count(whole), 0
	if len(whole.Problems()) != 0 || all < 100_000 {
		t.Fatalf("%d events, problems %q", all, whole.Problems())
	}
	for n := format.BlockSize; n < len(good); n += format.BlockSize / 3 {
		tr, err := tracefile.Parse(good[:n])
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		got := count(tr)
		if got < last || got > all {
			t.Errorf("%d bytes: %d events, and %d of fewer bytes", n, got, last)
		}
		last = got
		cut := strings.Contains(strings.Join(tr.Problems(), "\n"), "cut off")
		if want := n%format.BlockSize != 0; cut != want {
			t.Errorf("%d bytes: problems %q", n, tr.Problems())
		}
	}
}

// No damage makes the reader fail, and none goes unsaid where a block's bytes no
// longer make sense.
func TestDamaged(t *testing.T) {
	good := recorded(t)
	whole, _ := tracefile.Parse(good)
	all := count(whole)
	for _, tt := range []struct {
		name string
		at   int // in each block but the first
		with []byte
		want string
	}{
		{"magic", 0, []byte("????"), "blocks of the file are damaged"},
		{"kind", format.KindAt, []byte{99}, "blocks of the file are damaged"},
		{"length", format.UsedAt, []byte{0xff, 0xff, 0xff, 0xff}, "blocks of the file are damaged"},
		{"payload", format.PayloadAt + 1000, bytes.Repeat([]byte{0xff}, 40), "blocks of events are damaged, and read up to there"},
		{"zeros", format.PayloadAt + 1000, make([]byte, 40), "blocks of events are damaged, and read up to there"},
	} {
		data := bytes.Clone(good)
		for b := format.BlockSize; b < len(data); b += format.BlockSize {
			copy(data[b+tt.at:], tt.with)
		}
		tr, err := tracefile.Parse(data)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := count(tr)
		if !strings.Contains(strings.Join(tr.Problems(), "\n"), tt.want) || got >= all {
			t.Errorf("%s: %d events of %d, problems %q; want one with %q", tt.name, got, all, tr.Problems(), tt.want)
		}
	}
}

// FuzzParse: whatever the bytes, reading ends, without a panic.
func FuzzParse(f *testing.F) {
	r := trace.Start(nil)
	rt.NewAsyncResource("Fuzz", nil).RunInAsyncScope(func() {})
	if err := r.Stop(); err != nil {
		f.Fatal(err)
	}
	var buf bytes.Buffer
	if _, err := r.WriteTo(&buf); err != nil {
		f.Fatal(err)
	}
	header := buf.Bytes()[:format.BlockSize]
	for b := buf.Bytes()[format.BlockSize:]; len(b) > 0; b = b[format.BlockSize:] {
		f.Add(b[:2000])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		data := append(bytes.Clone(header), make([]byte, format.BlockSize)...)
		copy(data[format.BlockSize:], b)
		tr, err := tracefile.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		for e := range tr.Events() {
			if e.Site < 0 || e.Site >= len(tr.Sites()) || tr.Text(e) == "" {
				t.Errorf("event %+v", e)
			}
		}
	})
}
