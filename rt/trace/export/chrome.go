package export

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/asynchooks/asynchooks/rt/trace/report"
)

// chromeEvent is an event of the Trace Event Format, which the Perfetto UI and
// chrome://tracing read.
type chromeEvent struct {
	Name     string         `json:"name"`
	Phase    string         `json:"ph"`
	Category string         `json:"cat,omitempty"`
	Time     json.Number    `json:"ts,omitempty"` // microseconds
	Duration json.Number    `json:"dur,omitempty"`
	PID      int            `json:"pid"`
	TID      uint32         `json:"tid"`
	ID       uint64         `json:"id,omitempty"` // of a flow
	Bind     string         `json:"bp,omitempty"`
	Args     map[string]any `json:"args,omitempty"`
}

// micros is a time in the unit of the format, with its nanoseconds.
func micros(ns int64) json.Number {
	return json.Number(fmt.Sprintf("%d.%03d", ns/1000, ns%1000))
}

// Chrome writes the trace as Trace Event Format JSON: each goroutine is a
// thread, each run a slice, and a flow leads from where a resource was made to
// its first run.
func Chrome(w io.Writer, r *report.Report) error {
	if _, err := io.WriteString(w, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"); err != nil {
		return err
	}
	comma := ""
	var failed error
	write := func(e chromeEvent) {
		e.PID = max(r.Trace.Process.PID, 1)
		data, err := json.Marshal(e)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s%s", comma, data)
		}
		comma = ",\n"
		failed = cmp.Or(failed, err)
	}
	write(chromeEvent{Name: "process_name", Phase: "M", Args: map[string]any{"name": cmp.Or(r.Trace.Process.Program, "program")}})
	threads := map[uint32]bool{}
	thread := func(g uint32) {
		if !threads[g] {
			threads[g] = true
			write(chromeEvent{Name: "thread_name", Phase: "M", TID: g, Args: map[string]any{"name": fmt.Sprintf("goroutine %d", g)}})
		}
	}
	if g, ok := mainGoroutine(r); ok {
		// It has no Before; flows need a slice to begin in.
		thread(g)
		write(chromeEvent{Name: "main", Phase: "X", Category: "main", Time: micros(0), Duration: micros(r.Duration()), TID: g, Args: map[string]any{"id": 1}})
	}
	for i := range r.Resources {
		res := &r.Resources[i]
		site := r.Trace.Sites()[res.Site]
		name := cmp.Or(site.Type, "unknown")
		args := map[string]any{"id": res.ID, "trigger": res.Trigger, "site": site.String(), "func": site.Func}
		for n, run := range r.Runs[res.Run : res.Run+res.RunsN] {
			thread(run.Goroutine)
			write(chromeEvent{Name: name, Phase: "X", Category: name, Time: micros(run.Start), Duration: micros(run.End - run.Start), TID: run.Goroutine, Args: args})
			if n == 0 && res.Init != report.Never {
				thread(res.Goroutine)
				write(chromeEvent{Name: name, Phase: "s", Category: name, Time: micros(res.Init), TID: res.Goroutine, ID: res.ID})
				write(chromeEvent{Name: name, Phase: "f", Category: name, Time: micros(max(run.Start, res.Init)), TID: run.Goroutine, ID: res.ID, Bind: "e"})
			}
		}
	}
	if failed != nil {
		return failed
	}
	_, err := io.WriteString(w, "\n]}\n")
	return err
}

// mainGoroutine is the goroutine that made things because of the root.
func mainGoroutine(r *report.Report) (uint32, bool) {
	i := slices.IndexFunc(r.Resources, func(res report.Resource) bool { return res.Exec == 1 && res.Init != report.Never })
	if i < 0 {
		return 0, false
	}
	return r.Resources[i].Goroutine, true
}
