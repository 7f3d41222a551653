// Spawn measures a go statement three ways: in a plain build, in an instrumented
// one, where the runtime's own entry points fire the events, and lowered in the
// source, as rt.Go does it, in a plain build. It is built twice and runs both
// in turn:
//
//	go build -o plain . && asynchooks build -o instrumented . && ./plain ./plain ./instrumented
//
// Each figure is a ratio to the plain go statement: the geometric mean over 20
// interleaved runs, with the interval in which it lies with 95 % certainty.
package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

const (
	runs  = 20
	times = 300_000 // go statements in one run
)

func main() {
	switch {
	case len(os.Args) == 2:
		fmt.Println(measure(os.Args[1]))
	case len(os.Args) == 3:
		if err := compare(os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintf(os.Stderr, "spawn: %v\n", err)
			os.Exit(1)
		}
	default:
		fmt.Fprintln(os.Stderr, "usage: spawn plain instrumented")
		os.Exit(2)
	}
}

// measure returns the nanoseconds that starting a goroutine and waiting for it
// takes.
func measure(way string) float64 {
	start := func(wg *sync.WaitGroup) { go wg.Done() }
	if strings.HasPrefix(way, "lowered") {
		start = func(wg *sync.WaitGroup) { rt.Go(wg.Done) }
	}
	if strings.HasSuffix(way, "hooks") {
		rt.CreateHook(rt.HookCallbacks{
			Init:    func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
			Before:  func(rt.ID) {},
			After:   func(rt.ID) {},
			Destroy: func(rt.ID) {},
		}).Enable()
	}
	var wg sync.WaitGroup
	began := time.Now()
	for range times {
		wg.Add(1)
		start(&wg)
		wg.Wait()
	}
	return float64(time.Since(began).Nanoseconds()) / times
}

// ways are what is compared with the plain go statement.
var ways = []struct {
	name         string
	instrumented bool
	way          string
}{
	{"instrumented", true, "statement"},
	{"instrumented, all hooks", true, "statement hooks"},
	{"lowered in the source", false, "lowered"},
	{"lowered in the source, all hooks", false, "lowered hooks"},
}

func compare(plain, instrumented string) error {
	logs := make([][]float64, len(ways))
	for range runs {
		base, err := run(plain, "statement")
		if err != nil {
			return err
		}
		for i, w := range ways {
			program := plain
			if w.instrumented {
				program = instrumented
			}
			ns, err := run(program, w.way)
			if err != nil {
				return err
			}
			logs[i] = append(logs[i], math.Log(ns/base))
		}
	}
	for i, w := range ways {
		fmt.Printf("%-34s %s\n", w.name, interval.Of(logs[i]))
	}
	return nil
}

func run(program, way string) (float64, error) {
	out, err := exec.Command(program, way).Output()
	if err != nil {
		return 0, fmt.Errorf("run %s %q: %w", program, way, err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}
