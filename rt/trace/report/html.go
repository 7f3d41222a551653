package report

import (
	"bufio"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
)

//go:embed page
var assets embed.FS

// head is the page up to the parts of its data.
var head = template.Must(template.New("head.html").ParseFS(assets, "page/head.html"))

// maxRoots is how many roots the page lists: those that took longest.
const maxRoots = 2000

// WriteHTML writes the report as one HTML page, which needs nothing else. What
// there can be millions of is in it in parts that it decodes when they are
// looked at.
func (r *Report) WriteHTML(w io.Writer) error {
	asset := func(name string) string {
		data, err := assets.ReadFile("page/" + name)
		if err != nil {
			panic(err) // embedded
		}
		return string(data)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	err := head.Execute(out, map[string]any{
		"Title":  cmp.Or(baseName(r.Trace.Process.Program), "trace"),
		"Style":  template.CSS(asset("style.css")),
		"Script": template.JS(asset("script.js") + asset("timeline.js")),
		"Data":   r.summary(),
	})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	for n := range r.parts() {
		fmt.Fprintf(out, "<script type=\"text/plain\" id=\"part%d\">", n)
		if err := r.writePart(out, n); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		fmt.Fprint(out, "</script>\n")
	}
	fmt.Fprint(out, "</body>\n</html>\n")
	return out.Flush()
}

// pageData is what the page has at once. Rows are arrays, for there can be many.
type pageData struct {
	Process   string     `json:"process"`
	Args      []string   `json:"args"`
	Problems  []string   `json:"problems"`
	Duration  int64      `json:"duration"`
	Events    int        `json:"events"`
	Resources int        `json:"resources"`
	PartSize  int        `json:"partSize"`
	FirstIDs  []uint64   `json:"firstIDs"` // of the parts
	Sites     [][3]any   `json:"sites"`    // type, place, function
	Types     []Type     `json:"types"`
	BySite    [][]int64  `json:"bySite"`
	Roots     [][7]int64 `json:"roots"` // index, resources, start, end, id, site, whether its Init is known
	RootCount int        `json:"rootCount"`
	Causes    []pageNode `json:"causes"`
	Alive     []Alive    `json:"alive"`
	Conflicts [][4]any   `json:"conflicts"` // messages, storage, place, function
	Ended     [][3]int   `json:"ended"`     // site, ended, sent
	Chart     pageChart  `json:"chart"`
}

// pageNode is a Cause.
type pageNode struct {
	Name     string     `json:"name,omitempty"`
	Site     int        `json:"site"`
	Count    int        `json:"count"`
	Again    int        `json:"again"`
	Alive    int        `json:"alive"`
	RunTime  int64      `json:"run"`
	Sample   int32      `json:"sample"`
	Children []pageNode `json:"children,omitempty"`
}

// pageChart is how many resources were made, by time.
type pageChart struct {
	Step  int64      `json:"step"` // nanoseconds
	Types []string   `json:"types"`
	Made  [][]uint32 `json:"made"` // by type
}

func (r *Report) summary() pageData {
	p := r.Trace.Process
	d := pageData{
		Process: cmp.Or(p.Program, "a program"), Args: p.Args, Problems: r.Trace.Problems(), Duration: r.Duration(), Events: r.Events,
		Resources: len(r.Resources), PartSize: partSize, Types: r.ByType, RootCount: len(r.Roots), Alive: r.Alive,
		Chart: r.chart(), Roots: [][7]int64{}, BySite: [][]int64{}, // never null
	}
	if p.Go != "" {
		d.Process += fmt.Sprintf(" (process %d, %s, %s, mode %s)", p.PID, p.Go, p.System, p.Mode)
	}
	for n := range r.parts() {
		d.FirstIDs = append(d.FirstIDs, r.Resources[n*partSize].ID)
	}
	for _, s := range r.Trace.Sites() {
		d.Sites = append(d.Sites, [3]any{s.Type, r.Place(s.File, s.Line, s.Func), s.Func})
	}
	for _, s := range r.BySite {
		row := []int64{int64(s.Site), int64(s.Made), int64(s.Runs), int64(s.Alive), int64(s.NeverRan)}
		for _, t := range []*Times{&s.Delay, &s.Run} {
			row = append(row, t.Sum, t.Mean(), t.Quantile(0.95), t.Max)
		}
		d.BySite = append(d.BySite, row)
	}
	roots := slices.Clone(r.Roots)
	slices.SortStableFunc(roots, func(a, b Root) int { return cmp.Compare(b.End-b.Start, a.End-a.Start) })
	for _, root := range roots[:min(len(roots), maxRoots)] {
		// With what the list says of each: they lie in any part.
		res := &r.Resources[root.Resource]
		row := [7]int64{int64(root.Resource), int64(root.Resources), root.Start, root.End, int64(res.ID), int64(res.Site)}
		if res.Init != Never {
			row[6] = 1
		}
		d.Roots = append(d.Roots, row)
	}
	for _, c := range r.Causes.Children {
		d.Causes = append(d.Causes, c.page())
	}
	for _, c := range r.Trace.Conflicts {
		d.Conflicts = append(d.Conflicts, [4]any{c.Count, c.Storage, r.Place(c.File, c.Line, c.Func), c.Func})
	}
	for _, e := range r.Ended {
		d.Ended = append(d.Ended, [3]int{e.Site, e.Count, e.Of})
	}
	return d
}

func (n *Cause) page() pageNode {
	p := pageNode{Name: n.Name, Site: n.Site, Count: n.Count, Again: n.Again, Alive: n.Alive, RunTime: n.RunTime, Sample: n.Sample}
	for _, c := range n.Children {
		p.Children = append(p.Children, c.page())
	}
	return p
}

// The chart has so many steps of time, and so many types; the others are one.
const (
	chartSteps = 240
	chartTypes = 7
)

func (r *Report) chart() pageChart {
	c := pageChart{Step: r.Duration()/chartSteps + 1, Types: []string{}}
	of := map[string]int{}
	for i, t := range r.ByType {
		of[t.Name] = min(i, chartTypes)
		if i < chartTypes {
			c.Types = append(c.Types, t.Name)
		} else if i == chartTypes {
			c.Types = append(c.Types, "others")
		}
	}
	c.Made = make([][]uint32, len(c.Types))
	for i := range c.Made {
		c.Made[i] = make([]uint32, chartSteps)
	}
	line := make([]int, len(r.Trace.Sites())) // by site
	for i, s := range r.Trace.Sites() {
		line[i] = of[s.Type]
	}
	for i := range r.Resources {
		if res := &r.Resources[i]; res.Init != Never && res.Site != 0 {
			c.Made[line[res.Site]][min(max(res.Init, 0)/c.Step, chartSteps-1)]++
		}
	}
	return c
}
