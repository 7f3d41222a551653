// Package export writes traces in the formats of other tools.
package export

import (
	"encoding/json"
	"io"

	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// line is an event as JSON.
type line struct {
	Time      int64  `json:"time"` // nanoseconds since the start
	Goroutine uint64 `json:"goroutine"`
	Event     string `json:"event"`
	ID        uint64 `json:"id"`
	*made
}

// made is what an Init has besides.
type made struct {
	Type    string `json:"type"`
	Trigger uint64 `json:"trigger"`
	Exec    uint64 `json:"exec"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Func    string `json:"func"`
}

// JSON writes each event as a line of JSON.
func JSON(w io.Writer, t *tracefile.Trace) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for e := range t.Events() {
		l := line{Time: e.Time, Goroutine: e.Goroutine, Event: e.Kind.String(), ID: e.ID}
		if e.Kind == tracefile.Init {
			s := t.Sites()[e.Site]
			l.made = &made{s.Type, e.Trigger, e.Exec, s.File, s.Line, s.Func}
		}
		if err := enc.Encode(l); err != nil {
			return err
		}
	}
	return nil
}
