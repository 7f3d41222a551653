package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// listed is how many lines a part of the text report has at most, of what there
// can be many.
const listed = 25

// WriteText writes the report as text.
func (r *Report) WriteText(w io.Writer) error {
	t := &textWriter{Report: r}
	t.head()
	t.causes()
	t.roots()
	t.types()
	t.sites()
	t.alive()
	t.lost()
	_, err := io.WriteString(w, t.String())
	return err
}

type textWriter struct {
	*Report
	strings.Builder
}

func (t *textWriter) printf(format string, args ...any) { fmt.Fprintf(t, format, args...) }

// table writes rows of cells, of which the first ones are right-aligned numbers.
func (t *textWriter) table(title string, head []string, rows [][]string) {
	t.printf("\n%s\n", title)
	tw := tabwriter.NewWriter(t, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{head}, rows[:min(len(rows), listed)]...) {
		fmt.Fprintf(tw, "  %s\n", strings.Join(row, "\t"))
	}
	tw.Flush()
	if more := len(rows) - listed; more > 0 {
		t.printf("  and %d more\n", more)
	}
}

func (t *textWriter) head() {
	p := t.Trace.Process
	t.printf("%s: %d events of %s in %s", cmp.Or(baseName(p.Program), "a program"), t.Events, plural(len(t.Resources), "resource"), duration(t.Duration()))
	if p.Go != "" {
		t.printf(", %s %s, mode %s", p.Go, p.System, p.Mode)
	}
	t.printf("\n")
	for _, problem := range t.Trace.Problems() {
		t.printf("note: %s\n", problem)
	}
}

// causes writes the tree of causes.
func (t *textWriter) causes() {
	t.printf("\nWhat caused what\n")
	for _, top := range t.Causes.Children {
		t.printf("  %s\n", top.Name)
		t.children(top, "    ")
	}
}

func (t *textWriter) children(n *Cause, indent string) {
	for _, c := range n.Children {
		notes := ""
		if c.Again > 0 {
			notes = fmt.Sprintf(", %d of them by itself", c.Again)
		}
		if c.Alive > 0 {
			notes += fmt.Sprintf(", %d alive", c.Alive)
		}
		t.printf("%s%d %s%s\n", indent, c.Count, t.siteText(c.Site), notes)
		t.children(c, indent+"  ")
	}
}

func (r *Report) siteText(site int) string {
	s := r.Trace.Sites()[site]
	if site == 0 {
		return "of a site that is not known"
	}
	return fmt.Sprintf("%s %s %s", s.Type, r.Place(s.File, s.Line, s.Func), s.Func)
}

// roots writes how many roots of each site there are, and what they cost.
func (t *textWriter) roots() {
	type group struct {
		name             string
		roots, resources int
		took             Times
	}
	groups := map[string]*group{}
	var order []*group
	for _, root := range t.Roots {
		res := &t.Resources[root.Resource]
		name := t.rootName(res)
		g := groups[name]
		if g == nil {
			g = &group{name: name}
			groups[name] = g
			order = append(order, g)
		}
		g.roots++
		g.resources += root.Resources
		g.took.Add(root.End - root.Start)
	}
	var rows [][]string
	for _, g := range order {
		rows = append(rows, []string{fmt.Sprint(g.roots), fmt.Sprint(g.resources), duration(g.took.Mean()), duration(g.took.Max), g.name})
	}
	t.table("Why things ran: roots", []string{"roots", "resources", "mean", "max", "root"}, rows)
}

// rootName names what is at a root.
func (r *Report) rootName(res *Resource) string {
	switch {
	case res.ID == 1:
		return "main"
	case res.ID == 0:
		return "unknown"
	case res.Init == Never:
		return "there before the trace"
	}
	s := r.site(res)
	return fmt.Sprintf("%s %s", cmp.Or(s.Type, "unknown"), r.Place(s.File, s.Line, s.Func))
}

func (t *textWriter) types() {
	var rows [][]string
	seconds := max(float64(t.Duration())/1e9, 1e-9)
	for _, y := range t.ByType {
		rows = append(rows, []string{fmt.Sprint(y.Made), fmt.Sprintf("%.0f", float64(y.Made)/seconds), fmt.Sprint(y.Runs), fmt.Sprint(y.Alive), y.Name})
	}
	t.table("Types", []string{"made", "per second", "runs", "alive", "type"}, rows)
}

