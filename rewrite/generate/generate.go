package generate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
	"github.com/asynchooks/asynchooks/rewrite/load"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// A Config says what to generate from and how.
type Config struct {
	load.Config
	Patterns  []string   // packages; none: that of the folder
	Platforms []Platform // none: the one that the go command builds for here

	Force bool // overwrite files that were edited by hand
	Check bool // change nothing, and tell by [ErrStale] and a diff what would be

	Diff     io.Writer // gets what Check finds
	Messages io.Writer // gets a sentence about what is lost; nil: no one
	Progress io.Writer // gets a line that is written again and again; nil: no one
}

// A Platform is one that the files are for.
type Platform struct{ OS, Arch string }

func (p Platform) String() string { return p.OS + "/" + p.Arch }

// ErrStale is the error of a Check that found generated files which are not what
// would be generated now.
var ErrStale = errors.New("generated files are stale")

// goEnv is what a run needs to know of the go command.
type goEnv struct {
	GOROOT, GOVERSION, GOMODCACHE, GOMOD, GOWORK, GOOS, GOARCH string
}

func (c *Config) goEnv() (*goEnv, error) {
	if _, err := build.FindGo(); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "env", "-json", "GOROOT", "GOVERSION", "GOMODCACHE", "GOMOD", "GOWORK", "GOOS", "GOARCH")
	cmd.Dir, cmd.Env = c.Dir, c.Env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w %s", err, strings.TrimSpace(stderr.String()))
	}
	env := new(goEnv)
	if err := json.Unmarshal(out, env); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	if err := gopatch.Supported(env.GOVERSION); err != nil {
		return nil, err
	}
	return env, releases.NotLater(env.GOVERSION, runtime.Version())
}

// root is the folder of the main module, or of the workspace: "" if there is
// none.
func (e *goEnv) root() string {
	for _, file := range []string{e.GOWORK, e.GOMOD} {
		if file != "" && file != "off" && file != os.DevNull {
			return filepath.Dir(file)
		}
	}
	return ""
}

// forPlatform returns the configuration for one platform.
func (c *Config) forPlatform(p Platform) load.Config {
	conf := c.Config
	if conf.Env == nil {
		conf.Env = os.Environ()
	}
	conf.Env = append(slices.Clone(conf.Env), "GOOS="+p.OS, "GOARCH="+p.Arch)
	return conf
}

// A loaded package is one of one platform, rewritten or to be.
type loaded struct {
	*packages.Package
	platform Platform
	named    bool // by a pattern, and not an import of one that is
}

// list finds the packages for each platform. With deps it finds all that they
// import as well.
func (c *Config) list(env *goEnv, deps bool) ([]*loaded, error) {
	platforms := c.Platforms
	if len(platforms) == 0 {
		platforms = []Platform{{env.GOOS, env.GOARCH}}
	}
	var all []*loaded
	for _, pl := range platforms {
		c.progress("load packages for %s", pl)
		found, err := c.forPlatform(pl).List(c.Patterns...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pl, err)
		}
		seen := map[string]bool{}
		for _, p := range found {
			if len(p.GoFiles)+len(p.IgnoredFiles) == 0 { // a pattern that leads to none
				if err := load.Err(p); err != nil {
					return nil, err
				}
			}
			seen[p.ID] = true
			all = append(all, &loaded{p, pl, true})
		}
		if !deps {
			continue
		}
		packages.Visit(found, func(p *packages.Package) bool {
			// What a test sees of another package differs from it in what that
			// imports, and not in its files.
			if !seen[p.ID] && (p.ForTest == "" || p.ForTest == p.PkgPath) {
				seen[p.ID] = true
				all = append(all, &loaded{p, pl, false})
			}
			return true
		}, nil)
	}
	return all, nil
}

// each calls do with the packages, as many at once as there are processors, and
// joins the errors in their order.
func each(list []*loaded, do func(*loaded) error) error {
	errs := make([]error, len(list))
	var wg sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, p := range list {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			errs[i] = do(p)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// progress shows what the run is doing.
func (c *Config) progress(format string, args ...any) {
	if c.Progress != nil {
		fmt.Fprintf(c.Progress, "\r\x1b[K"+format, args...)
	}
}

func (c *Config) endProgress() {
	if c.Progress != nil {
		fmt.Fprint(c.Progress, "\r\x1b[K")
	}
}

func (c *Config) tell(format string, args ...any) {
	if c.Messages != nil {
		fmt.Fprintf(c.Messages, format+"\n", args...)
	}
}

// finish applies a plan, or only compares.
func (c *Config) finish(p *plan, last string) (Summary, error) {
	c.endProgress()
	changes, err := p.changes()
	s := Summary{Files: len(p.files), Changed: len(changes)}
	switch {
	case c.Check && len(changes) > 0:
		p.diff(c.Diff, changes)
		return s, errors.Join(err, ErrStale)
	case err != nil || c.Check:
		return s, err
	}
	return s, p.apply(changes, last)
}

// A Summary is what a run did.
type Summary struct {
	Files   int // that are generated or bear a constraint
	Changed int // of these, or removed
}

// mayHaveSites is a quick look at the files of a package.
func mayHaveSites(p *packages.Package) bool {
	if rewrite.HasRows(p.PkgPath) || load.ImportsForeign(p) {
		return true
	}
	return slices.ContainsFunc(p.GoFiles, func(name string) bool {
		src, err := os.ReadFile(name)
		return err != nil || sitescan.MayHaveSites(src)
	})
}
