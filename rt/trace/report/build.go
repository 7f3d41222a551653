package report

import (
	"maps"
	"slices"

	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// A builder makes resources of events.
type builder struct {
	r     *Report
	index map[uint64]*page // ids to indexes, a page of ids at a time
	open  map[uint64][]openRun
	runs  []Run
}

const pageIDs = 1 << 12

type page [pageIDs]int32

// openRun is a run of a resource that has not ended, by the goroutine.
type openRun struct {
	id  uint64
	run int
}

func newBuilder(r *Report) *builder {
	b := &builder{r: r, index: map[uint64]*page{}, open: map[uint64][]openRun{}}
	b.resource(1)
	return b
}

// reserve makes room for resources and runs.
func (b *builder) reserve(resources, runs int) {
	b.r.Resources = slices.Grow(b.r.Resources, resources)
	b.runs = slices.Grow(b.runs, runs)
}

// resource returns the resource with an id, which is made if it is not there.
func (b *builder) resource(id uint64) *Resource {
	p := b.index[id/pageIDs]
	if p == nil {
		p = new(page)
		for i := range p {
			p[i] = None
		}
		b.index[id/pageIDs] = p
	}
	if i := p[id%pageIDs]; i != None {
		return &b.r.Resources[i]
	}
	p[id%pageIDs] = int32(len(b.r.Resources))
	b.r.Resources = append(b.r.Resources, Resource{
		ID: id, Init: Never, Sent: Never, Before: Never, Destroy: Never,
		Parent: None, Root: None, Child: None, Next: None,
	})
	return &b.r.Resources[len(b.r.Resources)-1]
}

func (b *builder) add(e tracefile.Event) {
	r := b.r
	if r.Events == 0 {
		r.First = e.Time
	}
	r.Events++
	r.Last = max(r.Last, e.Time)
	res := b.resource(e.ID)
	switch e.Kind {
	case tracefile.Init:
		res.Init, res.Site, res.Trigger, res.Exec, res.Goroutine = e.Time, int32(e.Site), e.Trigger, e.Exec, uint32(e.Goroutine)
	case tracefile.Before:
		if res.Before == Never {
			res.Before = e.Time
		}
		res.RunsN++
		b.open[e.Goroutine] = append(b.open[e.Goroutine], openRun{e.ID, len(b.runs)})
		b.runs = append(b.runs, Run{Start: e.Time, End: Never, Resource: b.index[e.ID/pageIDs][e.ID%pageIDs], Goroutine: uint32(e.Goroutine)})
	case tracefile.After:
		b.after(e)
	case tracefile.Destroy:
		res.Destroy = e.Time
	case tracefile.Resolve:
		res.Sent = e.Time
	}
}

// after ends the innermost run of the resource on the goroutine. There is none if
// it began before the trace.
func (b *builder) after(e tracefile.Event) {
	open := b.open[e.Goroutine]
	for i := len(open) - 1; i >= 0; i-- {
		if open[i].id == e.ID {
			b.runs[open[i].run].End = e.Time
			if open = slices.Delete(open, i, i+1); len(open) == 0 {
				delete(b.open, e.Goroutine)
			} else {
				b.open[e.Goroutine] = open
			}
			return
		}
	}
}

// finish sorts resources and runs.
func (b *builder) finish() {
	r := b.r
	r.Last = max(r.Last, r.Trace.EndTime)
	// What is named as a trigger and nothing else is known of.
	for i := 0; i < len(r.Resources); i++ {
		if res := &r.Resources[i]; res.Init != Never {
			b.resource(res.Trigger)
		}
	}
	places := b.places()
	for i := range b.runs {
		run := &b.runs[i]
		run.Resource = places[run.Resource]
	}
	permute(r.Resources, places)
	at := int32(0)
	for i := range r.Resources {
		r.Resources[i].Run = at
		at += r.Resources[i].RunsN
	}
	filled := make([]int32, len(r.Resources))
	places = make([]int32, len(b.runs))
	for i := range b.runs { // in the order of Start
		run := &b.runs[i]
		res := &r.Resources[run.Resource]
		if run.End == Never {
			run.End, run.Open = r.Last, true
			res.Open++
		}
		res.RunTime += run.End - run.Start
		places[i] = res.Run + filled[run.Resource]
		filled[run.Resource]++
	}
	permute(b.runs, places)
	r.Runs, b.runs = b.runs, nil
}

// places returns where each resource belongs in the order of ids, and lets go of
// the index.
func (b *builder) places() []int32 {
	places := make([]int32, len(b.r.Resources))
	n := int32(0)
	for _, k := range slices.Sorted(maps.Keys(b.index)) {
		for _, i := range b.index[k] {
			if i != None {
				places[i] = n
				n++
			}
		}
	}
	b.index = nil
	return places
}

// permute moves the element at each index to its place. There may be millions:
// they are not copied. It makes use of places for itself.
func permute[T any](list []T, places []int32) {
	for i := range list {
		for j := places[i]; j != int32(i); j = places[i] {
			list[i], list[j] = list[j], list[i]
			places[i], places[j] = places[j], j
		}
	}
}

// link makes the tree of triggers. A trigger that a program invented and that
// leads back to the resource leads nowhere.
func (r *Report) link() {
	last := make([]int32, len(r.Resources)) // the last child
	for i := range last {
		last[i] = None
	}
	invented := false // a trigger that is later than what it causes
	for i := range r.Resources {
		res := &r.Resources[i]
		if res.Init == Never || res.ID == 1 {
			continue
		}
		p := r.Find(res.Trigger)
		if invented = invented || p >= int32(i); invented && r.leadsTo(p, int32(i)) {
			continue
		}
		res.Parent = p
		if last[p] == None {
			r.Resources[p].Child = int32(i)
		} else {
			r.Resources[last[p]].Next = int32(i)
		}
		last[p] = int32(i)
	}
}

// leadsTo reports whether i causes p, or is it.
func (r *Report) leadsTo(p, i int32) bool {
	for ; p != None; p = r.Resources[p].Parent {
		if p == i {
			return true
		}
	}
	return false
}
