// Generate measures asynchooks generate on a module of many packages:
//
//	go run ./testdata/bench/generate [-n 1000] bin/asynchooks
//
// It writes the module, builds it once, and prints the wall time of each run: the
// first, which writes all files, and those that find nothing to do. What the go
// command takes to list the packages and to compile what changed is in it.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	n := flag.Int("n", 1000, "packages, of four files each")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: generate [-n packages] asynchooks")
		os.Exit(2)
	}
	tool, err := filepath.Abs(flag.Arg(0))
	check(err)
	root, err := filepath.Abs(".")
	check(err)
	dir, err := os.MkdirTemp("", "generate")
	check(err)
	defer os.RemoveAll(dir)
	write(filepath.Join(dir, "go.mod"), fmt.Sprintf("module example.com/many\n\ngo 1.26\n\nrequire github.com/asynchooks/asynchooks v0.0.0\n\nreplace github.com/asynchooks/asynchooks => %q\n", root))
	write(filepath.Join(dir, "main.go"), "package main\n\nimport \"github.com/asynchooks/asynchooks/rt\"\n\nfunc main() { println(rt.Mode()) }\n")
	for i := range *n {
		pkg := filepath.Join(dir, fmt.Sprintf("p%d", i/50), fmt.Sprintf("q%d", i))
		for k := range 3 {
			write(filepath.Join(pkg, fmt.Sprintf("pool%d.go", k)), fmt.Sprintf(pool, i, k))
		}
		imports, call := "", ""
		if i%10 > 0 {
			imports = fmt.Sprintf("import \"example.com/many/p%d/q%d\"\n\n", (i-1)/50, i-1)
			call = fmt.Sprintf("\tq%d.Serve()\n", i-1)
		}
		write(filepath.Join(pkg, "serve.go"), fmt.Sprintf("package q%d\n\n%s// Serve serves.\nfunc Serve() {\n%s}\n", i, imports, call))
	}
	run(dir, "go", "build", "./...")
	fmt.Printf("%d packages, %d files\n", *n, 4**n)
	for _, form := range [][]string{{"generate", "./..."}, {"generate", "-tags", "async", "./..."}} {
		for _, what := range []string{"the first time", "nothing to do", "nothing to do"} {
			took := run(dir, tool, form...)
			fmt.Printf("asynchooks %v, %s: %.1f s\n", form, what, took.Seconds())
			run(dir, "go", "build", "./...") // the twins changed the sources
		}
	}
	fmt.Printf("undo: %.1f s\n", run(dir, tool, "generate", "-tags", "async", "-undo", "./...").Seconds())
}

const pool = `package q%[1]d

import (
	"fmt"
	"time"
)

// Pool%[2]d is a pool of one.
type Pool%[2]d struct {
	jobs chan func()
	in   chan int
}

// Run serves.
func (p *Pool%[2]d) Run() {
	for {
		select {
		case j := <-p.jobs:
			j()
		case v := <-p.in:
			fmt.Println(v)
		}
	}
}

// Start starts.
func (p *Pool%[2]d) Start(n int) {
	go p.Run()
	for i := range n {
		p.in <- i
		p.jobs <- func() { fmt.Println(i) }
	}
	time.AfterFunc(time.Second, func() { close(p.in) })
}
`

func write(path, text string) {
	check(os.MkdirAll(filepath.Dir(path), 0o777))
	check(os.WriteFile(path, []byte(text), 0o666))
}

// run runs a command in the module and returns how long it took.
func run(dir, command string, args ...string) time.Duration {
	cmd := exec.Command(command, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	start := time.Now()
	check(cmd.Run())
	return time.Since(start)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
