package generate

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// moduleFolder is where the copy of the module goes that package rt is in.
const moduleFolder = "module"

// module takes the module that package rt is in out of the module cache, where
// an overlay cannot reach the file name, whose content is to be src: it copies
// it, and replaces the main module's go.mod, or go.work, by one that replaces the
// module by the copy.
func (o *overlay) module(rt listed, name string, src []byte) error {
	if rt.Module == nil {
		return fmt.Errorf("find the module of %s: it is in none", rt.ImportPath)
	}
	to := filepath.Join(o.out, moduleFolder)
	err := filepath.WalkDir(rt.Module.Dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case !d.Type().IsRegular() || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		content := src
		if path != name {
			if content, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		rel, err := filepath.Rel(rt.Module.Dir, path)
		if err != nil {
			return err
		}
		o.plan.files[filepath.Join(to, rel)] = target{content: content, open: true}
		return nil
	})
	if err != nil {
		return fmt.Errorf("copy %s: %w", rt.Module.Dir, err)
	}
	if o.env.GOWORK != "" && o.env.GOWORK != "off" {
		return o.replaceIn(o.env.GOWORK, rt.Module.Path, to, workText)
	}
	return o.replaceIn(o.env.GOMOD, rt.Module.Path, to, modText)
}

// replaceIn puts a go.mod or go.work that replaces a module in place of a file.
func (o *overlay) replaceIn(file, module, dir string, text func(file string, data []byte, module, dir string) ([]byte, error)) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if data, err = text(file, data, module, dir); err != nil {
		return err
	}
	to := filepath.Join(o.out, filepath.Base(file)+".overlay")
	o.plan.files[to] = target{content: data, open: true}
	o.replace[file] = to
	return nil
}

func modText(file string, data []byte, module, dir string) ([]byte, error) {
	f, err := modfile.Parse(file, data, nil)
	if err != nil {
		return nil, err
	}
	if err := replaceModule(f, f.Replace, module, dir); err != nil {
		return nil, err
	}
	return f.Format()
}

func workText(file string, data []byte, module, dir string) ([]byte, error) {
	f, err := modfile.ParseWork(file, data, nil)
	if err != nil {
		return nil, err
	}
	if err := replaceModule(f, f.Replace, module, dir); err != nil {
		return nil, err
	}
	return modfile.Format(f.Syntax), nil
}

// A replacer is a parsed go.mod or go.work.
type replacer interface {
	AddReplace(oldPath, oldVersion, newPath, newVersion string) error
	DropReplace(oldPath, oldVersion string) error
	Cleanup()
}

// replaceModule makes the folder dir stand for all versions of a module, in place
// of what present says.
func replaceModule(f replacer, present []*modfile.Replace, module, dir string) error {
	for _, r := range present {
		if r.Old.Path == module {
			if err := f.DropReplace(r.Old.Path, r.Old.Version); err != nil {
				return err
			}
		}
	}
	if err := f.AddReplace(module, "", dir, ""); err != nil {
		return err
	}
	f.Cleanup()
	return nil
}
