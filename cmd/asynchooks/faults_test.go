//go:build faults && unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A faulty is a module whose builds meet faults. Each build is of sources that
// were never built before, so that the cache has nothing of them.
type faulty struct {
	t     *testing.T
	dir   string
	env   []string
	build int // how often the sources were written
}

// packages is how many packages of the module are compiled, besides main.
const packages = 4

// newFaulty makes the module. cache is its build cache; empty: the go command's.
func newFaulty(t *testing.T, cache string) *faulty {
	m := &faulty{t: t, dir: t.TempDir(), env: os.Environ()}
	for name, value := range goEnv(t) {
		m.env = append(m.env, name+"="+value)
	}
	if cache != "" {
		m.env = append(m.env, "GOCACHE="+cache)
	}
	m.write("go.mod", "module example.com/faulty\n\ngo 1.26\n")
	var imports, sum strings.Builder
	for i := range packages {
		fmt.Fprintf(&imports, "import \"example.com/faulty/p%d\"\n", i)
		fmt.Fprintf(&sum, " + p%d.Sum()", i)
	}
	m.write("main.go", "package main\n\n"+imports.String()+"\nfunc main() { println(0"+sum.String()+") }\n")
	m.edit()
	return m
}

func (m *faulty) write(name, text string) {
	m.t.Helper()
	path := filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		m.t.Fatal(err)
	}
}

var started = time.Now().UnixNano()

// edit writes sources that are new: what is printed says which ones.
func (m *faulty) edit() {
	m.build++
	for i := range packages {
		m.write(fmt.Sprintf("p%d/p.go", i), fmt.Sprintf(`package p%d

// %d

func Sum() int {
	ch, sum := make(chan int, 1), 0
	ch <- %d
	close(ch)
	for v := range ch {
		sum += v
	}
	return sum
}
`, i, started, m.build))
	}
}

// run runs a command in the module and returns what it printed.
func (m *faulty) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = m.dir, m.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // for signals to all of it
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Minute // a tool whose go command was killed may still be writing
	err := cmd.Run()
	return out.String(), err
}

// works is the next command, after a fault: it builds, instrumented, what the
// sources say.
func (m *faulty) works() {
	m.t.Helper()
	if out, err := m.run("asynchooks", "build", "-o", "prog", "."); err != nil || out != "" {
		m.t.Fatalf("the next build: %v\n%s", err, out)
	}
	if out, err := m.run("./prog"); err != nil || out != fmt.Sprintln(packages*m.build) {
		m.t.Fatalf("the program prints %q, %v; want %d", out, err, packages*m.build)
	}
	if out, err := m.run("asynchooks", "version", "./prog"); err != nil || !strings.Contains(out, ": instrumented by asynchooks "+build1(m.t)) {
		m.t.Fatalf("asynchooks version: %v\n%s", err, out)
	}
}

// build1 is the version of the tool.
func build1(t *testing.T) string {
	out, err := exec.Command("asynchooks", "version").Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) < 2 {
		t.Fatalf("asynchooks version: %v\n%s", err, out)
	}
	return fields[1]
}

// fails runs a build that must fail and say why.
func (m *faulty) fails(why string, name string, args ...string) {
	m.t.Helper()
	out, err := m.run(name, args...)
	if !errors.As(err, new(*exec.ExitError)) {
		m.t.Fatalf("%s %s: %v, want a failure\n%s", name, strings.Join(args, " "), err, out)
	}
	if !regexp.MustCompile(why).MatchString(out) {
		m.t.Errorf("%s %s does not say %q:\n%s", name, strings.Join(args, " "), why, out)
	}
	if _, err := os.Stat(filepath.Join(m.dir, "prog")); !errors.Is(err, fs.ErrNotExist) {
		m.t.Errorf("%s %s leaves a program: %v", name, strings.Join(args, " "), err)
	}
	line, _, _ := strings.Cut(regexp.MustCompile(why).FindString(out), "\n")
	m.t.Logf("%s: fails with %q, and the next build works", strings.Join(args[:1], " "), line)
}

// clear removes the program of the last build.
func (m *faulty) clear() { os.Remove(filepath.Join(m.dir, "prog")) }

// TestFaultSignals ends builds in every way, at every package.
func TestFaultSignals(t *testing.T) {
	m := newFaulty(t, "")
	m.works()
	for _, how := range []string{"kill", "interrupt", "killtool", "killgroup", "interruptgroup", "terminategroup"} {
		for i := range packages {
			m.clear()
			m.edit()
			out, err := m.run("go", "build", "-toolexec=stopgo "+how+fmt.Sprintf(" example.com/faulty/p%d asynchooks toolexec", i), "-o", "prog", ".")
			if err == nil {
				// A signal may come when the tool is done already; then the build is whole.
				t.Logf("%s at p%d came too late: %s", how, i, out)
			}
			m.works()
		}
		t.Logf("%s: at each of %d packages, the next build works", how, packages)
	}
	noTemporaries(t)
}

