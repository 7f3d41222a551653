package export

import (
	"fmt"
	"io"

	"github.com/google/pprof/profile"

	"github.com/asynchooks/asynchooks/rt/trace/report"
)

// Pprof writes a profile for go tool pprof. Its stacks are chains of causes: a
// frame is the line that made something, below it the one that had made what did
// that. It has three values: how many resources there were, how long they waited
// to run, and how long they ran. The label type has their type.
func Pprof(w io.Writer, r *report.Report) error {
	p := &profileBuilder{
		Report: r,
		Profile: &profile.Profile{
			SampleType: []*profile.ValueType{
				{Type: "resources", Unit: "count"},
				{Type: "delay", Unit: "nanoseconds"},
				{Type: "run", Unit: "nanoseconds"},
			},
			DefaultSampleType: "run",
			TimeNanos:         max(r.Trace.Start.UnixNano(), 0),
			DurationNanos:     r.Duration(),
		},
		functions: map[string]*profile.Function{},
		locations: map[string]*profile.Location{},
	}
	for _, top := range r.Causes.Children {
		p.add(top, nil)
	}
	if err := p.CheckValid(); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	return p.Write(w)
}

type profileBuilder struct {
	*report.Report
	*profile.Profile
	functions map[string]*profile.Function
	locations map[string]*profile.Location
}

// add adds a node and what is below it; stack is what is above, innermost first.
func (p *profileBuilder) add(n *report.Cause, stack []*profile.Location) {
	site := p.Trace.Sites()[n.Site]
	typ := site.Type
	var loc *profile.Location
	if n.Name != "" {
		loc = p.location(n.Name, "", 0)
	} else {
		loc = p.location(site.Func, site.File, site.Line)
	}
	stack = append([]*profile.Location{loc}, stack...)
	if n.Count > 0 {
		s := &profile.Sample{Location: stack, Value: []int64{int64(n.Count), n.Delay, n.RunTime}}
		if typ != "" {
			s.Label = map[string][]string{"type": {typ}}
		}
		p.Sample = append(p.Sample, s)
	}
	for _, c := range n.Children {
		p.add(c, stack)
	}
}

func (p *profileBuilder) location(function, file string, line int) *profile.Location {
	if function == "" {
		function = "unknown"
	}
	key := fmt.Sprintf("%s\x00%s\x00%d", function, file, line)
	if l := p.locations[key]; l != nil {
		return l
	}
	f := p.functions[function+"\x00"+file]
	if f == nil {
		f = &profile.Function{ID: uint64(len(p.Function) + 1), Name: function, SystemName: function, Filename: file}
		p.functions[function+"\x00"+file] = f
		p.Function = append(p.Function, f)
	}
	l := &profile.Location{ID: uint64(len(p.Location) + 1), Line: []profile.Line{{Function: f, Line: int64(line)}}}
	p.locations[key] = l
	p.Location = append(p.Location, l)
	return l
}
