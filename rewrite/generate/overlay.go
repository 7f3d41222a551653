package generate

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
	"github.com/asynchooks/asynchooks/rewrite/load"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// DefaultDir is the folder of an overlay in the main module's.
const DefaultDir = ".asynchooks"

const overlayFile = "overlay.json"

// folderMod keeps the folder of an overlay out of the module around it.
const folderMod = "// The folder belongs to asynchooks generate: go build -overlay overlay.json reads it.\nmodule asynchooks.overlay\n"

// Overlay writes the files of an overlay to the folder out, "" for [DefaultDir],
// and overlay.json last of all. The packages of an earlier run that are not among
// this one's stay.
func Overlay(c *Config, out string) (Summary, error) {
	defer c.endProgress()
	env, err := c.goEnv()
	if err != nil {
		return Summary{}, err
	}
	if out == "" {
		root := env.root()
		if root == "" {
			return Summary{}, errors.New("find the main module: no go.mod in this folder or above it: name a folder for the overlay with -o")
		}
		out = filepath.Join(root, DefaultDir)
		if info, err := os.Lstat(out); err == nil && info.Mode()&os.ModeSymlink != 0 {
			return Summary{}, fmt.Errorf("write %s: it is a symbolic link: remove it, or name a folder with -o", out)
		}
	}
	if out, err = filepath.Abs(out); err != nil {
		return Summary{}, err
	}
	if out, err = realPath(out); err != nil {
		return Summary{}, err
	}
	o := &overlay{Config: c, env: env, out: out, replace: map[string]string{}, owned: map[string]bool{},
		plan: &plan{root: out, files: map[string]target{}, force: c.Force}}
	all, err := c.list(env, true)
	if err != nil {
		return Summary{}, err
	}
	var patched map[string]map[string][]byte
	if within(env.GOROOT, env.GOMODCACHE) {
		o.tell("GOROOT %s lies below the module cache, where the go command takes no overlay: the runtime stays the stock one, and the overlay carries what twins carry (generate -tags), for the packages named alone: no context with messages, nothing in dependencies. For all of it install %s elsewhere and build with GOTOOLCHAIN=local, or build with 'asynchooks build'.", env.GOROOT, env.GOVERSION)
		o.folder(false, gopatch.RT) // whose carrier is the stock one
		o.rt, err = c.findRT(all)
	} else {
		patched, err = o.standard(all)
	}
	if err != nil {
		return Summary{}, err
	}
	rewriteErr := o.packages(all, patched)
	if err := o.keep(); err != nil {
		return Summary{}, err
	}
	o.plan.files[filepath.Join(out, "go.mod")] = target{content: []byte(folderMod), open: true}
	last := filepath.Join(out, overlayFile)
	o.plan.files[last] = target{content: o.json(), open: true}
	s, err := c.finish(o.plan, last)
	return s, errors.Join(rewriteErr, err)
}

