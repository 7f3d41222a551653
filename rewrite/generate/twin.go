package generate

import (
	"bytes"
	"fmt"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"
)

// ownBegin stands in front of the source's own constraint in the header of a
// twin, as it is written there.
const ownBegin = "// Constraint of the source: "

// checkTag reports why twins cannot be told by a tag.
func checkTag(tag string) error {
	for _, c := range tag {
		if c != '_' && !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			return fmt.Errorf("the tag %q: write letters, digits and underscores, which can be part of a file's name", tag)
		}
	}
	if tag == "" {
		return fmt.Errorf("the tag is empty: name one, as in -tags async")
	}
	parts := strings.Split(tag, "_")
	last := parts[len(parts)-1]
	switch {
	case last == "test" || slices.Contains(systems, last) || slices.Contains(architectures, last):
		return fmt.Errorf("the tag %q: files whose names end with _%s are for tests or for one platform alone: choose another", tag, last)
	case slices.Contains([]string{"cgo", "race", "msan", "asan", "unix", "gc", "gccgo", "ignore", "purego"}, tag) || strings.HasPrefix(tag, "go1"):
		return fmt.Errorf("the tag %q has a meaning of its own: choose another", tag)
	}
	return nil
}

// What the go command knows at the end of a file's name.
var (
	systems = strings.Fields("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos")

	architectures = strings.Fields("386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm")
)

// twinName is the name of the twin of a file. The parts of a name that mean a
// platform, or a test, stay at its end.
func twinName(path, tag string) string {
	dir, name := filepath.Split(path)
	name = strings.TrimSuffix(name, ".go")
	name, test := strings.CutSuffix(name, "_test")
	parts := strings.Split(name, "_")
	n := len(parts)
	switch {
	case n >= 3 && slices.Contains(systems, parts[n-2]) && slices.Contains(architectures, parts[n-1]):
		n -= 2
	case n >= 2 && (slices.Contains(systems, parts[n-1]) || slices.Contains(architectures, parts[n-1])):
		n--
	}
	name = strings.Join(slices.Insert(slices.Clone(parts), n, tag), "_")
	if test {
		name += "_test"
	}
	return dir + name + ".go"
}

// twinSource is the text of a twin.
func twinSource(from string, c *constrained, tag string, out []byte) []byte {
	var b bytes.Buffer
	if c.own != "" {
		fmt.Fprintf(&b, "%s%s\n", ownBegin, c.own)
	}
	fmt.Fprintf(&b, "\n%s\n\n", c.twinConstraint(tag))
	b.Write(unconstrained(out))
	return headed(from, b.Bytes())
}

// A twin is a generated file as it is on the disk.
type twin struct {
	path   string
	source string // the path of what it was made from
	own    string // the source's own constraint
	intact bool
}

// readTwin reads the header of a twin of that tag; nil: the file is none.
func readTwin(path, tag string, src []byte) *twin {
	generated, intact := isGenerated(src)
	if !generated {
		return nil
	}
	first, _, _ := strings.Cut(string(src), "\n")
	t := &twin{path: path, intact: intact}
	t.source = filepath.Join(filepath.Dir(path), strings.TrimSuffix(strings.TrimPrefix(first, headerBegin), strings.TrimSuffix(headerEnd, "\n")))
	lines, _ := head(src)
	for _, line := range lines {
		line = strings.TrimRight(line, "\r\n")
		if own, ok := strings.CutPrefix(line, ownBegin); ok {
			t.own = own
		}
		if constraint.IsGoBuild(line) {
			if line == "//go:build "+tag || strings.HasPrefix(line, "//go:build "+tag+" && ") {
				return t
			}
			return nil
		}
	}
	return nil
}
