package build

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// markedPackage is the package that carries the mark: every binary has it.
const markedPackage = "runtime"

// markTag names what follows in the mark. The byte before it and the one that
// ends a mark are written as escapes here and in the file below, so that the
// tool itself, which holds both texts, is not taken for an instrumented binary.
const markTag = "asynchooks instrumented:"

// Mark says how a binary was instrumented.
type Mark struct {
	Version string // of the tool
	ABI     string
	ToolID  string
	Go      string // the Go release
}

// markFile is the file that leaves the mark in a binary. The variable is
// reached from an init function, or the linker would drop it.
func markFile(goVersion, toolID string) gopatch.File {
	src := fmt.Sprintf(`package runtime

// asynchooksMark says how this binary was instrumented.
var asynchooksMark = "\xff" + "%s %s %d %s %s" + "\xff"

//go:noinline
func asynchooksKeep(string) {}

func init() { asynchooksKeep(asynchooksMark) }
`, markTag, Version, gopatch.ABI, toolID, goVersion)
	return gopatch.File{Path: "asynchooks_mark.go", Src: []byte(src), Added: true}
}

// MarkFile is the file that leaves the mark in a binary whose package runtime is
// patched by an overlay.
func MarkFile(goVersion string) gopatch.File { return markFile(goVersion, ToolID()) }

// ErrNotInstrumented is returned by [ReadMark] for a binary without a mark.
var ErrNotInstrumented = errors.New("not instrumented")

// ReadMark reads the mark of the binary at path. It looks at the bytes alone,
// and so at any format, stripped or not, for any system.
func ReadMark(path string) (*Mark, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readMark(f)
}

func readMark(f io.Reader) (*Mark, error) {
	const longest = 256 // of a mark, with its tag
	begin := append([]byte{0xff}, markTag...)
	r := bufio.NewReaderSize(f, 1<<20)
	for {
		window, err := r.Peek(r.Size())
		if i := bytes.Index(window, begin); i >= 0 {
			r.Discard(i)
			window, _ = r.Peek(longest) // what there is of it
			if m := parseMark(string(window[len(begin):])); m != nil {
				return m, nil
			}
			r.Discard(len(begin))
			continue
		}
		if err == io.EOF {
			return nil, ErrNotInstrumented
		}
		if err != nil {
			return nil, err
		}
		r.Discard(len(window) - len(begin))
	}
}

// parseMark reads what follows the tag, up to the byte that ends a mark.
func parseMark(text string) *Mark {
	text, _, ok := strings.Cut(text, "\xff")
	fields := strings.Fields(text)
	if !ok || len(fields) < 4 {
		return nil
	}
	return &Mark{Version: fields[0], ABI: fields[1], ToolID: fields[2], Go: strings.Join(fields[3:], " ")}
}