// realPath is the path without symbolic links of a folder that may not exist:
// the go command knows source by such paths.
func realPath(path string) (string, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil || !errors.Is(err, os.ErrNotExist) {
		return real, err
	}
	dir, err := realPath(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

// overlay is the state of a run.
type overlay struct {
	*Config
	env  *goEnv
	out  string
	plan *plan
	rt   map[Platform]*packages.Package // for the stock runtime; nil: it is patched

	mu      sync.Mutex
	replace map[string]string // what takes the place of which file
	owned   map[string]bool   // folders in out that this run is about
}

// put adds a file that takes the place of another one. from says what it was
// made from.
func (o *overlay) put(folder, original, from string, content []byte) error {
	return o.putOver(nil, folder, original, from, content)
}

// putOver is put for a file that may have been put in a form before, which is to
// be replaced.
func (o *overlay) putOver(before []byte, folder, original, from string, content []byte) error {
	to := filepath.Join(folder, filepath.Base(original))
	content = withHeader(from, content)
	o.mu.Lock()
	defer o.mu.Unlock()
	if before != nil {
		before = withHeader(from, before)
	}
	if t, ok := o.plan.files[to]; ok && string(t.content) != string(content) && string(t.content) != string(before) {
		return fmt.Errorf("%s: the rewritten file is not the same for all of the platforms: generate for each of them, with -platforms and -o", original)
	}
	o.plan.write(to, content)
	o.replace[original] = to
	return nil
}

// folder is where the files of a package go.
func (o *overlay) folder(std bool, importPath string) string {
	dir := filepath.Join(o.out, "src", filepath.FromSlash(importPath))
	if std {
		dir = filepath.Join(o.out, "std", filepath.FromSlash(importPath))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.owned[dir] = true
	return dir
}

// packages rewrites the packages of which an overlay can replace files.
func (o *overlay) packages(all []*loaded, patched map[string]map[string][]byte) error {
	var kept []string // named, or imported, and below the module cache
	var work []*loaded
	for _, p := range all {
		if len(p.GoFiles) == 0 || sitescan.Exempt(p.PkgPath) {
			continue
		}
		if o.rt != nil && !p.named {
			continue
		}
		if within(filepath.Dir(p.GoFiles[0]), o.env.GOMODCACHE) {
			if mayHaveSites(p.Package) && !slices.Contains(kept, p.PkgPath) && !strings.HasPrefix(p.PkgPath, gopatch.RT) {
				kept = append(kept, p.PkgPath)
			}
			continue
		}
		work = append(work, p)
	}
	if len(kept) > 0 {
		o.tell("packages below the module cache, where the go command takes no overlay: %d. Their goroutines, sends and timers take part; their receive loops, sent functions and callbacks do so in a build with 'asynchooks build' or from a vendor folder only.", len(kept))
	}
	return each(work, func(p *loaded) error { return o.pkg(p, patched[p.platform.String()+" "+p.PkgPath]) })
}

// pkg rewrites one package. patched are files of it that are patched already.
func (o *overlay) pkg(p *loaded, patched map[string][]byte) error {
	std := within(filepath.Dir(p.GoFiles[0]), filepath.Join(o.env.GOROOT, "src"))
	importPath, external := strings.CutSuffix(p.PkgPath, "_test")
	if p.ForTest == "" || !external {
		importPath, external = p.PkgPath, false
	}
	folder := o.folder(std, importPath)
	if err := load.Err(p.Package); err != nil {
		return err
	}
	if o.rt == nil && patched == nil && !mayHaveSites(p.Package) {
		return nil
	}
	pkg, err := load.Parse(p.Package, patched)
	if err != nil {
		return err
	}
	has := rewrite.HasCandidates
	if o.rt != nil {
		has = rewrite.HasStockCandidates
	}
	if !rewrite.HasRows(p.PkgPath) && !load.ImportsForeign(p.Package) && !slices.ContainsFunc(pkg.Files, has) {
		return nil
	}
	if err := load.Types(p.Package, pkg, true); err != nil {
		return err
	}
	o.progress("rewrite %s", p.PkgPath)
	if pkg.Avoid, err = others(pkg); err != nil {
		return err
	}
	pkg.Lines, pkg.Stock = true, o.rt != nil
	pkg.Moved = releases.JoinsLines(o.env.GOVERSION)
	res, err := rewrite.Rewrite(pkg)
	if err != nil || len(res.Files) == 0 && res.Added == nil {
		return err
	}
	if o.rt != nil {
		return o.stock(p, pkg, res, folder, importPath)
	}
	tests := len(res.Files) > 0
	for f, out := range res.Files {
		name := pkg.Fset.PositionFor(f.Package, false).Filename
		tests = tests && strings.HasSuffix(name, "_test.go")
		var before []byte
		if src := patched[name]; src != nil {
			if before, err = rewrite.Format(name, src); err != nil {
				return err
			}
		}
		if err := o.putOver(before, folder, name, o.from(std, importPath, name), out); err != nil {
			return err
		}
	}
	added, err := support(res.Added)
	if err != nil {
		return err
	}
	name := supportName(tests, external)
	if len(o.Platforms) > 1 {
		name = strings.Replace(supportName(false, external), ".go", "_"+p.platform.OS+"_"+p.platform.Arch+".go", 1)
		if tests {
			name = strings.TrimSuffix(name, ".go") + "_test.go"
		}
	}
	original := filepath.Join(filepath.Dir(p.GoFiles[0]), name)
	if _, err := os.Lstat(original); err == nil {
		return fmt.Errorf("%s: the name is that of the file that is added to the package: name this one otherwise", original)
	}
	return o.put(folder, original, "the package "+importPath, added)
}

// stock puts files for the stock runtime.
func (o *overlay) stock(p *loaded, pkg *rewrite.Package, res *rewrite.Result, folder, importPath string) error {
	files := map[string][]byte{}
	for f, out := range res.Files {
		files[pkg.Fset.PositionFor(f.Package, false).Filename] = out
	}
	if err := compiles(p, o.rt[p.platform], pkg, files, func(path string) string { return path }); err != nil {
		return err
	}
	for name, out := range files {
		if err := o.put(folder, name, o.from(false, importPath, name), out); err != nil {
			return err
		}
	}
	return nil
}

// supportName is the name of the file that is added to a package.
func supportName(tests, external bool) string {
	switch {
	case external:
		return "asynchooks_sites_x_test.go"
	case tests:
		return "asynchooks_sites_test.go"
	}
	return "asynchooks_sites.go"
}

// from names the source of a file in its header: no path of this machine.
func (o *overlay) from(std bool, importPath, name string) string {
	text := path.Join(importPath, filepath.Base(name))
	if std {
		text += " of " + o.env.GOVERSION
	}
	return text
}

// others reads the Go files in the folder of a package that are not in it here.
func others(pkg *rewrite.Package) ([][]byte, error) {
	name := func(f *ast.File) string { return pkg.Fset.PositionFor(f.Package, false).Filename }
	dir := filepath.Dir(name(pkg.Files[0]))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		if filepath.Ext(file) != ".go" || slices.ContainsFunc(pkg.Files, func(f *ast.File) bool { return name(f) == file }) {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			continue // whatever it is, it is in no package
		}
		if generated, _ := isGenerated(src); !generated {
			all = append(all, src)
		}
	}
	return all, nil
}

// keep takes over from the overlay that is there what this run is not about, and
// plans to remove what there is no longer.
func (o *overlay) keep() error {
	file := filepath.Join(o.out, overlayFile)
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var old struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &old); err != nil {
		return fmt.Errorf("read %s: %w: it is not what asynchooks wrote: remove it", file, err)
	}
	o.owned[o.out] = true
	for original, to := range old.Replace {
		if _, ok := o.replace[original]; ok || !within(to, o.out) {
			continue
		}
		if _, ok := o.plan.files[to]; ok {
			continue
		}
		src, err := os.ReadFile(to)
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(string(src), "\n")
		_, dirErr := os.Stat(filepath.Dir(original))
		std := within(to, filepath.Join(o.out, "std"))
		if o.owned[filepath.Dir(to)] || dirErr != nil || std && o.rt != nil || std && !strings.HasSuffix(first, " of "+o.env.GOVERSION+strings.TrimSuffix(headerEnd, "\n")) {
			o.plan.files[to] = target{open: filepath.Dir(to) == o.out}
			continue
		}
		o.replace[original] = to
	}
	return nil
}

// json is the text of overlay.json.
func (o *overlay) json() []byte {
	data, err := json.MarshalIndent(map[string]any{"Replace": o.replace}, "", "\t")
	if err != nil {
		panic(err) // strings alone
	}
	return append(data, '\n')
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
