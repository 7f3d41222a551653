// Package asyncdebug serves what package rt knows of a running program over
// HTTP, beside net/http/pprof:
//
//	mux := http.NewServeMux()
//	asyncdebug.Register(mux)
//	go http.ListenAndServe("localhost:6060", mux)
//
// The pages are [Register]'s table. They tell file names, command lines and what
// the program is doing: serve them to those alone who may know.
package asyncdebug

import "net/http"

// Path is where the pages are: the first one there, the others below it.
const Path = "/debug/asynchooks"

// Register makes the mux serve the pages; nil is [http.DefaultServeMux].
//
//	/debug/asynchooks          a trace; see Trace
//	/debug/asynchooks/active   what is alive, leaks first; see Active
func Register(mux *http.ServeMux) {
	if mux == nil {
		mux = http.DefaultServeMux
	}
	mux.HandleFunc("GET "+Path, Trace)
	mux.HandleFunc("GET "+Path+"/active", Active)
}
