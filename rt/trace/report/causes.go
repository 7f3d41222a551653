package report

import "slices"

// A Cause is a node of the tree of causes, in which resources are put together
// that were made at one site because of resources that are together. Where a
// site causes itself again, directly or through others, the tree goes no deeper:
// those resources count for the node that is there.
type Cause struct {
	Site     int // an index of the trace's sites; 0 for the roots of the tree
	Name     string
	Count    int
	Again    int // of them, those that the same site had caused
	Alive    int
	RunTime  int64
	Delay    int64 // between Init and the first Before, of those that ran
	Sample   int32 // the first of them
	Children []*Cause

	parent *Cause
	bySite map[int]*Cause
}

// buildCauses makes the tree.
func (r *Report) buildCauses() {
	r.Causes = &Cause{Name: "everything", Sample: None}
	tops := []*Cause{
		{Name: "main", Sample: None},
		{Name: "there before the trace", Sample: None},
		{Name: "of unknown cause", Sample: None},
	}
	nodes := make([]*Cause, len(r.Resources))
	var up []int32
	for i := range r.Resources {
		up = append(up[:0], int32(i))
		for p := r.Resources[i].Parent; p != None && nodes[up[len(up)-1]] == nil; p = r.Resources[p].Parent {
			up = append(up, p)
		}
		for j := len(up) - 1; j >= 0; j-- {
			if nodes[up[j]] == nil {
				nodes[up[j]] = r.enterCause(tops, nodes, up[j])
			}
		}
	}
	for _, top := range tops {
		if top.Name == "main" || len(top.Children) > 0 {
			r.Causes.Children = append(r.Causes.Children, top)
			top.sort(r)
		}
	}
}

// enterCause counts a resource, whose parent was counted, and returns its node.
func (r *Report) enterCause(tops, nodes []*Cause, i int32) *Cause {
	res := &r.Resources[i]
	var n *Cause
	again := false
	switch {
	case res.ID == 1:
		n = tops[0]
	case res.ID == 0:
		n = tops[2]
	case res.Init == Never:
		n = tops[1]
	case res.Parent == None:
		n, again = tops[2].child(int(res.Site))
	default:
		n, again = nodes[res.Parent].child(int(res.Site))
	}
	if n.Sample == None {
		n.Sample = i
	}
	n.RunTime += res.RunTime
	if res.Init == Never {
		return n
	}
	n.Count++
	if res.Before != Never {
		n.Delay += max(res.Before-res.Init, 0)
	}
	if again {
		n.Again++
	}
	if res.Destroy == Never {
		n.Alive++
	}
	return n
}

// child returns the node of what is made at a site because of n's, and whether
// that is n itself or above it.
func (n *Cause) child(site int) (_ *Cause, again bool) {
	for up := n; up != nil; up = up.parent {
		if up.Site == site && up.parent != nil {
			return up, true
		}
	}
	c := n.bySite[site]
	if c == nil {
		c = &Cause{Site: site, Sample: None, parent: n}
		if n.bySite == nil {
			n.bySite = map[int]*Cause{}
		}
		n.bySite[site] = c
		n.Children = append(n.Children, c)
	}
	return c, false
}

// sort orders the children by their place in the source.
func (n *Cause) sort(r *Report) {
	slices.SortFunc(n.Children, func(a, b *Cause) int { return r.compareSites(a.Site, b.Site) })
	for _, c := range n.Children {
		c.sort(r)
	}
}