// sites writes delays and run times by site, longest first.
func (t *textWriter) sites() {
	for _, part := range []struct {
		title string
		times func(s *SiteStats) *Times
	}{
		{"Delay between Init and the first Before", func(s *SiteStats) *Times { return &s.Delay }},
		{"Time between Before and After", func(s *SiteStats) *Times { return &s.Run }},
	} {
		sites := slices.Clone(t.BySite)
		slices.SortStableFunc(sites, func(a, b SiteStats) int { return cmp.Compare(part.times(&b).Sum, part.times(&a).Sum) })
		var rows [][]string
		for i := range sites {
			if d := part.times(&sites[i]); d.N > 0 {
				rows = append(rows, []string{fmt.Sprint(d.N), duration(d.Sum), duration(d.Mean()), duration(d.Quantile(0.95)), duration(d.Max), t.siteText(sites[i].Site)})
			}
		}
		t.table(part.title, []string{"times", "sum", "mean", "95 %", "max", "site"}, rows)
	}
}

// alive writes what was alive at the end, each group with its chain of causes.
func (t *textWriter) alive() {
	t.printf("\nAlive at the end\n")
	if len(t.Alive) == 0 {
		t.printf("  nothing\n")
	}
	for i, a := range t.Alive {
		if i == listed {
			t.printf("  and %d more sites\n", len(t.Alive)-listed)
			break
		}
		leak := ""
		if a.Leak {
			leak = " (a leak?)"
		}
		t.printf("  %d %s: %s%s\n", a.Count, t.siteText(a.Site), a.Why, leak)
		for _, hop := range t.Chain(a.Resources[0])[1:] {
			t.printf("    because of %s\n", t.hop(hop))
		}
	}
}

// hop describes a resource in a chain of causes.
func (r *Report) hop(i int32) string {
	res := &r.Resources[i]
	switch name := r.rootName(res); {
	case res.ID == 1, res.ID == 0:
		return name
	case res.Init == Never:
		return fmt.Sprintf("%d, %s", res.ID, name)
	}
	s := r.site(res)
	return fmt.Sprintf("%s %d, %s %s", cmp.Or(s.Type, "unknown"), res.ID, r.Place(s.File, s.Line, s.Func), s.Func)
}

// lost writes where contexts were lost.
func (t *textWriter) lost() {
	if len(t.Trace.Conflicts) > 0 {
		var rows [][]string
		for _, c := range t.Trace.Conflicts {
			rows = append(rows, []string{fmt.Sprint(c.Count), c.Storage, t.Place(c.File, c.Line, c.Func), c.Func})
		}
		t.table("Conflicts: messages handled by a goroutine with a store of its own", []string{"messages", "storage", "received at", "function"}, rows)
	}
	if len(t.Ended) > 0 {
		var rows [][]string
		for _, e := range t.Ended {
			rows = append(rows, []string{fmt.Sprint(e.Count), fmt.Sprint(e.Of), t.siteText(e.Site)})
		}
		t.table("Contexts that ended: messages that no receive loop handled", []string{"ended", "sent", "site"}, rows)
	}
}

// WriteChain writes a resource's chain of causes, and what it caused directly.
func (r *Report) WriteChain(w io.Writer, id uint64) error {
	i := r.Find(id)
	if i == None {
		return fmt.Errorf("there is no resource %d in the trace", id)
	}
	t := &textWriter{Report: r}
	res := &r.Resources[i]
	t.printf("%s\n", r.hop(i))
	for _, e := range []struct {
		name string
		at   int64
	}{{"made", res.Init}, {"sent", res.Sent}, {"first ran", res.Before}, {"ended", res.Destroy}} {
		if e.at != Never {
			t.printf("  %s at %s\n", e.name, duration(e.at))
		}
	}
	if res.RunsN > 0 {
		t.printf("  ran %s, for %s\n", plural(int(res.RunsN), "time"), duration(res.RunTime))
	}
	for _, hop := range r.Chain(i)[1:] {
		t.printf("  because of %s\n", r.hop(hop))
	}
	n := 0
	for c := res.Child; c != None; c = r.Resources[c].Next {
		if n++; n <= listed {
			t.printf("  caused %s\n", r.hop(c))
		}
	}
	if n > listed {
		t.printf("  and caused %d more\n", n-listed)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// duration is a duration with three digits or so.
func duration(ns int64) string {
	d := time.Duration(ns)
	for unit := time.Second; unit >= time.Nanosecond; unit /= 10 {
		if d >= unit {
			return d.Round(max(unit/100, 1)).String()
		}
	}
	return d.String()
}

func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}
