//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package trace

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"unsafe"

	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A mappedStore is a file that is mapped to memory, some blocks at a time. It is
// no os.File: to open one starts the runtime's poller, and a program that has no
// use for that may close the poller's file descriptors with all others.
type mappedStore struct {
	fd       int
	path     string
	is       syscall.Stat_t // what fd was opened on
	limit    int64
	segments []segment
	used     int64 // bytes that were handed out
	failed   bool
	reserve  func(fd int, at, n int64) error // reserveRoom
}

// A segment is a mapped part of the file.
type segment struct {
	data []byte
	left int // blocks that are not full
}

// segmentBlocks is how many blocks are mapped at a time.
const segmentBlocks = 16

const segmentSize = segmentBlocks * format.BlockSize

func openFile(path string, limit int64) (store, error) {
	path, err := filepath.Abs(path) // the program may change its directory
	if err != nil {
		return nil, err
	}
	m := &mappedStore{path: path, limit: limit, reserve: reserveRoom}
	if m.fd, err = m.open(syscall.O_CREAT | syscall.O_EXCL); err != nil {
		return nil, err
	}
	if err = syscall.Fstat(m.fd, &m.is); err != nil {
		syscall.Close(m.fd)
		return nil, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	return m, nil
}

func (m *mappedStore) open(flag int) (int, error) {
	for {
		fd, err := syscall.Open(m.path, syscall.O_RDWR|syscall.O_CLOEXEC|flag, 0o600)
		switch {
		case err == nil:
			return fd, nil
		case !errors.Is(err, syscall.EINTR):
			return -1, &os.PathError{Op: "open", Path: m.path, Err: err}
		}
	}
}

// isOpen reports whether fd is the trace.
func (m *mappedStore) isOpen(fd int) bool {
	var s syscall.Stat_t
	return syscall.Fstat(fd, &s) == nil && s.Dev == m.is.Dev && s.Ino == m.is.Ino
}

// file returns the trace's file descriptor. A program that closed it, as some
// close all that they did not open, may have another file there now.
func (m *mappedStore) file() (int, error) {
	if m.isOpen(m.fd) {
		return m.fd, nil
	}
	fd, err := m.open(0)
	if err != nil {
		return -1, err
	}
	if !m.isOpen(fd) {
		syscall.Close(fd)
		return -1, &os.PathError{Op: "open", Path: m.path, Err: errors.New("it is another file now")}
	}
	m.fd = fd
	return fd, nil
}

func (m *mappedStore) block(reserve bool) (*block, uint32) {
	n := m.used + format.BlockSize
	if reserve {
		n -= reserved * format.BlockSize
	}
	if n > m.limit {
		return nil, format.StoppedFull
	}
	if m.used%segmentSize == 0 && !m.extend() {
		return nil, format.StoppedDisk
	}
	data := m.segments[len(m.segments)-1].data[m.used%segmentSize:]
	m.used += format.BlockSize
	return (*block)(data), 0
}

// extend maps another segment, whose room on the disk is reserved.
func (m *mappedStore) extend() bool {
	if m.failed {
		return false
	}
	fd, err := m.file()
	if err == nil {
		err = m.reserve(fd, m.used, segmentSize)
	}
	var data []byte
	if err == nil {
		data, err = syscall.Mmap(fd, m.used, segmentSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	}
	if err != nil {
		m.failed = true
		return false
	}
	m.segments = append(m.segments, segment{data, segmentBlocks})
	return true
}

// writeZeros reserves room in a file by writing to it.
func writeZeros(fd int, at, n int64) error {
	zeros := make([]byte, n)
	for len(zeros) > 0 {
		k, err := syscall.Pwrite(fd, zeros, at)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		zeros = zeros[k:]
		at += int64(k)
	}
	return nil
}

// full unmaps what is full. The first segment has the header.
func (m *mappedStore) full(b *block) {
	for i := range m.segments {
		s := &m.segments[i]
		if s.data == nil {
			continue
		}
		if d := uintptr(unsafe.Pointer(b)) - uintptr(unsafe.Pointer(&s.data[0])); d < segmentSize {
			if s.left--; s.left == 0 && i > 0 {
				syscall.Munmap(s.data)
				s.data = nil
			}
			return
		}
	}
}

// flush cuts off what was reserved and not used.
func (m *mappedStore) flush() error {
	fd, err := m.file()
	if err != nil {
		return err
	}
	if err := syscall.Ftruncate(fd, m.used); err != nil {
		return &os.PathError{Op: "truncate", Path: m.path, Err: err}
	}
	return nil
}

func (m *mappedStore) end() error {
	for i := range m.segments {
		if s := &m.segments[i]; s.data != nil {
			syscall.Munmap(s.data)
			s.data = nil
		}
	}
	err := m.flush()
	if m.isOpen(m.fd) {
		err = errors.Join(err, syscall.Close(m.fd))
	}
	return err
}

func (m *mappedStore) snapshot() func(io.Writer) (int64, error) {
	return copyFile(m.path, m.used)
}
