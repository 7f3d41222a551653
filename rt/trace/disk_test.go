//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package trace

import (
	"os"
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

// A program may close the descriptor of the trace with all others, and open a file
// of its own that gets the same number. That stays as it is, and so does the
// trace.
func TestDescriptorClosed(t *testing.T) {
	dir := t.TempDir()
	s, err := openFile(filepath.Join(dir, "trace"), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	m := s.(*mappedStore)
	r := newRecorder(s)
	closed := m.fd
	if err := syscall.Close(closed); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	for fd := -1; fd != closed; { // the lowest number that is free
		if fd, err = syscall.Open(other, syscall.O_RDWR|syscall.O_CREAT|syscall.O_CLOEXEC, 0o600); err != nil {
			t.Fatal(err)
		}
		defer syscall.Close(fd)
	}
	const events = 1_000_000
	for n := range uint64(events) {
		r.note(rt.EventBefore, rt.ID(1000*n), rt.Made{})
	}
	if lost := r.Lost(); lost != 0 {
		t.Errorf("%d events lost", lost)
	}
	if err := r.finish(false); err != nil {
		t.Error(err)
	}
	for name, least := range map[string]int64{"trace": 2 * segmentSize, "other": 0} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if size := info.Size(); size < least || least == 0 && size != 0 {
			t.Errorf("%s has %d bytes", name, size)
		}
	}
	if !isOpen(closed) {
		t.Error("the program's file was closed")
	}
}

func isOpen(fd int) bool {
	var s syscall.Stat_t
	return syscall.Fstat(fd, &s) == nil
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
