package asyncdebug

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/asynchooks/asynchooks/rt/trace"
)

// defaultSeconds is how long a trace is that does not say.
const defaultSeconds = 5

// Trace records what the program does for a while, and answers with the trace,
// a file for "asynchooks trace view". The form value seconds says how long, 5 if
// it is not given; fractions are allowed. In a program that records itself, as
// under "asynchooks trace run", a request without seconds gets that trace, as far
// as it goes.
//
// A trace on demand is held in memory, 64 MiB at most; what comes later is
// counted in it as lost. It knows nothing of what was started before.
func Trace(w http.ResponseWriter, r *http.Request) {
	text := r.FormValue("seconds")
	recorder := trace.Current()
	if text != "" || recorder == nil {
		seconds, err := strconv.ParseFloat(text, 64)
		switch {
		case text == "":
			seconds = defaultSeconds
		case err != nil || !(seconds > 0 && seconds <= maxSeconds):
			http.Error(w, fmt.Sprintf("seconds=%q: give a number above 0, and %d at most", text, maxSeconds), http.StatusBadRequest)
			return
		}
		recorder = trace.Start(nil)
		timer := time.NewTimer(time.Duration(seconds * float64(time.Second)))
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
		timer.Stop()
		recorder.Stop() // what it lost is in the trace
		if r.Context().Err() != nil {
			return
		}
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="asynchooks.trace"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	recorder.WriteTo(w) // if it fails, the client has gone
}

// maxSeconds is how long a trace on demand can be: a day.
const maxSeconds = 24 * 60 * 60
