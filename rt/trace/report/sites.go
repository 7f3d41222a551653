package report

import (
	"cmp"
	"math/bits"
	"slices"
)

// A Type is what there was of a type of resource.
type Type struct {
	Name  string
	Made  int // while it was recorded
	Runs  int
	Alive int
}

// SiteStats is what there was of the resources that were made at a site.
type SiteStats struct {
	Site     int // an index of the trace's sites
	Made     int
	Runs     int
	Alive    int
	Delay    Times // between Init and the first Before
	Run      Times // between Before and After
	Awaited  int   // messages that nothing handled
	NeverRan int
}

// Times is a set of durations, in nanoseconds.
type Times struct {
	N    int
	Sum  int64
	Max  int64
	hist []uint32
}

// Each power of two has this many buckets, so that a quantile is within 7 % of
// what it is.
const perOctave = 16

// Add adds a duration.
func (t *Times) Add(d int64) {
	d = max(d, 0)
	t.N++
	t.Sum += d
	t.Max = max(t.Max, d)
	if t.hist == nil {
		t.hist = make([]uint32, 64*perOctave)
	}
	t.hist[bucket(d)]++
}

func bucket(d int64) int {
	octave := bits.Len64(uint64(d))
	if octave <= 5 {
		return int(d)
	}
	return (octave-4)*perOctave + int(d>>(octave-5))&(perOctave-1)
}

func bucketStart(b int) int64 {
	if b < 2*perOctave {
		return int64(b)
	}
	octave := b/perOctave + 4
	return int64(perOctave+b%perOctave) << (octave - 5)
}

// Mean returns the mean.
func (t *Times) Mean() int64 {
	if t.N == 0 {
		return 0
	}
	return t.Sum / int64(t.N)
}

// Quantile returns a duration that the share q of all are not above, within 7 %.
func (t *Times) Quantile(q float64) int64 {
	left := int(q * float64(t.N))
	for b, n := range t.hist {
		if left -= int(n); left < 0 {
			return min(bucketStart(b), t.Max)
		}
	}
	return t.Max
}

// countSites counts by site and by type.
func (r *Report) countSites() {
	sites := make([]SiteStats, len(r.Trace.Sites()))
	for i := range r.Resources {
		res := &r.Resources[i]
		s := &sites[res.Site]
		s.Runs += int(res.RunsN)
		for _, run := range r.Runs[res.Run : res.Run+res.RunsN] {
			s.Run.Add(run.End - run.Start)
		}
		if res.Init == Never {
			continue
		}
		s.Made++
		if res.Destroy == Never {
			s.Alive++
		}
		if res.Before != Never {
			s.Delay.Add(res.Before - res.Init)
		} else {
			s.NeverRan++
		}
		if r.awaited(res) {
			s.Awaited++
		}
	}
	types := map[string]*Type{}
	for i := range sites {
		s := &sites[i]
		if s.Site = i; s.Made == 0 && s.Runs == 0 {
			continue
		}
		r.BySite = append(r.BySite, *s)
		if i == 0 {
			continue // of resources that were there before
		}
		name := r.Trace.Sites()[i].Type
		if types[name] == nil {
			types[name] = &Type{Name: name}
		}
		t := types[name]
		t.Made += s.Made
		t.Runs += s.Runs
		t.Alive += s.Alive
	}
	for _, t := range types {
		r.ByType = append(r.ByType, *t)
	}
	slices.SortFunc(r.ByType, func(a, b Type) int {
		return cmp.Or(cmp.Compare(b.Made, a.Made), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(r.BySite, func(a, b SiteStats) int {
		return cmp.Or(cmp.Compare(b.Made, a.Made), r.compareSites(a.Site, b.Site))
	})
}

// compareSites orders sites by their place in the source.
func (r *Report) compareSites(a, b int) int {
	x, y := r.Trace.Sites()[a], r.Trace.Sites()[b]
	return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Type, y.Type), cmp.Compare(a, b))
}
