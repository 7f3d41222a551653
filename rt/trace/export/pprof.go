package export

import (
	"compress/gzip"
	"fmt"
	"io"
	"slices"

	"github.com/asynchooks/asynchooks/rt/trace/report"
)

// Pprof writes a profile for go tool pprof. Its stacks are chains of causes: a
// frame is the line that made something, below it the one that had made what did
// that. It has three values: how many resources there were, how long they waited
// to run, and how long they ran. The label type has their type.
func Pprof(w io.Writer, r *report.Report) error {
	p := &profile{
		report:    r,
		strings:   map[string]int64{"": 0},
		functions: map[function]uint64{},
		locations: map[location]uint64{},
	}
	for _, v := range [][2]string{{"resources", "count"}, {"delay", "nanoseconds"}, {"run", "nanoseconds"}} {
		p.out.message(profileSampleType, new(message).number(1, p.string(v[0])).number(2, p.string(v[1])))
	}
	for _, top := range r.Causes.Children {
		p.add(top, nil)
	}
	p.out.number(profileTime, max(r.Trace.Start.UnixNano(), 0))
	p.out.number(profileDuration, r.Duration())
	p.out.number(profileDefaultType, p.string("run"))
	table := make([]string, len(p.strings))
	for s, i := range p.strings {
		table[i] = s
	}
	for _, s := range table {
		p.out.text(profileString, s)
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(p.out.b); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	return nil
}

// The fields of a Profile, as github.com/google/pprof/proto/profile.proto has
// them. The package there that writes profiles compiles regular expressions
// whenever a program that imports it starts.
const (
	profileSampleType  = 1
	profileSample      = 2
	profileLocation    = 4
	profileFunction    = 5
	profileString      = 6
	profileTime        = 9
	profileDuration    = 10
	profileDefaultType = 14
)

// A profile is one that is being written. Functions, locations and strings are
// written where they are first met, and known by number from there on.
type profile struct {
	report    *report.Report
	out       message
	strings   map[string]int64
	functions map[function]uint64
	locations map[location]uint64
}

type function struct{ name, file string }

type location struct {
	function
	line int
}

// add adds a node and what is below it; stack is what is above, innermost first.
func (p *profile) add(n *report.Cause, stack []uint64) {
	site := p.report.Trace.Sites()[n.Site]
	loc := location{function{site.Func, site.File}, site.Line}
	if n.Name != "" {
		loc = location{function: function{name: n.Name}}
	}
	stack = slices.Insert(slices.Clone(stack), 0, p.location(loc))
	if n.Count > 0 {
		s := new(message).packed(1, stack).packed(2, []uint64{uint64(n.Count), uint64(n.Delay), uint64(n.RunTime)})
		if site.Type != "" {
			s.message(3, new(message).number(1, p.string("type")).number(2, p.string(site.Type)))
		}
		p.out.message(profileSample, s)
	}
	for _, c := range n.Children {
		p.add(c, stack)
	}
}

func (p *profile) location(l location) uint64 {
	if l.name == "" {
		l.name = "unknown"
	}
	id, ok := p.locations[l]
	if !ok {
		id = uint64(len(p.locations) + 1)
		p.locations[l] = id
		line := new(message).number(1, int64(p.function(l.function))).number(2, int64(l.line))
		p.out.message(profileLocation, new(message).number(1, int64(id)).message(4, line))
	}
	return id
}

func (p *profile) function(f function) uint64 {
	id, ok := p.functions[f]
	if !ok {
		id = uint64(len(p.functions) + 1)
		p.functions[f] = id
		name := p.string(f.name)
		p.out.message(profileFunction, new(message).number(1, int64(id)).number(2, name).number(3, name).number(4, p.string(f.file)))
	}
	return id
}

func (p *profile) string(s string) int64 {
	i, ok := p.strings[s]
	if !ok {
		i = int64(len(p.strings))
		p.strings[s] = i
	}
	return i
}
