package rt

import (
	"strconv"
	"sync/atomic"
	"unsafe"
)

// stockLabels is a goroutine's state on the stock runtime. The profiler label
// slot holds it, and the profiler reads it as the label set that it begins
// with: a label whose value is the async id, and the program's own labels. It
// never changes once it is in the slot: goroutines inherit the slot's pointer.
type stockLabels struct {
	list []stockLabel // must be first: package runtime/pprof's LabelSet

	label [1]stockLabel
	text  [20]byte     // the label's value
	other []stockLabel // the program's; never changed

	frame    *frame
	scope    *scope
	resource *AsyncResource
	id       ID
	trigger  ID
	depth    uint32
	guard    bool
}

type stockLabel struct{ key, value string }

// labelKey is a string of our own: the address of its bytes tells our label
// sets from those of other code.
var labelKey = string([]byte("async_id"))

// lastID is the last id allotted on the stock runtime; the root has 1.
var lastID atomic.Uint64

func init() { lastID.Store(1) }

// asked is whether ids were asked for, on the stock runtime.
var asked atomic.Bool

//go:linkname setProfLabel runtime/pprof.runtime_setProfLabel
func setProfLabel(labels unsafe.Pointer)

//go:linkname getProfLabel runtime/pprof.runtime_getProfLabel
func getProfLabel() unsafe.Pointer

// currentLabels returns the goroutine's state, or nil where there is none or
// other code has put its own labels in its place.
func currentLabels() *stockLabels {
	l := (*stockLabels)(getProfLabel())
	if l == nil || len(l.list) == 0 || unsafe.StringData(l.list[0].key) != unsafe.StringData(labelKey) {
		return nil
	}
	return l
}

// copyLabels returns a copy of the goroutine's state that is not in the slot
// yet.
func copyLabels() *stockLabels {
	l := new(stockLabels)
	if old := currentLabels(); old == nil {
		l.other = profileLabels() // which would be lost otherwise
	} else {
		l.other = old.other
		l.frame, l.scope, l.resource = old.frame, old.scope, old.resource
		l.id, l.trigger = old.id, old.trigger
		l.depth, l.guard = old.depth, old.guard
	}
	return l
}

// setLabels makes l the goroutine's state. A state that says nothing leaves the
// slot as a program without this package has it.
func setLabels(l *stockLabels) {
	if l.frame == nil && l.scope == nil && l.resource == nil && l.id == 0 && l.depth == 0 && !l.guard {
		setProfileLabels(l.other)
		return
	}
	id := l.id
	if l.scope != nil {
		id = l.scope.id
	}
	text := strconv.AppendUint(l.text[:0], uint64(id), 10)
	l.label[0] = stockLabel{labelKey, unsafe.String(&l.text[0], len(text))}
	l.list = l.label[:]
	if len(l.other) != 0 {
		l.list = append(l.list, l.other...)
	}
	setProfLabel(unsafe.Pointer(l))
}

// makeRoot makes the goroutine that initialises this package the root.
func makeRoot() { setOwnIDs(1, 0) }
