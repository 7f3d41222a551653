//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package trace

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// Where the disk takes no more, what was recorded stays, what was not is counted,
// and nothing else happens.
func TestDiskFull(t *testing.T) {
	s, err := openFile(filepath.Join(t.TempDir(), "trace"), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	m := s.(*mappedStore)
	m.reserve = func(fd int, at, n int64) error {
		if at >= 2*segmentSize {
			return syscall.ENOSPC
		}
		return reserveRoom(fd, at, n)
	}
	r := newRecorder(s)
	const events = 2_000_000
	for n := range uint64(events) {
		r.note(rt.EventBefore, rt.ID(1000*n), rt.Made{})
	}
	lost := r.Lost()
	if r.reason() != format.StoppedDisk || lost == 0 || lost >= events {
		t.Errorf("reason %d, %d events lost of %d", r.reason(), lost, events)
	}
	if err := r.finish(false); err == nil {
		t.Error("no error says that the disk was full")
	}
	if again := r.Lost(); again != lost {
		t.Errorf("%d events lost, and %d after the end", lost, again)
	}
}

// Where not even the first block fits, there is an error at once.
func TestDiskFullAtOnce(t *testing.T) {
	s, err := openFile(filepath.Join(t.TempDir(), "trace"), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	s.(*mappedStore).reserve = func(int, int64, int64) error { return syscall.ENOSPC }
	if r := newRecorder(s); r.header != nil {
		t.Error("a recorder without room has a header")
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
}
