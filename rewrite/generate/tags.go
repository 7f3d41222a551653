package generate

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/load"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// Tags writes a twin beside each file of the packages that has sites, for builds
// with the tag, and keeps the file itself for all others.
func Tags(c *Config, tag string) (Summary, error) {
	defer c.endProgress()
	t, err := newTags(c, tag)
	if err != nil {
		return Summary{}, err
	}
	all, err := c.list(t.env, true)
	if err != nil {
		return Summary{}, err
	}
	if t.rt, err = c.findRT(all); err != nil {
		return Summary{}, err
	}
	var work []*loaded
	for _, p := range all {
		switch {
		case !p.named || len(p.GoFiles) == 0 || sitescan.Exempt(p.PkgPath):
		case within(filepath.Dir(p.GoFiles[0]), t.env.GOMODCACHE), within(filepath.Dir(p.GoFiles[0]), t.env.GOROOT):
			return Summary{}, fmt.Errorf("write twins of %s: it is none of the main module's packages: name those alone", p.PkgPath)
		default:
			work = append(work, p)
		}
	}
	rewriteErr := each(work, t.pkg)
	if err := t.removeTwins(); err != nil {
		return Summary{}, err
	}
	s, err := c.finish(t.plan, "")
	return s, errors.Join(rewriteErr, err)
}

// Undo takes the twins of a tag away, in the folders of the packages, and gives
// their sources back what they were.
func Undo(c *Config, tag string) (Summary, error) {
	defer c.endProgress()
	t, err := newTags(c, tag)
	if err != nil {
		return Summary{}, err
	}
	dirs, err := t.folders()
	if err != nil {
		return Summary{}, err
	}
	for _, dir := range dirs {
		twins, err := t.twinsIn(dir)
		if err != nil {
			return Summary{}, err
		}
		for _, tw := range twins {
			if err := t.undo(tw); err != nil {
				return Summary{}, err
			}
		}
	}
	return c.finish(t.plan, "")
}

// tags is the state of a run.
type tags struct {
	*Config
	env  *goEnv
	tag  string
	plan *plan
	rt   map[Platform]*packages.Package

	mu     sync.Mutex
	seen   map[string]bool   // the sources that were looked at
	failed map[string]bool   // the folders of packages with errors
	dirs   map[string]bool   // of the packages
	bodies map[string]string // of the twins, to compare platforms
}

func newTags(c *Config, tag string) (*tags, error) {
	if err := checkTag(tag); err != nil {
		return nil, err
	}
	env, err := c.goEnv()
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	return &tags{Config: c, env: env, tag: tag,
		plan:   &plan{root: root, files: map[string]target{}, force: c.Force},
		seen:   map[string]bool{},
		failed: map[string]bool{}, dirs: map[string]bool{}, bodies: map[string]string{}}, nil
}

// pkg plans the twins of one package.
func (t *tags) pkg(p *loaded) (err error) {
	dir := filepath.Dir(p.GoFiles[0])
	t.mu.Lock()
	t.dirs[dir] = true
	t.mu.Unlock()
	defer func() {
		if err != nil {
			t.mu.Lock()
			t.failed[dir] = true
			t.mu.Unlock()
		}
	}()
	if err := load.Err(p.Package); err != nil {
		return err
	}
	sources, err := t.sources(p)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	for path, c := range sources {
		files[path] = c.src
	}
	pkg, err := load.Parse(p.Package, files)
	if err != nil {
		return err
	}
	t.look(pkg)
	if !rewrite.HasRows(p.PkgPath) && !load.ImportsForeign(p.Package) && !slices.ContainsFunc(pkg.Files, rewrite.HasStockCandidates) {
		return nil
	}
	if err := load.Types(p.Package, pkg, true); err != nil {
		return err
	}
	t.progress("rewrite %s", p.PkgPath)
	if pkg.Avoid, err = others(pkg); err != nil {
		return err
	}
	pkg.Lines, pkg.Stock, pkg.Renamed = true, true, true
	res, err := rewrite.Rewrite(pkg)
	if err != nil || len(res.Files) == 0 {
		return err
	}
	twins := map[string][]byte{}
	for f, out := range res.Files {
		path := pkg.Fset.PositionFor(f.Package, false).Filename
		if generated, _ := isGenerated(sources[path].src); generated {
			continue
		}
		twins[path] = twinSource(filepath.Base(path), sources[path], t.tag, out)
	}
	if unchanged(twins, t.tag) {
		return t.put(sources, twins)
	}
	if err := compiles(p, t.rt[p.platform], pkg, twins, func(path string) string { return twinName(path, t.tag) }); err != nil {
		return err
	}
	return t.put(sources, twins)
}

