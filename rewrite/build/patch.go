package build

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// workDir is the folder below the compiler's output directory that patched
// files are written to.
const workDir = "asynchooks"

// patch replaces the Go files of the call by patched ones.
func (c *compileCall) patch() error {
	sources, err := c.sources()
	if err != nil {
		return fmt.Errorf("compile %s: %w", c.pkg, err)
	}
	if c.pkg == gopatch.RT {
		if err := checkABI(sources); err != nil {
			return fmt.Errorf("compile %s: %w", c.pkg, err)
		}
	}
	in := make([]gopatch.File, len(sources))
	index := make(map[string]int, len(sources))
	for i, f := range sources {
		in[i] = gopatch.File{Path: f.logical, Src: f.src}
		index[f.logical] = i
	}
	out, changed, err := gopatch.Patch(c.pkg, c.goVersion, in)
	if err != nil {
		return err // it names the package, the Go release and the point
	}
	if c.pkg == markedPackage {
		out = append(out, markFile(c.goVersion, c.options.id()))
		changed = true
	}
	if !changed {
		return nil
	}

	dir := filepath.Join(filepath.Dir(c.output), workDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("write patched %s: %w", c.pkg, err)
	}
	home := filepath.Dir(sources[0].logical)
	for _, f := range out {
		i, original := index[f.Path]
		name, shown := filepath.Base(f.Path), filepath.Join(home, filepath.Base(f.Path))
		if original {
			if bytes.Equal(f.Src, sources[i].src) {
				continue
			}
			name, shown = filepath.Base(sources[i].path), sources[i].path
		} else if !f.Added {
			return fmt.Errorf("patch %s of %s: %s is not a file of the package", c.pkg, c.goVersion, f.Path)
		}
		path := filepath.Join(dir, name)
		if err := writeAs(path, shown, f.Src); err != nil {
			return fmt.Errorf("write patched %s: %w", c.pkg, err)
		}
		if original {
			c.args[c.firstFile+i] = path
		} else {
			c.args = append(c.args, path)
		}
	}
	return nil
}

// writeAs writes a Go file whose positions name another. The directive gives a
// column as well: without one, the compiler would know none in the whole file.
// A //line directive that src itself begins with overrides it.
func writeAs(path, shown string, src []byte) error {
	if strings.ContainsAny(shown, "\r\n") {
		// The directive would end in the name, and the rest of it be source.
		return fmt.Errorf("%q: the file's name has a line break, which no position can show: rename it, or exclude its package", shown)
	}
	data := make([]byte, 0, len(src)+len(shown)+len("//line :1:1\n"))
	data = fmt.Appendf(data, "//line %s:1:1\n", shown)
	data = append(data, bytes.TrimPrefix(src, []byte("\uFEFF"))...)
	return os.WriteFile(path, data, 0o666)
}
