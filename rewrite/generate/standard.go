package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/build"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	CgoFiles        []string
	Module          *struct{ Path, Version, Dir string }
}

// golist runs go list for one platform.
func (o *overlay) golist(pl Platform, packages ...string) ([]listed, error) {
	out, err := o.forPlatform(pl).GoList([]string{"-json=ImportPath,Dir,GoFiles,CgoFiles,Module"}, packages...)
	if err != nil {
		return nil, err
	}
	var all []listed
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		all = append(all, l)
	}
}

// standard patches the packages of the standard library and package rt, for each
// platform. It returns the patched files by platform and import path, for what is
// to be rewritten in them as well.
func (o *overlay) standard(all []*loaded) (map[string]map[string][]byte, error) {
	patched := map[string]map[string][]byte{}
	var platforms []Platform
	for _, p := range all {
		if !slices.Contains(platforms, p.platform) {
			platforms = append(platforms, p.platform)
		}
	}
	for _, pl := range platforms {
		o.progress("patch %s for %s", o.env.GOVERSION, pl)
		found, err := o.golist(pl, gopatch.Packages(o.env.GOVERSION)...)
		if err != nil {
			return nil, err
		}
		for _, l := range found {
			files, err := o.patch(l)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", pl, err)
			}
			patched[pl.String()+" "+l.ImportPath] = files
			folder := o.folder(true, l.ImportPath)
			for _, name := range sortedKeys(files) {
				text, err := rewrite.Format(name, files[name])
				if err != nil {
					return nil, fmt.Errorf("patch package %s of %s: %w", l.ImportPath, o.env.GOVERSION, err)
				}
				if err := o.put(folder, name, o.from(true, l.ImportPath, name), text); err != nil {
					return nil, err
				}
			}
		}
	}
	return patched, o.carrier(platforms[0])
}

// patch patches a package, and returns the files that differ and those that are
// added.
func (o *overlay) patch(l listed) (map[string][]byte, error) {
	var in []gopatch.File
	for _, name := range slices.Concat(l.GoFiles, l.CgoFiles) {
		file := filepath.Join(l.Dir, name)
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		in = append(in, gopatch.File{Path: file, Src: src})
	}
	out, _, err := gopatch.Patch(l.ImportPath, o.env.GOVERSION, in)
	if err != nil {
		return nil, err
	}
	if l.ImportPath == "runtime" {
		out = append(out, build.MarkFile(o.env.GOVERSION))
	}
	files := map[string][]byte{}
	for _, f := range out {
		if f.Added {
			f.Path = filepath.Join(l.Dir, f.Path)
		}
		files[f.Path] = f.Src
	}
	return files, nil
}

// carrier puts the file of package rt in place that reaches the patched runtime.
func (o *overlay) carrier(pl Platform) error {
	found, err := o.golist(pl, gopatch.RT)
	if err != nil {
		return fmt.Errorf("find package rt: %w", err) // the go command says what to do
	}
	rt := found[0]
	if err := build.CheckABI(rt.Dir); err != nil {
		return err
	}
	files, err := o.patch(rt)
	if err != nil {
		return err
	}
	folder := o.folder(false, rt.ImportPath)
	for name, src := range files {
		if within(rt.Dir, o.env.GOMODCACHE) {
			return o.module(rt, name, src)
		}
		text, err := rewrite.Format(name, src)
		if err != nil {
			return err
		}
		if err := o.put(folder, name, o.from(false, rt.ImportPath, name), text); err != nil {
			return err
		}
	}
	return nil
}
