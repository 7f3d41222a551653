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
		if _, _, err := b.run(i); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// run gives the elapsed and the processor time of go vet with a tool.
func (b *bench) run(tool int) (elapsed, processor time.Duration, err error) {
	b.runs++
	program, err := os.ReadFile(b.tools[tool])
	if err != nil {
		return 0, 0, err
	}
	id := fmt.Sprintf("run%d-%d", b.runs, time.Now().UnixNano())
	name := filepath.Join(b.dir, id)
	program = append(program, id...)
	if err := os.WriteFile(name, program, 0o755); err != nil {
		return 0, 0, err
	}
	defer os.Remove(name)
	// As go vet does for the standard library when it is left to itself.
	cmd := exec.Command("go", append([]string{"vet", "-vettool=" + name, "-unsafeptr=false"}, b.packages...)...)
	cmd.Dir = b.dir // outside of the module
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	elapsed = time.Since(begin)
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w\n%.2000s", strings.Join(cmd.Args, " "), err, out)
	}
	return elapsed, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

func (b *bench) compare(pairs int, limit float64) error {
	var elapsed, processor []float64 // logarithms of ratios
	var sums [2]time.Duration
	for n := range pairs {
		var e, p [2]time.Duration
		for k := range b.tools {
			tool := k
			if n%2 == 1 {
				tool = 1 - k
			}
			var err error
			if e[tool], p[tool], err = b.run(tool); err != nil {
				return err
			}
			sums[tool] += e[tool]
		}
		elapsed = append(elapsed, math.Log(float64(e[1])/float64(e[0])))
		processor = append(processor, math.Log(float64(p[1])/float64(p[0])))
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
