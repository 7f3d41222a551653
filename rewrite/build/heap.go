package build

import (
	"os"
	"runtime"
	"runtime/debug"
)

// startingHeap is how far the heap grows before it is first collected, in bytes.
// The compiler, which this process turns into, allows itself as much.
const startingHeap = 128 << 20

// delayCollection lets the heap grow to startingHeap before it is collected, and
// by its own size from then on, as ever: a package that has been rewritten was
// worth no collection, and a process that ends soon frees all. The user's GOGC
// stands.
func delayCollection() {
	if os.Getenv("GOGC") != "" {
		return
	}
	const atLeast = 4 << 20 // the heap that a percentage of 100 allows at least
	debug.SetGCPercent(100 * (startingHeap / atLeast))
	// The finalizer runs behind the first collection: its object is reached by none.
	runtime.SetFinalizer(new(*byte), func(**byte) { debug.SetGCPercent(100) })
}
