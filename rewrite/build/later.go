package build

import (
	"bytes"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mayChoose reports whether the go command, of that release, may choose a later
// toolchain for this call, by the go and toolchain lines of the files that decide
// it (https://go.dev/doc/toolchain). A program that is named with its version has
// a go.mod of its own, of which nothing is known here.
func (c *goCall) mayChoose(release string) bool {
	if c.versioned() {
		return false
	}
	dir, err := os.Getwd()
	if err != nil {
		return false
	}
	if to := c.dir(); filepath.IsAbs(to) {
		dir = to
	} else {
		dir = filepath.Join(dir, to)
	}
	files := []string{above(dir, "go.mod")}
	switch work := os.Getenv("GOWORK"); work {
	case "off":
	case "":
		files = append(files, above(dir, "go.work"))
	default:
		files = append(files, work)
	}
	for _, f := range goFlags(c.verb, c.args) {
		if f.name == "modfile" {
			if !filepath.IsAbs(f.value) {
				f.value = filepath.Join(dir, f.value)
			}
			files = append(files, f.value)
		}
	}
	return slices.ContainsFunc(files, func(file string) bool { return namesLater(file, release) })
}

// above returns the path of the first file of that name in dir and the folders
// above it; empty if there is none.
func above(dir, name string) string {
	for {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// namesLater reports whether a go or toolchain line in a go.mod or go.work file
// names a later release.
func namesLater(file, release string) bool {
	data, err := os.ReadFile(file)
	if err != nil {
		return false // the go command refuses it, or does without
	}
	for line := range bytes.Lines(data) {
		words := strings.Fields(string(line))
		if len(words) < 2 {
			continue
		}
		named := strings.Trim(words[1], "\"`")
		if words[0] == "go" {
			named = "go" + named
		} else if words[0] != "toolchain" {
			continue
		}
		if version.Compare(named, release) > 0 {
			return true
		}
	}
	return false
}
