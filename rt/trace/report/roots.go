package report

import (
	"cmp"
	"slices"

	"github.com/asynchooks/asynchooks/rt"
)

// A Root is why resources are there: a request, a timer, a connection, a signal,
// or main. Of several on the way up it is the request that is nearest, or else
// the one that is nearest to main.
type Root struct {
	Resource  int32
	Resources int   // that are there because of it
	Start     int64 // of the first thing that happened because of it, and of the last
	End       int64 // but for Destroy, which can be late
}

// rootTypes are the types that are roots, if what caused them has no root but
// main.
var rootTypes = map[string]bool{
	rt.TypeTimer: true, rt.TypeTicker: true, rt.TypeAfterFunc: true, rt.TypeSignal: true, rt.TypeTCPConn: true,
}

// findRoots finds the root of each resource, and orders the roots by their time.
func (r *Report) findRoots() {
	isRoot := make([]bool, len(r.Trace.Sites()))
	isRequest := make([]bool, len(r.Trace.Sites()))
	for i, s := range r.Trace.Sites() {
		isRoot[i] = rootTypes[s.Type]
		isRequest[i] = s.Type == rt.TypeHTTPRequest
	}
	var up []int32
	for i := range r.Resources {
		// What causes a resource mostly comes before it.
		up = append(up[:0], int32(i))
		for r.Resources[up[len(up)-1]].Root == None {
			p := r.Resources[up[len(up)-1]].Parent
			if p == None || r.Resources[p].Root != None {
				break
			}
			up = append(up, p)
		}
		for j := len(up) - 1; j >= 0; j-- {
			res := &r.Resources[up[j]]
			switch {
			case res.Root != None:
			case res.Parent == None, isRequest[res.Site]:
				res.Root = up[j]
			default:
				res.Root = r.Resources[res.Parent].Root
				if top := &r.Resources[res.Root]; isRoot[res.Site] && top.ID <= 1 {
					res.Root = up[j]
				}
			}
		}
	}
	of := map[int32]int{}
	for i := range r.Resources {
		res := &r.Resources[i]
		if res.Init == Never && res.Before == Never && res.Child == None && res.ID != 1 {
			continue // only its end was seen
		}
		n, ok := of[res.Root]
		if !ok {
			n = len(r.Roots)
			of[res.Root] = n
			r.Roots = append(r.Roots, Root{Resource: res.Root, Start: r.Last})
		}
		root := &r.Roots[n]
		root.Resources++
		for _, t := range []int64{res.Init, res.Before, res.Sent} {
			if t != Never {
				root.Start, root.End = min(root.Start, t), max(root.End, t)
			}
		}
		for _, run := range r.Runs[res.Run : res.Run+res.RunsN] {
			root.End = max(root.End, run.End)
		}
	}
	if n, ok := of[r.Find(1)]; ok {
		r.Roots[n].Start = 0
		r.Roots[n].End = r.Last
	}
	slices.SortFunc(r.Roots, func(a, b Root) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Resource, b.Resource))
	})
}
