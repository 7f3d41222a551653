package rt

import "unsafe"

// mergeFrames returns own with the stores of other for those storages that
// have none in own. A storage that own exited has one, in this sense.
func mergeFrames(own, other *frame) *frame {
	f, _ := mergeConflict(own, other)
	return f
}

// mergeConflict is mergeFrames; conflict is the key of a storage whose store in
// other was left out because own has another one, if there is any.
func mergeConflict(own, other *frame) (f *frame, conflict *storageKey) {
	if other == nil || other == own {
		return own, nil
	}
	var buf [4 * maxInline]entry
	theirs, _ := other.collect(buf[:0], other, false)
	added := theirs[:0]
	for _, e := range theirs {
		k := e.owner()
		if k.ignore {
			continue
		}
		mine := own.find(k)
		switch {
		case mine == nil:
			if e.val != nil {
				added = append(added, e)
			}
		case e.val != nil && !sameStore(k, mine.val, e.val):
			conflict = k
		}
	}
	if len(added) == 0 {
		return own, conflict
	}
	mine, _ := own.collect(added, own, false)
	return buildLevels(mine, nil), conflict
}

// sameStore reports whether two stores of a storage are the same: bit for bit,
// save for strings.
func sameStore(k *storageKey, a, b unsafe.Pointer) bool {
	switch {
	case a == b:
		return true
	case a == nil || b == nil:
		return false
	case k.class == stringStore:
		return *(*string)(a) == *(*string)(b)
	}
	return string(unsafe.Slice((*byte)(a), k.size)) == string(unsafe.Slice((*byte)(b), k.size))
}
