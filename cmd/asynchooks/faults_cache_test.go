//go:build faults && unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// corrupt cuts cache entries short, empties them and turns their bytes round.
// What the go command notices, the tool must, and what it does not must not end
// in a program that is not instrumented.
func corrupt(t *testing.T, m *faulty, cache string) {
	entries := func(pattern string) []string {
		all, err := filepath.Glob(filepath.Join(cache, "??", pattern))
		if err != nil || len(all) == 0 {
			t.Fatalf("no entries %s in the cache: %v", pattern, err)
		}
		return all
	}
	for _, fault := range []struct {
		what, pattern string
		spoil         func([]byte) []byte
	}{
		{"outputs cut in half", "*-d", func(b []byte) []byte { return b[:len(b)/2] }},
		{"empty outputs", "*-d", func(b []byte) []byte { return nil }},
		{"empty index entries", "*-a", func(b []byte) []byte { return nil }},
		{"index entries with other bytes", "*-a", func(b []byte) []byte { return bytes.Repeat([]byte{'x'}, len(b)) }},
	} {
		n := 0
		for _, path := range entries(fault.pattern) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, fault.spoil(b), 0o666); err != nil {
				t.Fatal(err)
			}
			n++
		}
		m.clear()
		m.edit()
		m.works()
		t.Logf("%s, %d of them: the next build works", fault.what, n)
	}
	// The go command looks at an output's length alone, so that other bytes of
	// that length are the compiler's to find: an error, and no program.
	spoiled := 0
	for _, path := range entries("*-d") {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b, []byte("!<arch>\n")) {
			continue
		}
		if err := os.WriteFile(path, bytes.Repeat([]byte{'x'}, len(b)), 0o666); err != nil {
			t.Fatal(err)
		}
		spoiled++
	}
	m.clear()
	m.edit()
	m.fails(`(?m)^.*(not (a )?(go )?object|not a package file|could not import|import .*: .*)$`, "asynchooks", "build", "-o", "prog", ".")
	if out, err := m.run("go", "clean", "-cache"); err != nil {
		t.Fatalf("go clean -cache: %v\n%s", err, out)
	}
	m.works()
	t.Logf("%d outputs with other bytes of the same length: go clean -cache helps, as it does for a plain build", spoiled)
}

// readOnly takes away the right to write to the cache.
func readOnly(t *testing.T, m *faulty, cache string) {
	if out, err := m.run("go", "build", "-o", "plain", "."); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	way := "file modes"
	if os.Geteuid() == 0 {
		// Modes do not stop root.
		way = "a read-only mount"
		if err := syscall.Mount(cache, cache, "", syscall.MS_BIND, ""); err != nil {
			t.Logf("read-only cache: not done: bind mount: %v", err)
			return
		}
		if err := syscall.Mount("", cache, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
		defer syscall.Unmount(cache, 0)
	} else {
		setModes(t, cache, 0o555)
		defer setModes(t, cache, 0o777)
	}
	for _, sources := range []string{"sources that are built", "new sources"} {
		plain, plainErr := m.run("go", "build", "-o", "plain", ".")
		ours, oursErr := m.run("asynchooks", "build", "-o", "prog", ".")
		if (plainErr == nil) != (oursErr == nil) {
			t.Errorf("%s: go build: %v\n%s\nasynchooks build: %v\n%s", sources, plainErr, plain, oursErr, ours)
		}
		if oursErr != nil && !strings.Contains(ours, "read-only") && !strings.Contains(ours, "permission denied") {
			t.Errorf("%s: the reason is missing:\n%s", sources, ours)
		}
		t.Logf("read-only cache, by %s, %s: go build: %v; asynchooks build: %v", way, sources, plainErr, oursErr)
		m.edit()
	}
}

func setModes(t *testing.T, dir string, mode fs.FileMode) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, mode)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
