package toolcall

import (
	"crypto/sha256"
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	_ "unsafe" // for go:linkname
)

// Version is the version of the tool. It is a constant, and not what the go
// command stamped into the binary, because it is part of the cache key: two
// tools made from the same sources must agree on it wherever they were built.
const Version = "v0.1.0"

// sources are the files that decide what the compiler is given, in programs that
// package rewrite is part of; to import it here would be to wait for it.
//
//go:linkname sources github.com/asynchooks/asynchooks/rewrite.sources
var sources embed.FS

// ToolID identifies what the tool does to a build: its version, the patches, the
// code that applies them and the patterns of packages that are excluded. It is the
// hash of content alone; no path, time or machine enters it. ok is false in a
// program that package rewrite is not part of.
func ToolID(exclude ...string) (id string, ok bool) {
	h := sha256.New()
	line := func(words ...string) { h.Write([]byte(strings.Join(words, " ") + "\n")) }
	line("asynchooks", Version)
	files := 0
	err := fs.WalkDir(sources, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := sources.ReadFile(path)
		line("file", path, strconv.Itoa(len(src)))
		h.Write(src)
		files++
		return err
	})
	if err != nil || files == 0 {
		return "", false
	}
	for _, p := range slices.Compact(slices.Sorted(slices.Values(exclude))) {
		line("exclude", strconv.Quote(p))
	}
	const digits = "0123456789abcdef"
	for _, b := range h.Sum(nil)[:12] {
		id += digits[b>>4:][:1] + digits[b&15:][:1]
	}
	return id, true
}
