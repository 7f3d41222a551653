package main

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// taken is what a build took.
type taken struct {
	elapsed, processor float64 // milliseconds
	memory             float64 // the most that its processes had together, in MB; 0: not known
	built              []string
}

// pairs are the builds of both kinds, pair by pair.
type pairs [][2]taken

// pairs runs n pairs of builds. prepare makes the command of the i-th build of a
// kind; which kind is first changes from pair to pair. If the builds are to find
// what earlier ones left, a pair that is not counted comes first.
func (b *bench) pairs(n int, warm bool, prepare func(kind, i int) (*exec.Cmd, error)) (pairs, error) {
	turn := func(kind int) func() (taken, error) {
		i := -1
		return func() (taken, error) {
			i++
			cmd, err := prepare(kind, i)
			if err != nil {
				return taken{}, err
			}
			return measure(cmd)
		}
	}
	skip := 0
	if warm {
		skip = 1
	}
	builds, err := process.Turns(n+skip, turn(0), turn(1))
	if err != nil {
		return nil, err
	}
	var all pairs
	for i := range n {
		all = append(all, [2]taken{builds[0][i+skip], builds[1][i+skip]})
	}
	return all, nil
}

// measure runs a build.
func measure(cmd *exec.Cmd) (taken, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	memory := watchMemory(cmd)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return taken{}, err
	}
	peak := memory()
	err := cmd.Wait()
	elapsed := time.Since(start)
	if err != nil {
		return taken{}, fmt.Errorf("%v: %w\n%s", cmd.Args, err, stderr.String())
	}
	t := taken{
		elapsed:   elapsed.Seconds() * 1e3,
		processor: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1e3,
		memory:    peak(),
	}
	for line := range strings.Lines(stderr.String()) {
		t.built = append(t.built, strings.TrimSpace(line)) // -v names what is compiled
	}
	return t, nil
}

// print prints what the builds of a row took.
func (p pairs) print(row string) {
	p.printRatio(row, "processor", "ms", func(t taken) float64 { return t.processor })
	p.printRatio(row, "elapsed", "ms", func(t taken) float64 { return t.elapsed })
}

func (p pairs) printMemory(row string) {
	if p[0][0].memory > 0 {
		p.printRatio(row, "memory", "MB", func(t taken) float64 { return t.memory })
	}
}

func (p pairs) printRatio(row, what, unit string, of func(taken) float64) {
	var plain, ours, logs, differences []float64
	for _, pair := range p {
		a, b := of(pair[0]), of(pair[1])
		plain, ours = append(plain, a), append(ours, b)
		logs, differences = append(logs, math.Log(b/a)), append(differences, b-a)
	}
	difference, width := interval.Mean(differences)
	few := ""
	if len(p) < interval.Enough {
		few = fmt.Sprintf("  %d pairs", len(p))
	}
	fmt.Printf("%-18s %-10s %7.0f %s %10.0f %s   %-22s %+.0f [%+.0f, %+.0f] %s%s\n",
		row, what, average(plain), unit, average(ours), unit, interval.Of(logs).Fine(), difference, difference-width, difference+width, unit, few)
}

// printBuilt prints which packages were compiled: of the standard library, how
// many.
func (p pairs) printBuilt(row string) {
	var seen [2]string
	for kind := range seen {
		own, std := map[string]bool{}, 0
		for _, pair := range p {
			for _, pkg := range pair[kind].built {
				if strings.Contains(pkg, ".") {
					own[strings.TrimPrefix(pkg, "example.com/")] = true
				} else {
					std++
				}
			}
		}
		seen[kind] = fmt.Sprintf("%s and %d of std", strings.Join(slices.Sorted(maps.Keys(own)), " "), std)
	}
	fmt.Printf("%-18s %-10s plain: %s; with the tool: %s\n", row, "compiled", seen[0], seen[1])
}

func average(xs []float64) (mean float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	return mean
}