// noTemporaries looks for what the tool left in the folder for temporary files:
// all that it writes is in the go command's own.
func noTemporaries(t *testing.T) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "*asynchooks*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && info.ModTime().UnixNano() > started {
			t.Errorf("%s is left", path)
		}
	}
}

// TestFaultClock sets files' times back and forth: content alone counts.
func TestFaultClock(t *testing.T) {
	m := newFaulty(t, "")
	m.works()
	for _, jump := range []time.Duration{-50 * 365 * 24 * time.Hour, -time.Hour, time.Hour, 50 * 365 * 24 * time.Hour} {
		m.edit()
		then := time.Now().Add(jump)
		err := filepath.WalkDir(m.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chtimes(path, then, then)
		})
		if err != nil {
			t.Fatal(err)
		}
		m.works()
		t.Logf("files from %v: edited sources are built", then.Year())
	}
}

// TestFaultVersions runs two versions of the tool at once on one cache.
func TestFaultVersions(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	other := otherVersion(t, root)
	cache := filepath.Join(t.TempDir(), "cache")
	a, b := newFaulty(t, cache), newFaulty(t, cache)
	var wg sync.WaitGroup
	wg.Go(func() {
		if out, err := a.run("asynchooks", "build", "-o", "prog", "."); err != nil {
			t.Errorf("this version: %v\n%s", err, out)
		}
	})
	wg.Go(func() {
		if out, err := b.run(other, "build", "-o", "prog", "."); err != nil {
			t.Errorf("the other version: %v\n%s", err, out)
		}
	})
	wg.Wait()
	a.works()
	out, err := b.run(other, "version", "prog")
	if err != nil || !strings.Contains(out, "instrumented by asynchooks v0.0.0-other ") {
		t.Errorf("the other version's program: %v\n%s", err, out)
	}
	// Each finds its own in the cache: nothing is built again.
	for tool, m := range map[string]*faulty{"asynchooks": a, other: b} {
		if out, err := m.run(tool, "build", "-x", "-o", "prog", "."); err != nil || strings.Contains(out, " -p runtime ") {
			t.Errorf("%s builds again: %v\n%s", tool, err, out)
		}
	}
	t.Log("two versions at once on an empty cache: each program is its own tool's, and neither is built again")
	corrupt(t, a, cache)
	readOnly(t, a, cache)
	a.works()
}

// otherVersion builds the tool with another version in it.
func otherVersion(t *testing.T, root string) string {
	file := filepath.Join(root, "rewrite", "build", "toolid", "toolid.go")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := regexp.MustCompile(`const Version = "[^"]*"`).ReplaceAll(src, []byte(`const Version = "v0.0.0-other"`))
	if bytes.Equal(src, changed) {
		t.Fatalf("%s has no version", file)
	}
	dir := t.TempDir()
	replaced, overlay := filepath.Join(dir, "toolid.go"), filepath.Join(dir, "overlay.json")
	if err := errors.Join(
		os.WriteFile(replaced, changed, 0o666),
		os.WriteFile(overlay, fmt.Appendf(nil, `{"Replace": {%q: %q}}`, file, replaced), 0o666),
	); err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(dir, "asynchooks")
	cmd := exec.Command("go", "build", "-overlay", overlay, "-o", tool, "./cmd/asynchooks")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the other version: %v\n%s", err, out)
	}
	return tool
}

// TestFaultDisk fills the disks that a build writes to.
func TestFaultDisk(t *testing.T) {
	small := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(small, 0o777); err != nil {
		t.Fatal(err)
	}
	m := newFaulty(t, "")
	m.works()
	m.clear()
	m.edit()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=16k"); err != nil {
		// Without the right to mount, a limit on the size of files.
		t.Logf("no small file system, but a limit on the size of files: mount: %v", err)
		m.fails(`(?i)file too large|signal: file size`, "sh", "-c", "ulimit -f 1; exec asynchooks build -o prog .")
		m.works()
		return
	}
	defer syscall.Unmount(small, 0)
	whole := m.env
	for _, variable := range []string{"GOTMPDIR", "GOCACHE"} {
		m.env = append(whole[:len(whole):len(whole)], variable+"="+small)
		// What the go command says of its cache comes before any tool runs.
		why := `no space left on device`
		if out, err := m.run("go", "build", "-o", "prog", "."); variable == "GOCACHE" && err != nil {
			why += "|" + regexp.QuoteMeta(strings.TrimSpace(out))
		}
		t.Logf("%s on a full tmpfs of 16 KiB", variable)
		m.fails("(?m)^.*("+why+")$", "asynchooks", "build", "-o", "prog", ".")
		m.env = whole
		m.works()
		m.clear()
		m.edit()
	}
	// The program itself does not fit; what did is not taken for it.
	out, err := m.run("asynchooks", "build", "-o", filepath.Join(small, "prog"), ".")
	if err == nil || !strings.Contains(out, "no space left on device") {
		t.Errorf("the output's disk is full: %v\n%s", err, out)
	}
	m.works()
	t.Log("the output on a full tmpfs of 16 KiB: an error, and the next build works")
}
