package export

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rt/trace/report"
)

// edge is from a site to another; 0 is main, and before what is not known.
type edge struct{ from, to int32 }

const before = -1

// Dot writes a graph of sites for Graphviz: an edge says that what one made
// caused what the other made, and how often.
func Dot(w io.Writer, r *report.Report) error {
	made := map[int32]int{}
	caused := map[edge]int{}
	for i := range r.Resources {
		res := &r.Resources[i]
		if res.Init == report.Never {
			continue
		}
		made[res.Site]++
		from := int32(before)
		if res.Parent != report.None {
			if parent := &r.Resources[res.Parent]; parent.Init != report.Never || parent.ID == 1 {
				from = parent.Site
			}
		}
		caused[edge{from, res.Site}]++
	}
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "digraph causes {\n\trankdir=LR;\n\tnode [shape=box, fontname=\"sans-serif\"];\n\ts0 [label=\"main\", style=bold];\n")
	for _, site := range slices.Sorted(maps.Keys(made)) {
		if site != 0 {
			s := r.Trace.Sites()[site]
			fmt.Fprintf(b, "\ts%d [label=%s];\n", site, dotQuote(fmt.Sprintf("%d %s\n%s\n%s", made[site], s.Type, r.Place(s.File, s.Line, s.Func), s.Func)))
		}
	}
	edges := slices.SortedFunc(maps.Keys(caused), func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	for _, e := range edges {
		from := fmt.Sprintf("s%d", e.from)
		if e.from == before {
			from = `"there before the trace"`
		}
		fmt.Fprintf(b, "\t%s -> s%d [label=\"%d\"];\n", from, e.to, caused[e])
	}
	fmt.Fprint(b, "}\n")
	return b.Flush()
}

// dotQuote returns a text as a string of the DOT language.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
