//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package trace

import (
	"errors"
	"io"
	"os"
	"syscall"
	"unsafe"

	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A mappedStore is a file that is mapped to memory, some blocks at a time.
type mappedStore struct {
	file     *os.File
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
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &mappedStore{file: f, limit: limit, reserve: reserveRoom}, nil
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
	fd := int(m.file.Fd())
	err := m.reserve(fd, m.used, segmentSize)
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
func (m *mappedStore) flush() error { return m.file.Truncate(m.used) }

func (m *mappedStore) end() error {
	for i := range m.segments {
		if s := &m.segments[i]; s.data != nil {
			syscall.Munmap(s.data)
			s.data = nil
		}
	}
	return errors.Join(m.flush(), m.file.Close())
}

func (m *mappedStore) snapshot() func(io.Writer) (int64, error) {
	return copyFile(m.file.Name(), m.used)
}
