// Command analyzers holds asyncpair against checkers of other pairs: go vet's
// lostcancel (WithCancel and cancel), go-spancheck (Start and End), bodyclose
// (Get and Body.Close) and gVisor's checklocks (Lock and Unlock).
//
//	go run .
//
// Each form of forms.go is written in the words of every tool that can express
// it. A form is bad if some path leaves open what it opened, or closes what is
// not open; a tool has found it if it reports anything in that form. The
// exit code is 1 if asyncpair misses a bad form or reports a good one.
package main

import (
	"fmt"
	"log"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("analyzers: ")
	dir, err := os.Getwd()
	if err != nil {
		log.Fatal(err)
	}
	results := make(map[string]map[string]bool) // by tool and form: something is reported
	for _, d := range dialects {
		found, err := d.run(dir)
		if err != nil {
			log.Fatal(err)
		}
		results[d.name] = found
	}
	ours := dialects[0]
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "tool\tbad forms\tfound\tasyncpair found\tgood forms\tfalse alarms\tasyncpair's")
	for _, d := range dialects {
		var bad, good, found, alarms, oursFound, oursAlarms int
		for _, f := range forms {
			switch {
			case f.verdict == undecided || !d.has(f):
			case f.verdict == leaky:
				bad++
				found += count(results[d.name][f.name])
				oursFound += count(results[ours.name][f.name])
			default:
				good++
				alarms += count(results[d.name][f.name])
				oursAlarms += count(results[ours.name][f.name])
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\n", d.name, bad, found, oursFound, good, alarms, oursAlarms)
	}
	w.Flush()
	for _, d := range dialects {
		var missed, alarms []string
		for _, f := range forms {
			reported := results[d.name][f.name]
			switch {
			case !d.has(f):
			case f.verdict == leaky && !reported:
				missed = append(missed, f.name)
			case f.verdict == right && reported:
				alarms = append(alarms, f.name)
			}
		}
		fmt.Printf("%s misses: %s\n%s's false alarms: %s\n", d.name, list(missed), d.name, list(alarms))
	}
	var silent, loud []string
	for _, f := range forms {
		if f.verdict == undecided {
			if results[ours.name][f.name] {
				loud = append(loud, f.name)
			} else {
				silent = append(silent, f.name)
			}
		}
	}
	fmt.Printf("asyncpair cannot decide, and says nothing: %s\n", list(silent))
	if len(loud) > 0 {
		log.Fatalf("asyncpair cannot decide, and yet reports: %s", list(loud))
	}
	for _, f := range forms {
		if f.verdict != undecided && (f.verdict == leaky) != results[ours.name][f.name] {
			log.Fatalf("asyncpair is wrong about %s", f.name)
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// run writes the forms in a dialect, each as a package and without touching the
// disk, and gives those in which its analyzer reports something.
func (d *dialect) run(dir string) (map[string]bool, error) {
	overlay := make(map[string][]byte)
	var patterns []string
	for _, f := range forms {
		if d.has(f) {
			pkg := path.Join("generated", d.name, f.name)
			overlay[filepath.Join(dir, filepath.FromSlash(pkg), "form.go")] = []byte(d.source(f))
			patterns = append(patterns, "./"+pkg)
		}
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir, Overlay: overlay}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("load the forms of %s: %w", d.name, err)
	}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			return nil, fmt.Errorf("load the forms of %s: %v", d.name, e)
		}
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{d.analyzer}, pkgs, nil)
	if err != nil {
		return nil, fmt.Errorf("analyze the forms of %s: %w", d.name, err)
	}
	found := make(map[string]bool)
	for _, root := range graph.Roots {
		if root.Err != nil {
			return nil, fmt.Errorf("analyze the forms of %s: %w", d.name, root.Err)
		}
		found[path.Base(root.Package.PkgPath)] = len(root.Diagnostics) > 0
	}
	return found, nil
}
