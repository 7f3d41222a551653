//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package trace

import (
	"errors"
	"io"
	"os"

	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A writtenStore is a file to which blocks are written when they are full, and
// the others when the program ends.
type writtenStore struct {
	file   *os.File
	limit  int64
	used   int64 // bytes that were handed out
	open   map[*block]int64
	failed error
}

func openFile(path string, limit int64) (store, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &writtenStore{file: f, limit: limit, open: map[*block]int64{}}, nil
}

func (s *writtenStore) block(reserve bool) (*block, uint32) {
	n := s.used + format.BlockSize
	if reserve {
		n -= reserved * format.BlockSize
	}
	switch {
	case s.failed != nil:
		return nil, format.StoppedDisk
	case n > s.limit:
		return nil, format.StoppedFull
	}
	b := new(block)
	s.open[b] = s.used
	s.used += format.BlockSize
	return b, 0
}

func (s *writtenStore) write(b *block) {
	at := s.open[b]
	if _, err := s.file.WriteAt(copyOf(b, at == 0)[:], at); err != nil && s.failed == nil {
		s.failed = err
	}
}

func (s *writtenStore) full(b *block) {
	s.write(b)
	delete(s.open, b)
}

func (s *writtenStore) flush() error {
	for b := range s.open {
		s.write(b)
	}
	return s.failed
}

func (s *writtenStore) end() error {
	return errors.Join(s.flush(), s.file.Close())
}

func (s *writtenStore) snapshot() func(io.Writer) (int64, error) {
	s.flush()
	return copyFile(s.file.Name(), s.used)
}
