package build

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	_ "unsafe" // for go:linkname

	"github.com/asynchooks/asynchooks/rewrite/gopatch"
	_ "github.com/asynchooks/asynchooks/rt" // for its sources
)

// recorderPackage records the program that it is linked into.
const recorderPackage = gopatch.RT + "/trace/auto"

// rtSources are the sources of package rt and of the recorder, as they were when
// this program was built.
//
//go:linkname rtSources github.com/asynchooks/asynchooks/rt.sources
var rtSources embed.FS

// A recorderBuild is the recorder, compiled for a build.
type recorderBuild struct {
	exports []string // path=file of the recorder's package and of all that it imports
	id      string   // of its content
}

// buildRecorder compiles the recorder with the flags of a build: as the module of
// the build has it, or else from this program's own copy of its sources.
func (c *goCall) buildRecorder() (*recorderBuild, error) {
	if !c.versioned() {
		if r, err := c.listRecorder("", nil, c.listFlags(true)); err == nil {
			return r, nil
		}
	}
	dir, err := extractSources()
	if err != nil {
		return nil, err
	}
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS="+c.listGOFLAGS())
	return c.listRecorder(dir, env, c.listFlags(false))
}

// listRecorder compiles the recorder in a folder, by go list -export.
func (c *goCall) listRecorder(dir string, env, flags []string) (*recorderBuild, error) {
	args := []string{"list"}
	if dir == "" {
		args = append(args, c.chdir...)
	}
	args = append(args, "-export", "-deps", "-toolexec="+c.toolexec, "-f={{with .Export}}{{$.ImportPath}}={{.}}{{end}}")
	args = append(append(args, flags...), recorderPackage)
	cmd := exec.Command(c.goCommand, args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("compile the recorder: go %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	r := &recorderBuild{exports: strings.Fields(string(out))}
	for _, e := range r.exports {
		if path, file, _ := strings.Cut(e, "="); path == recorderPackage {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read the recorder: %w", err)
			}
			r.id = short(sha256.Sum256([]byte(string(data) + recorderImport)))
		}
	}
	if r.id == "" {
		return nil, errors.New("compile the recorder: go list did not say where it is")
	}
	return r, nil
}

// listed are the flags of a build that change how the standard library is
// compiled, and so must be the recorder's as well.
var listed = []string{"race", "msan", "asan", "tags", "trimpath", "buildmode", "installsuffix", "overlay", "gcflags", "asmflags", "compiler", "pgo"}

// listFlags are the flags of the build for the recorder; of those that say which
// modules there are if it is one of them.
func (c *goCall) listFlags(inModule bool) []string {
	var flags []string
	for _, f := range goFlags(c.verb, c.args) {
		name := f.name
		switch {
		case strings.HasSuffix(name, "flags") && !strings.Contains(strings.SplitN(f.value, "=", 2)[0], "all"):
			continue // for the packages of the command line
		case slices.Contains(listed, name), inModule && (name == "mod" || name == "modfile"):
		default:
			continue
		}
		value := f.value
		switch {
		case name == "overlay":
			value = c.absolute(value)
		case name == "mod" && value == "mod":
			value = "readonly" // to look is not to change
		case boolFlags[name]:
			flags = append(flags, c.args[f.at])
			continue
		}
		flags = append(flags, "-"+name+"="+value)
	}
	return flags
}

// listGOFLAGS is the user's GOFLAGS for a build outside of their module.
func (c *goCall) listGOFLAGS() string {
	var kept []string
	for _, f := range c.goflags {
		if name, _ := flagName(f); slices.Contains(listed, name) {
			kept = append(kept, f)
		}
	}
	s, err := quoteFields(kept...)
	if err != nil {
		return ""
	}
	return s
}

// absolute returns a path of the command line, which -C changes the meaning of.
func (c *goCall) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	if abs, err := filepath.Abs(filepath.Join(c.dir(), path)); err == nil {
		return abs
	}
	return path
}

// extractSources writes the recorder's sources below the user's cache folder, as
// a module, and returns the folder. It is one for each content, so that what is
// compiled from it stays in the go command's cache.
func extractSources() (string, error) {
	files := map[string][]byte{"go.mod": []byte("module " + strings.TrimSuffix(gopatch.RT, "/rt") + "\n\ngo 1.26\n")}
	h := sha256.New()
	err := fs.WalkDir(rtSources, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || path == "sources.go" {
			return err
		}
		src, err := rtSources.ReadFile(path)
		files["rt/"+path] = src
		fmt.Fprintf(h, "%s %d\n%s", path, len(src), src)
		return err
	})
	if err != nil {
		panic(err) // the embedded tree is part of the program
	}
	// Never a folder that others can write to: what lies in it is compiled.
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("extract the recorder: %w: set XDG_CACHE_HOME or HOME", err)
	}
	dir := filepath.Join(cache, "asynchooks", "recorder-"+short([sha256.Size]byte(h.Sum(nil))))
	for name, src := range files {
		if err := writeOnce(filepath.Join(dir, filepath.FromSlash(name)), src); err != nil {
			return "", fmt.Errorf("extract the recorder: %w", err)
		}
	}
	return dir, nil
}

// writeOnce writes a file that others may be writing with the same content.
func writeOnce(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return err
	}
	return os.Rename(f.Name(), path)
}

// short is a hash as part of a name.
func short(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:12]) }
