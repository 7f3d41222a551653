package rt

import "os"

// off is whether ASYNCHOOKS=off is in the environment: an instrumented binary
// then behaves as if it were not.
var off = os.Getenv("ASYNCHOOKS") == "off"

// Mode returns how this binary was instrumented: "runtime" for a build with the
// tool, "tags" for rewritten sources on the stock runtime, "none" for a plain
// build, or with ASYNCHOOKS=off in the environment.
func Mode() string {
	if off {
		return "none"
	}
	return carrierMode
}

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
		sendDone:     sendDone,
		sendFailed:   endMessage,
		sendAwaited:  endMessage,
		sendLost:     messageLost,
		open:         openMessage,
		close:        closeMessage,
		unwind:       unwindScopes,
		merge:        mergeAt,
		capture:      captureNow,
		call:         callBound,
		register:     register,
		enter:        enterCallback,
		unregister:   unregister,
		request:      openRequest,
		mainEnd:      Flush,
	})
}
