// Build compares what plain and instrumented builds take, in pairs within one
// run, with a build cache for each: processor time, elapsed time, memory, and the
// size of the program.
//
//	build [-pairs n] [-cold n] [-grpc n] [-orchestrion folder] [TOOL]
//
// TOOL is the asynchooks command. The program that is built serves HTTP, and has
// two packages beside its own. With -grpc, google.golang.org/grpc and all its
// tests are compiled as well (and not linked), from an empty cache, n times. With
// -orchestrion, the same builds follow with orchestrion in the place of the tool,
// or stand alone without one; the folder is that of a module that requires it and
// names what it weaves in.
//
// A ratio is the geometric mean over pairs, with its 95 % interval. One of fewer
// than 20 pairs is no result, and says how many they were. Processor time is what
// other work on the machine disturbs least.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	pairs := flag.Int("pairs", 20, "pairs of the builds that are quick")
	cold := flag.Int("cold", 20, "pairs of builds from an empty cache")
	grpc := flag.Int("grpc", 0, "pairs of builds of grpc")
	woven := flag.String("orchestrion", "", "measure orchestrion as well, as the module in this `folder` has it")
	flag.Parse()
	if flag.NArg() > 1 || flag.NArg() == 0 && *woven == "" || *pairs == 1 || *cold == 1 || *grpc == 1 {
		fmt.Fprintln(os.Stderr, "usage: build [-pairs n] [-cold n] [-grpc n] [-orchestrion folder] [TOOL], each with two pairs or more, or with 0 for none")
		os.Exit(2)
	}
	var err error
	if tool := flag.Arg(0); tool != "" {
		fmt.Println("asynchooks")
		err = run(tool, *cold, *pairs, *grpc)
	}
	if err == nil && *woven != "" {
		fmt.Println("orchestrion")
		err = runOrchestrion(*woven, *cold, *pairs)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n", err)
		os.Exit(1)
	}
}

// files are the program: pool and its importer main can be instrumented, other
// has nothing to do with them.
var files = map[string]string{
	"go.mod": "module example.com/bench\n\ngo 1.26\n",
	"main.go": `package main

import (
	"log"
	"net/http"

	"example.com/bench/other"
	"example.com/bench/pool"
)

func main() {
	go pool.Work(other.Jobs)
	log.Fatal(http.ListenAndServe("127.0.0.1:0", http.NotFoundHandler()))
}
`,
	"pool/pool.go": `package pool

func Work(jobs chan func()) {
	//asynchooks:handle
	for job := range jobs {
		job()
	}
}
`,
	"other/other.go": "package other\n\nvar Jobs = make(chan func())\n",
}

func run(tool string, cold, pairs, grpc int) error {
	tool, err := filepath.Abs(tool)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "asynchooks-bench-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	b := &bench{work: work, tool: tool}
	if err := b.writeFiles(); err != nil {
		return err
	}
	steps := b.steps(cold, pairs)
	if pairs > 0 {
		steps = append(steps, func() error { return b.directiveChanged(pairs) })
	}
	if grpc > 0 {
		steps = append(steps, func() error { return b.grpc(grpc) })
	}
	return runSteps(steps)
}

// steps are the rows that make sense for every tool.
func (b *bench) steps(cold, pairs int) (steps []func() error) {
	if cold > 0 {
		steps = append(steps, func() error { return b.coldCache(cold) })
	}
	if pairs > 0 {
		steps = append(steps,
			func() error { return b.nothingChanged(pairs) },
			func() error { return b.lineChanged(pairs) },
			func() error { return b.moved(pairs) },
			b.sizes)
	}
	return steps
}

