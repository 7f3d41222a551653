package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// proxy makes a module proxy in files: proxy DIR OUT takes each folder
// DIR/PATH@VERSION for a module. The runtime package of this module is there as
// well, as version v0.1.0 and without what the rest of this module requires.
func proxy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: proxy dir out")
	}
	from, to := ts.MkAbs(args[0]), ts.MkAbs(args[1])
	err := filepath.WalkDir(from, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || !strings.Contains(d.Name(), "@") {
			return err
		}
		rel, err := filepath.Rel(from, dir)
		if err != nil {
			return err
		}
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil {
			return err
		}
		path, version, _ := strings.Cut(filepath.ToSlash(rel), "@")
		return publish(to, path, version, mod, os.DirFS(dir), func(name string) bool { return name != "go.mod" })
	})
	ts.Check(err)
	const path = "github.com/asynchooks/asynchooks"
	ts.Check(publish(to, path, "v0.1.0", []byte("module "+path+"\n\ngo 1.26\n"), os.DirFS(ts.Getenv("ROOT")), isRuntime))
}

// isRuntime reports whether a file is one of the runtime package's, and no test.
func isRuntime(name string) bool {
	return strings.HasPrefix(name, "rt/") && !strings.HasSuffix(name, "_test.go")
}

// publish writes the files by which a proxy answers for a version of a module,
// which consists of the files that are wanted.
func publish(to, path, version string, mod []byte, files fs.FS, want func(name string) bool) error {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(name string, data []byte) error {
		f, err := w.Create(path + "@" + version + "/" + name)
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	}
	if err := add("go.mod", mod); err != nil {
		return err
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && name != "." {
			// A module in it is another module.
			if _, err := fs.Stat(files, name+"/go.mod"); err == nil {
				return fs.SkipDir
			}
		}
		if err != nil || d.IsDir() || !want(name) {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return add(name, data)
	})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	dir := filepath.Join(to, filepath.FromSlash(path), "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"list":            []byte(version + "\n"),
		version + ".info": fmt.Appendf(nil, `{"Version": %q, "Time": "2026-01-01T00:00:00Z"}`, version),
		version + ".mod":  mod,
		version + ".zip":  out.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// listing writes the files below a folder with their sizes and times into a
// file: listing DIR FILE. What is written there later makes another one.
func listing(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: listing dir file")
	}
	var text strings.Builder
	dir := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(&text, path, info.Mode(), info.Size(), info.ModTime().UnixNano())
		return nil
	}))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text.String()), 0o666))
}
