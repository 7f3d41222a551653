// Package toolid knows what an instrumented build goes by: the version of the tool
// and its id, and what the compiler is to answer to the go command's question for
// its version. As package toolcall, it imports little, and does its work while
// others are not yet initialised.
package toolid

import (
	"crypto/sha256"
	"embed"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	_ "unsafe" // for go:linkname

	"github.com/asynchooks/asynchooks/rewrite/build/toolcall"
	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
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

// ID identifies what the tool does to a build: its version, the patches, the
// code that applies them and the patterns of packages that are excluded. It is the
// hash of content alone; no path, time or machine enters it. ok is false in a
// program that package rewrite is not part of.
func ID(exclude ...string) (id string, ok bool) {
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

// VersionSuffix stands between what a compiler answers to -V=full and the id.
const VersionSuffix = " asynchooks-"

// Run deals with a call of the compiler that asks for its version, if that is
// known without asking it: args are those of the -toolexec program, flags first.
// If it does, it does not return.
func Run(args []string) {
	exclude, call := toolcall.SplitFlags(args)
	if len(call) != 2 || toolcall.Name(call[0]) != "compile" || call[1] != "-V=full" {
		return
	}
	answer, ok := toolcall.Release(call[0])
	goVersion := os.Getenv("GOVERSION")
	if !ok || releases.Supported(goVersion) != nil || releases.NotLater(goVersion, runtime.Version()) != nil {
		return
	}
	id, ok := ID(exclude...)
	if !ok {
		return
	}
	if _, err := os.Stdout.WriteString(answer + VersionSuffix + id + "\n"); err == nil {
		os.Exit(0)
	}
}
