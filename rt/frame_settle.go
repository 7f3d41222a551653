package rt

import "unsafe"

// Of a frame that many stores were added to one by one, those that were set first
// lie several levels down. Who captures it to enter it over and over has them
// moved up, into one table, which takes as long as there are stores. What is below
// a frame remembers that this was done: of other frames above it, only the stores
// that they add are moved, and those of the level below if they are not many.

// fewBelow is how many stores of the level below are moved for a frame that adds
// one store.
const fewBelow = 128

// settle returns f in one level, or in as few as there are without doing the same
// work for each of many frames.
func (f *frame) settle() *frame {
	if f == nil || f.next == nil {
		return f
	}
	under := f.belowLevel()
	if under == nil {
		return f
	}
	if s := f.settled(); s != nil {
		return s
	}
	var s *frame
	switch below := under.settled(); {
	case below != nil:
		s = f.settleAbove(below)
	case under.rememberSettled(under.flat()):
		s = f.flat()
	default:
		s = f.settleAbove(under.settle())
	}
	f.rememberSettled(s)
	return s
}

// flat returns all of f in one level.
func (f *frame) flat() *frame {
	if f.belowLevel() == nil {
		return f
	}
	all, _ := f.collect(nil, f, false)
	return buildLevels(all, nil)
}

// settleAbove returns f's level above below, which has what is below it.
func (f *frame) settleAbove(below *frame) *frame {
	level, _ := f.collect(nil, f, true)
	if n := below.levelCount(); n > 8*len(level) && n > fewBelow {
		return buildLevels(level, below)
	}
	more, next := below.collect(nil, below, true)
	end := f.belowLevel()
	for _, e := range more {
		if f.findUpTo(end, e.key) == nil {
			level = append(level, e)
		}
	}
	return buildLevels(level, next)
}

// findUpTo returns the entry of key k in the frames from f up to end.
func (f *frame) findUpTo(end *frame, k unsafe.Pointer) *entry {
	for ; f != end; f = f.next {
		if e := f.at(k); e.key == k {
			return e
		}
	}
	return nil
}

// belowLevel returns what follows the level in which f is.
func (f *frame) belowLevel() *frame {
	for f.mask&lastOfLevel == 0 {
		f = f.next
	}
	return f.next
}

// settled returns what settle once made of f, if that is remembered.
func (f *frame) settled() *frame {
	if !f.isInline() {
		return (*tableFrame)(unsafe.Pointer(f)).settled.Load()
	}
	if t := f.tail(); t != nil {
		if l := t.lower.Load(); l != nil {
			return l.settled
		}
	}
	return nil
}

// rememberSettled remembers s as that, and reports whether f can.
func (f *frame) rememberSettled(s *frame) bool {
	if !f.isInline() {
		(*tableFrame)(unsafe.Pointer(f)).settled.Store(s)
		return true
	}
	t := f.tail()
	t.remember(lower{settled: s})
	return t != nil
}
