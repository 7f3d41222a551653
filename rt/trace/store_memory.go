package trace

import (
	"encoding/binary"
	"io"
	"slices"
	"sync/atomic"

	"github.com/asynchooks/asynchooks/rt/trace/internal/format"
)

// A memoryStore keeps all blocks in memory.
type memoryStore struct {
	limit  int64
	blocks []*block
}

func (m *memoryStore) block(reserve bool) (*block, uint32) {
	n := int64(len(m.blocks)+1) * format.BlockSize
	if reserve {
		n -= reserved * format.BlockSize
	}
	if n > m.limit {
		return nil, format.StoppedFull
	}
	b := new(block)
	m.blocks = append(m.blocks, b)
	return b, 0
}

func (*memoryStore) full(*block)  {}
func (*memoryStore) flush() error { return nil }
func (*memoryStore) end() error   { return nil }

func (m *memoryStore) snapshot() func(io.Writer) (int64, error) {
	blocks := slices.Clone(m.blocks)
	return func(w io.Writer) (n int64, err error) {
		for i, b := range blocks {
			b := *copyOf(b, i == 0)
			k, err := w.Write(b[:])
			n += int64(k)
			if err != nil {
				return n, err
			}
		}
		return n, nil
	}
}

// copyOf returns a copy of a block that may be written to: what is good of it.
//
//go:norace
func copyOf(b *block, header bool) *block {
	c := new(block)
	n := uint32(format.BlockSize)
	if !header {
		n = format.PayloadAt + atomic.LoadUint32(used(b))
	}
	copy(c[:n], b[:n])
	if !header {
		binary.LittleEndian.PutUint32(c[format.UsedAt:], n-format.PayloadAt)
	}
	return c
}