func runSteps(steps []func() error) error {
	fmt.Printf("%-18s %-10s %10s %13s   %-22s %s\n", "", "", "plain", "with the tool", "ratio [95 %]", "difference [95 %]")
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// writeFiles writes the program for each kind.
func (b *bench) writeFiles() error {
	for name, text := range files {
		for _, kind := range kinds {
			if err := write(filepath.Join(b.work, kind, name), text); err != nil {
				return err
			}
		}
	}
	return nil
}

var kinds = [2]string{"plain", "instrumented"}

// bench has a folder of its own for the sources and the cache of each kind.
type bench struct {
	work, tool string
	verb       []string // between the tool and build
}

// coldCache builds from an empty cache.
func (b *bench) coldCache(n int) error {
	p, err := b.pairs(n, false, func(kind, _ int) (*exec.Cmd, error) {
		return b.build(kind), os.RemoveAll(b.cache(kind))
	})
	if err == nil {
		p.print("cold cache")
		p.printMemory("cold cache")
	}
	return err
}

func (b *bench) nothingChanged(n int) error {
	p, err := b.pairs(n, true, func(kind, _ int) (*exec.Cmd, error) { return b.build(kind), nil })
	if err == nil {
		p.print("nothing changed")
	}
	return err
}

func (b *bench) lineChanged(n int) error {
	p, err := b.pairs(n, true, func(kind, i int) (*exec.Cmd, error) {
		text := strings.Replace(files["main.go"], "func main", fmt.Sprintf("var change = %d\n\nfunc main", i), 1)
		return b.build(kind), write(filepath.Join(b.dir(kind), "main.go"), text)
	})
	if err == nil {
		p.print("one line changed")
		p.printBuilt("one line changed")
	}
	return err
}

// moved builds in a folder that has another name each time.
func (b *bench) moved(n int) error {
	p, err := b.pairs(n, true, func(kind, i int) (*exec.Cmd, error) {
		to := filepath.Join(b.work, fmt.Sprint("moved-", kinds[kind], "-", i))
		cmd := b.build(kind)
		cmd.Dir = to
		return cmd, os.CopyFS(to, os.DirFS(b.dir(kind)))
	})
	if err == nil {
		p.print("checkout moved")
		p.printBuilt("checkout moved")
	}
	return err
}

// directiveChanged changes the directive in a package, and back.
func (b *bench) directiveChanged(n int) error {
	p, err := b.pairs(n, true, func(kind, i int) (*exec.Cmd, error) {
		verb := []string{"await", "handle"}[i%2]
		text := strings.Replace(files["pool/pool.go"], "handle", verb+fmt.Sprintf("\n\t// Change %d.", i), 1)
		text = strings.Replace(text, fmt.Sprintf("//asynchooks:%s\n\t// Change %d.", verb, i), fmt.Sprintf("// Change %d.\n\t//asynchooks:%s", i, verb), 1)
		return b.build(kind), write(filepath.Join(b.dir(kind), "pool", "pool.go"), text)
	})
	if err == nil {
		p.print("directive changed")
		p.printBuilt("directive changed")
	}
	return err
}

// sizes compares the programs.
func (b *bench) sizes() error {
	var size [2]float64
	for kind := range kinds {
		info, err := os.Stat(filepath.Join(b.dir(kind), "program"))
		if err != nil {
			return err
		}
		size[kind] = float64(info.Size())
	}
	fmt.Printf("%-18s %-10s %7.0f kB %10.0f kB   %.3f\n", "binary size", "", size[0]/1e3, size[1]/1e3, size[1]/size[0])
	return nil
}

// grpc compiles a large module with its tests.
func (b *bench) grpc(n int) error {
	out, err := exec.Command("go", "mod", "download", "-json", "google.golang.org/grpc@v1.85.0").Output()
	var module struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &module); err != nil || jsonErr != nil {
		return fmt.Errorf("download grpc: %v %s", err, module.Error)
	}
	p, err := b.pairs(n, false, func(kind, _ int) (*exec.Cmd, error) {
		args := []string{"list", "-test", "-export", "-f", "{{if .Error}}{{.Error}}{{end}}", "./..."}
		if kind == 1 {
			args = slices.Insert(args, 1, "-toolexec="+b.tool+" toolexec")
		}
		cmd := b.command(kind, "go", args...)
		cmd.Dir = module.Dir
		return cmd, os.RemoveAll(b.cache(kind))
	})
	if err == nil {
		p.print("grpc, cold cache")
		p.printMemory("grpc, cold cache")
	}
	return err
}

func (b *bench) dir(kind int) string   { return filepath.Join(b.work, kinds[kind]) }
func (b *bench) cache(kind int) string { return filepath.Join(b.work, "cache-"+kinds[kind]) }

// build is the command that builds the program.
func (b *bench) build(kind int) *exec.Cmd {
	args := []string{"build", "-v", "-o", filepath.Join(b.dir(kind), "program"), "."}
	if kind == 0 {
		return b.command(kind, "go", args...)
	}
	return b.command(kind, b.tool, slices.Concat(b.verb, args)...)
}

func (b *bench) command(kind int, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = b.dir(kind)
	cmd.Env = append(os.Environ(), "GOCACHE="+b.cache(kind), "GOFLAGS=-mod=mod", "GOWORK=off", "GOTOOLCHAIN=local")
	return cmd
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}
