package rt

import (
	"sync/atomic"
	"unsafe"
)

// tableMasks are the masks of the smallest tables, by the number of keys less
// one.
var tableMasks = [maxInline]uint32{0, mask2, mask8, mask8, mask16, mask16, mask16, mask16}

const (
	mask2  = 1 * uint32(entrySize)
	mask8  = 7 * uint32(entrySize)
	mask16 = 15 * uint32(entrySize)
	mask32 = 31 * uint32(entrySize)
)

// chooseTable finds a size of table and a factor that give k and each of the
// others a slot of its own.
func chooseTable(k *storageKey, others []entry) (mask uint32, factor uint64, ok bool) {
	for slots := uint64(tableMasks[len(others)])/uint64(entrySize) + 1; slots <= 32; slots *= 2 {
		if slots == 4 {
			continue
		}
		for try := range 16 {
			factor = factorOf(try)
			taken := uint32(1) << (k.hash(factor) & (slots - 1))
			i := 0
			for ; i < len(others); i++ {
				at := uint32(1) << (others[i].owner().hash(factor) & (slots - 1))
				if taken&at != 0 {
					break
				}
				taken |= at
			}
			if i == len(others) {
				return uint32(slots-1) * uint32(entrySize), factor, true
			}
		}
	}
	return 0, 0, false
}

// hash returns the number whose low bits are the slot of k's entry.
func (k *storageKey) hash(factor uint64) uint64 {
	return uint64(uintptr(unsafe.Pointer(k))) * factor >> 32 / uint64(entrySize)
}

// factorOf returns the factor of the n-th try. Keys that were made one after
// another lie 64 bytes apart; the first factor gives them one slot after
// another. The others scatter keys.
func factorOf(n int) uint64 {
	if n == 0 {
		return uint64(entrySize) << 32 / 64
	}
	x := uint64(n) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	return (x ^ x>>27) | 1
}

// bestFactor returns the factor, of a few, that gives a slot of its own to the
// most of the entries in a table of that size. level is how many tables there are
// before it whose slots were taken.
func bestFactor(entries []entry, size, level int) (best uint64) {
	taken := make([]uint64, (size+63)/64)
	most := -1
	for try := range 4 {
		factor := factorOf(level + try)
		clear(taken)
		own := 0
		for i := range entries {
			at := entries[i].owner().hash(factor) & uint64(size-1)
			if bit := uint64(1) << (at % 64); taken[at/64]&bit == 0 {
				taken[at/64] |= bit
				own++
			}
		}
		if own > most {
			best, most = factor, own
		}
		if own >= len(entries)-len(entries)/16 {
			break
		}
	}
	return best
}

// A tableFrame is one whose table is another object. That does not lie right
// behind it, as if it were inline: there is a field.
type tableFrame struct {
	frame
	settled atomic.Pointer[frame]
}

// buildLevels returns frames that hold the entries, any number of them, as one
// level above next. Their stores are in cells of their own.
func buildLevels(entries []entry, next *frame) *frame {
	if 0 < len(entries) && len(entries) <= maxInline {
		a := additionOf(&entries[0])
		if f := buildInline(&a, entries[1:], false, next); f != nil {
			return f
		}
	}
	return buildTables(entries, next)
}

// buildTables is buildLevels with tables that are objects of their own. A key
// whose slot another one has goes on to a further, smaller frame of the level.
func buildTables(entries []entry, next *frame) *frame {
	first := next
	link := &first
	for level := 0; len(entries) > 0; level++ {
		size := 2
		for size < 2*len(entries) {
			size *= 2
		}
		slots, cells := make([]entry, size), make([]cell, 0, len(entries))
		f := &new(tableFrame).frame
		f.tab, f.mask, f.factor = unsafe.Pointer(&slots[0]), uint64(uintptr(size-1)*entrySize), bestFactor(entries, size, level)
		var rest []entry
		for i := range entries {
			e := &entries[i]
			if f.at(unsafe.Pointer(e.owner())).key != nil {
				rest = append(rest, *e)
				continue
			}
			cells = cells[:len(cells)+1]
			f.put(e, &cells[len(cells)-1])
			f.mask += 1 << 32
		}
		if len(rest) == 0 {
			f.mask |= lastOfLevel
		}
		f.seal()
		*link, link = f, &f.next
		entries = rest
	}
	*link = next
	return first
}
