// Command vet compares the time of go vet with the analyzers of this module in
// it with that of go vet as Go ships it: over packages of the standard library,
// which do not import package rt, so that the analyzers have nothing to look for
// and must cost nothing to speak of.
//
//	go run ./testdata/bench/vet -pairs 20 net/http/... go/... text/...
//
// It must be started in this module, of which it builds the tool. Each pair runs
// both tools over all packages once, in turn first and second. The go command
// keeps what a vet tool says of a package, by the name and the hash of the tool;
// so each run gets a copy of its tool under a name of its own and with other
// bytes at its end, and does all the work.
// What is left out of the time is the compiling, which happens before. The exit
// code is 1 if the ratio is above the limit with 95 % confidence.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("vet: ")
	pairs := flag.Int("pairs", 20, "how often both tools run; 2 or more")
	limit := flag.Float64("limit", 1.3, "the ratio that is allowed")
	flag.Parse()
	packages := flag.Args()
	if len(packages) == 0 {
		packages = []string{"std"}
	}
	if *pairs < 2 {
		log.Fatal("-pairs must be 2 or more, for an interval")
	}
	b, err := newBench(packages)
	if err == nil {
		defer os.RemoveAll(b.dir)
		err = b.compare(*pairs, *limit)
	}
	if err != nil {
		log.Fatal(err) // the temporary files are left to look at
	}
}

type bench struct {
	dir      string
	tools    [2]string // stock and ours
	packages []string
	runs     int
}

// newBench builds both tools, and what they need of the packages.
func newBench(packages []string) (*bench, error) {
	dir, err := os.MkdirTemp("", "bench-vet")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, packages: packages}
	for i, pkg := range []string{"cmd/vet", "./cmd/asynchooks"} {
		b.tools[i] = filepath.Join(dir, filepath.Base(pkg))
		if out, err := exec.Command("go", "build", "-o", b.tools[i], pkg).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", pkg, err, out)
		}
	}
	for i := range b.tools {
		if _, err := b.run(i); err != nil {
			return nil, err
		}
	}
	return b, nil
}

type took struct{ elapsed, processor time.Duration }

// run runs go vet with a tool.
func (b *bench) run(tool int) (took, error) {
	b.runs++
	program, err := os.ReadFile(b.tools[tool])
	if err != nil {
		return took{}, err
	}
	id := fmt.Sprintf("run%d-%d", b.runs, time.Now().UnixNano())
	name := filepath.Join(b.dir, id)
	program = append(program, id...)
	if err := os.WriteFile(name, program, 0o755); err != nil {
		return took{}, err
	}
	defer os.Remove(name)
	// As go vet does for the standard library when it is left to itself.
	cmd := exec.Command("go", append([]string{"vet", "-vettool=" + name, "-unsafeptr=false"}, b.packages...)...)
	cmd.Dir = b.dir // outside of the module
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	elapsed := time.Since(begin)
	if err != nil {
		return took{}, fmt.Errorf("%s: %w\n%.2000s", strings.Join(cmd.Args, " "), err, out)
	}
	return took{elapsed, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, nil
}

func (b *bench) compare(pairs int, limit float64) error {
	turn := func(tool int) func() (took, error) { return func() (took, error) { return b.run(tool) } }
	runs, err := process.Turns(pairs, turn(0), turn(1))
	if err != nil {
		return err
	}
	var elapsed, processor []float64 // logarithms of ratios
	var sums [2]time.Duration
	for i, stock := range runs[0] {
		ours := runs[1][i]
		sums[0] += stock.elapsed
		sums[1] += ours.elapsed
		elapsed = append(elapsed, math.Log(float64(ours.elapsed)/float64(stock.elapsed)))
		processor = append(processor, math.Log(float64(ours.processor)/float64(stock.processor)))
	}
	fmt.Printf("go vet %s, %d pairs: stock %.2f s, with asynchooks %.2f s\n", strings.Join(b.packages, " "), pairs,
		(sums[0] / time.Duration(pairs)).Seconds(), (sums[1] / time.Duration(pairs)).Seconds())
	_, low := row("elapsed", elapsed, limit)
	row("processor", processor, limit)
	if low > limit {
		return fmt.Errorf("the ratio of elapsed time is above %.2f", limit)
	}
	return nil
}

// row prints a ratio, and gives it and the lower end of its 95 % interval.
func row(name string, logs []float64, limit float64) (ratio, low float64) {
	r := interval.Of(logs)
	fmt.Printf("%-10s %s of stock; at most %.2f\n", name, r.Fine(), limit)
	return r.Mean, r.Low
}