// unchanged reports whether the twins are on the disk already, where only what
// compiles is written.
func unchanged(twins map[string][]byte, tag string) bool {
	for path, text := range twins {
		if old, err := os.ReadFile(twinName(path, tag)); err != nil || !bytes.Equal(old, text) {
			return false
		}
	}
	return true
}

// look notes the sources of a package.
func (t *tags) look(pkg *rewrite.Package) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range pkg.Files {
		t.seen[pkg.Fset.PositionFor(f.Package, false).Filename] = true
	}
}

// sources reads the files of a package, as they are once they have twins.
func (t *tags) sources(p *loaded) (map[string]*constrained, error) {
	sources := map[string]*constrained{}
	for _, path := range p.GoFiles {
		src, err := t.plan.read(path)
		if err != nil {
			if linked, readErr := os.ReadFile(path); readErr == nil && !rewrite.MayHaveStockSites(linked) {
				sources[path] = &constrained{src: linked}
				continue
			}
			return nil, err
		}
		var tw *twin
		if data, err := os.ReadFile(twinName(path, t.tag)); err == nil {
			tw = readTwin(twinName(path, t.tag), t.tag, data)
		}
		c, err := constrain(src, t.tag, tw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		sources[path] = c
	}
	return sources, nil
}

// put plans twins and the constraints of their sources.
func (t *tags) put(sources map[string]*constrained, twins map[string][]byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for path, text := range twins {
		name := twinName(path, t.tag)
		if old, ok := t.bodies[name]; ok && old != string(text) {
			return fmt.Errorf("%s: the rewritten file is not the same for all of the platforms: give it a build constraint, or leave it alone with //asynchooks:off above its package clause", path)
		}
		t.bodies[name] = string(text)
		t.plan.write(name, text)
		t.plan.files[path] = target{content: sources[path].src, source: true}
	}
	return nil
}

// removeTwins plans to take away the twins of sources that need none any more,
// or that are gone.
func (t *tags) removeTwins() error {
	for _, dir := range sortedKeys(t.dirs) {
		twins, err := t.twinsIn(dir)
		if err != nil {
			return err
		}
		for _, tw := range twins {
			if _, ok := t.plan.files[tw.path]; ok || t.failed[dir] {
				continue
			}
			if _, err := os.Lstat(tw.source); t.seen[tw.source] || errors.Is(err, os.ErrNotExist) {
				if err := t.undo(tw); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// twinsIn returns the twins in a folder.
func (t *tags) twinsIn(dir string) ([]*twin, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []*twin
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if !e.Type().IsRegular() || !strings.HasSuffix(path, ".go") {
			continue
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if tw := readTwin(path, t.tag, src); tw != nil {
			all = append(all, tw)
		}
	}
	return all, nil
}

// undo plans to take a twin away and to give its source back what it was.
func (t *tags) undo(tw *twin) error {
	t.plan.files[tw.path] = target{}
	src, err := t.plan.read(tw.source)
	if err != nil || src == nil {
		return err
	}
	out, err := release(src, t.tag, tw.own)
	if err != nil {
		if t.Force {
			return nil
		}
		return fmt.Errorf("restore %s: %w: set it right, or let only its twin be removed with -force", t.plan.shown(tw.source), err)
	}
	t.plan.files[tw.source] = target{content: out, source: true}
	return nil
}

// folders returns the folders of the packages, whatever files they have.
func (t *tags) folders() ([]string, error) {
	var dirs []string
	for _, flags := range [][]string{t.Flags, append(slices.Clone(t.Flags), "-tags="+t.tag)} {
		conf := t.Config.Config
		conf.Flags = flags
		found, err := conf.Folders(t.Patterns...)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, found...)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs), nil
}
