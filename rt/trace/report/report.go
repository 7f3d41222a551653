// Package report says what a trace means: what caused what, what ran how long
// and when, what was still alive at the end, and why.
//
//	t, err := tracefile.Open("server.trace")
//	...
//	err = report.New(t).WriteHTML(w)
package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// A Report is a trace by its resources. Its methods change nothing, so that
// goroutines may call them at the same time.
type Report struct {
	Trace     *tracefile.Trace
	Resources []Resource // by id
	Runs      []Run      // by resource, and by time for each
	Events    int
	First     int64 // the time of the first event and the last one
	Last      int64
	ByType    []Type // most first
	BySite    []SiteStats
	Roots     []Root
	Causes    *Cause // the root of the tree of causes
	Alive     []Alive
	Ended     []EndedContext
}

// Never is the time of what did not happen while it was recorded.
const Never = math.MinInt64

// None is the index of no resource.
const None = int32(-1)

// A Resource is what is known of one. Indexes are of Report.Resources.
type Resource struct {
	ID      uint64
	Trigger uint64
	Exec    uint64
	Init    int64 // times; Never: before the trace, or not at all
	Sent    int64 // of PromiseResolve
	Before  int64 // the first
	Destroy int64
	RunTime int64 // in all its runs; an unfinished one counts to the end
	Site    int32 // an index of the trace's sites
	Parent  int32 // the trigger
	Root    int32 // why it is there: see Root
	Child   int32 // the first one
	Next    int32 // the next with the same Parent
	Run     int32 // its first run, an index of Report.Runs
	RunsN   int32 // how many follow it there
	Open    int32 // runs that had not ended

	Goroutine uint32 // that made it
}

// A Run is what happened between a Before and its After.
type Run struct {
	Start, End int64
	Resource   int32
	Goroutine  uint32
	Open       bool // it had not ended, and End is the end of the trace
}

// New makes a report of a trace.
func New(t *tracefile.Trace) *Report {
	r := &Report{Trace: t}
	b := newBuilder(r)
	var made, runs int // to read twice takes less than to grow what holds millions
	for e := range t.Events() {
		switch e.Kind {
		case tracefile.Init:
			made++
		case tracefile.Before:
			runs++
		}
	}
	b.reserve(made, runs)
	for e := range t.Events() {
		b.add(e)
	}
	b.finish()
	r.link()
	r.findRoots()
	r.countSites()
	r.buildCauses()
	r.findAlive()
	r.findEnded()
	return r
}

// site returns the site of a resource.
func (r *Report) site(res *Resource) tracefile.Site { return r.Trace.Sites()[res.Site] }

// Find returns the index of the resource with an id, or None.
func (r *Report) Find(id uint64) int32 {
	lo, hi := 0, len(r.Resources)
	for lo < hi {
		if mid := (lo + hi) / 2; r.Resources[mid].ID < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(r.Resources) && r.Resources[lo].ID == id {
		return int32(lo)
	}
	return None
}

// Chain returns the resource and what caused it, up to the root.
func (r *Report) Chain(i int32) []int32 {
	var chain []int32
	for ; i != None; i = r.Resources[i].Parent {
		chain = append(chain, i)
	}
	return chain
}

// Place returns a line of the source as the report shows it: relative to where
// the program was started, if it is below; without what comes before the import
// path, for the standard library and the module cache.
func (r *Report) Place(file string, line int, function string) string {
	if line == 0 {
		return "unknown"
	}
	file = strings.ReplaceAll(file, `\`, "/")
	dir := strings.TrimSuffix(strings.ReplaceAll(r.Trace.Process.Dir, `\`, "/"), "/") + "/"
	switch _, module, cached := strings.Cut(file, "/pkg/mod/"); {
	case dir != "/" && strings.HasPrefix(file, dir):
		file = file[len(dir):]
	case isStd(file, function):
		if _, below, ok := strings.Cut(file, "/src/"); ok {
			file = below
		}
	case cached:
		file = module
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// isStd reports whether a function is one of the standard library: the first
// part of its import path has no dot, and its file is in a folder of that name
// below src, or as -trimpath leaves it.
func isStd(file, function string) bool {
	slash := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[slash:], ".")
	pkg := function[:slash] + name
	first, _, _ := strings.Cut(pkg, "/")
	file = strings.ReplaceAll(file, `\`, "/")
	return pkg != "main" && pkg != "" && !strings.Contains(first, ".") &&
		(strings.Contains(file, "/src/"+pkg+"/") || strings.HasPrefix(file, pkg+"/"))
}

// Duration is how long the trace is, in nanoseconds.
func (r *Report) Duration() int64 { return r.Last }
