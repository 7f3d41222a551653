package asyncdebug

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/asynchooks/asynchooks/rt/alive"
)

// Active answers with what is alive: goroutines with their stacks, timers, other
// resources, what made each of them and what caused that, as package
// [github.com/asynchooks/asynchooks/rt/alive] reports it. It is for people, or
// with format=json in the form, or where JSON alone is accepted, for programs.
//
// It looks for leaks, which takes a collection of garbage, unless the form says
// leaks=0; and it stops the world for as long as it takes to look at all stacks,
// some microseconds for each goroutine.
func Active(w http.ResponseWriter, r *http.Request) {
	leaks := true
	if text := r.FormValue("leaks"); text != "" {
		var err error
		if leaks, err = strconv.ParseBool(text); err != nil {
			http.Error(w, fmt.Sprintf("leaks=%q: give 1 to look for leaks, which is the default, or 0", text), http.StatusBadRequest)
			return
		}
	}
	format := r.FormValue("format")
	switch format {
	case "text", "json":
	case "":
		if r.Header.Get("Accept") == "application/json" {
			format = "json"
		}
	default:
		http.Error(w, fmt.Sprintf("format=%q: give text, which is the default, or json", format), http.StatusBadRequest)
		return
	}
	report := alive.Take(&alive.Options{OmitLeaks: !leaks})
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	var answer bytes.Buffer
	if format == "json" {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(&answer).Encode(report); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		report.WriteText(&answer) // a buffer takes all
	}
	w.Write(answer.Bytes()) // if it fails, the client has gone
}
