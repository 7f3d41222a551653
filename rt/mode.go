package rt

import (
	"os"
	"slices"
	"strings"
	"sync/atomic"
)

// What ASYNCHOOKS in the environment says, a list of words with commas between
// them. off: an instrumented binary behaves as if it were not. causes:
// KeepCauses and PrintCauses from the start.
var (
	words  = strings.Split(os.Getenv("ASYNCHOOKS"), ",")
	off    = slices.Contains(words, "off")
	causes = slices.Contains(words, "causes")
)

// Mode returns how this binary was instrumented: "runtime" for a build with the
// tool, "tags" for rewritten sources on the stock runtime, "none" for a plain
// build, or with ASYNCHOOKS=off in the environment.
func Mode() string {
	switch {
	case off:
		return "none"
	case carrierMode == "none" && twins.Load():
		return "tags"
	}
	return carrierMode
}

// twins is whether the binary holds rewritten sources.
var twins atomic.Bool

// Twins says that the binary holds rewritten sources, as generate -tags writes
// them. They call it themselves, when their package is initialised.
func Twins() { twins.Store(true) }

// Instrumented reports whether this binary was built with the tool, and that
// was not turned off: Mode() != "none".
func Instrumented() bool { return Mode() != "none" }

func init() {
	if off && carrierMode != "none" {
		turnOff()
		return
	}
	installEvents(&carrierEvents{
		goInit:       goInit,
		goBefore:     goBefore,
		goEnd:        goEnd,
		timerInit:    timerInit,
		timerDestroy: timerDestroy,
		sendInit:     sendInit,
		sendDone:     fireResolve,
		sendFailed:   endMessage,
		sendAwaited:  endMessage,
		sendLost:     messageLost,
		open:         openMessage,
		openHooked:   openHooked,
		openEnded:    openEnded,
		close:        closeMessage,
		unwind:       unwindScopes,
		merge:        mergeAt,
		capture:      captureNow,
		call:         callBound,
		register:     register,
		enter:        enterCallback,
		unregister:   unregister,
		request:      openRequest,
		gcStart:      holdTimers,
		mainEnd:      Flush,
	})
	if causes {
		KeepCauses(true)
		PrintCauses(true)
	}
}
