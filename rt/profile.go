package rt

import (
	"cmp"
	"slices"
	"unsafe"
)

// RunWithLabels calls fn with these labels, keys and values in turn, added to
// those that profiles show of the goroutine: for fn and the goroutines that it
// starts. Labels that the goroutine has otherwise stay, but for those of the same
// key. Unlike pprof.Do in a plain build, it leaves the stores where they are. An
// odd number of labels or a nil fn is a [*UsageError].
//
// Package [github.com/asynchooks/asynchooks/rt/asyncpprof] makes labels of stores.
func RunWithLabels(labels []string, fn func()) {
	const op = "RunWithLabels"
	checkFunc(fn != nil, op)
	if len(labels)%2 != 0 {
		misuse(op, 0, "there are %d labels; give a value for each key", len(labels))
	}
	if carrierMode != "none" {
		old := getProfLabel()
		setProfileLabels(addLabels(profileLabels(), labels))
		defer setProfLabel(old)
	} else {
		l := copyLabels()
		old := l.other
		l.other = slices.DeleteFunc(addLabels(old, labels), func(o stockLabel) bool {
			return o.key == labelKey // it is there already
		})
		setLabels(l)
		defer func() {
			l := copyLabels()
			l.other = old
			setLabels(l)
		}()
	}
	fn()
}

// addLabels returns old with labels added, in the order of keys.
func addLabels(old []stockLabel, labels []string) []stockLabel {
	all := slices.Clone(old)
	for pair := range slices.Chunk(labels, 2) {
		all = slices.DeleteFunc(all, func(l stockLabel) bool { return l.key == pair[0] })
		all = append(all, stockLabel{pair[0], pair[1]})
	}
	slices.SortFunc(all, func(a, b stockLabel) int { return cmp.Compare(a.key, b.key) })
	return all
}

// A labelSet is package runtime/pprof's LabelSet.
type labelSet struct{ list []stockLabel }

// profileLabels returns the goroutine's labels.
func profileLabels() []stockLabel {
	if s := (*labelSet)(getProfLabel()); s != nil {
		return s.list
	}
	return nil
}

func setProfileLabels(list []stockLabel) {
	if len(list) == 0 {
		setProfLabel(nil)
		return
	}
	setProfLabel(unsafe.Pointer(&labelSet{list}))
}
