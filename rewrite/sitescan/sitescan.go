// Package sitescan says of packages, by a look at bytes and names, that nothing in
// them is instrumented. It is apart from package rewrite, and imports little, for
// programs that ask before the rest of them is initialised.
package sitescan

import (
	"bytes"
	"slices"
	"strings"
)

// MayHaveSites is a quick look at a file's bytes: false means that nothing would
// be rewritten in it, whatever its types are.
func MayHaveSites(src []byte) bool {
	// Every receive and send but a range over a channel has an arrow.
	return bytes.Contains(src, []byte("<-")) || bytes.Contains(src, []byte("Accept")) ||
		bytes.Contains(src, []byte("//asynchooks:")) || mayRangeOverChan(src)
}

// mayRangeOverChan reports whether a file may hold a range clause with less than
// two variables, as one over a channel has. It takes what it cannot tell for one.
func mayRangeOverChan(src []byte) bool {
	word := []byte("range")
	for at := 0; ; at += len(word) {
		i := bytes.Index(src[at:], word)
		if i < 0 {
			return false
		}
		at += i
		if at > 0 && inName(src[at-1]) || at+len(word) < len(src) && inName(src[at+len(word)]) {
			continue
		}
		before := src[bytes.LastIndexByte(src[:at], '\n')+1 : at]
		if endsClause(before) && !hasTwoVariables(before) {
			return true
		}
	}
}

// endsClause reports whether what stands before the word range, on its line, may
// be the rest of a range clause. Before the keyword stands for or an assignment;
// what is left are other words in comments and strings.
func endsClause(line []byte) bool {
	line = bytes.TrimRight(line, " \t\r")
	if len(line) == 0 {
		return true // the clause may begin on a line above
	}
	switch line[len(line)-1] {
	case '=', '/': // / may end a comment
		return true
	}
	return bytes.HasSuffix(line, []byte("for"))
}

// hasTwoVariables reports whether a line up to the word range is "for a, b :=",
// with = as well.
func hasTwoVariables(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	line, isFor := bytes.CutPrefix(line, []byte("for "))
	line = bytes.TrimRight(line, " \t")
	line, isAssign := bytes.CutSuffix(line, []byte("="))
	line = bytes.TrimRight(bytes.TrimSuffix(line, []byte(":")), " \t")
	first, second, isTwo := bytes.Cut(line, []byte(","))
	return isFor && isAssign && isTwo && isName(bytes.TrimSpace(first)) && isName(bytes.TrimSpace(second))
}

func isName(word []byte) bool {
	return len(word) > 0 && !slices.ContainsFunc(word, func(c byte) bool { return !inName(c) })
}

// inName reports whether a byte may be part of a name.
func inName(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Exempt reports whether the package is never rewritten: package runtime and
// what lies below it or belongs to it, and rt itself, whose own work must cause
// no events.
func Exempt(path string) bool {
	switch path {
	case "runtime", "unsafe", "github.com/asynchooks/asynchooks/rt":
		return true
	}
	for _, prefix := range []string{"runtime/", "internal/runtime/", "internal/abi", "internal/cpu", "internal/goarch", "internal/goos", "internal/bytealg", "internal/chacha8rand", "internal/race", "internal/msan", "internal/asan"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// named are the packages that the patches of package gopatch and the tables of
// package rewrite are about. A test of package build holds it to them.
var named = []string{
	"runtime", "os/signal", "context", "testing", "net", "net/http", "net/http/internal/http2", "net/http/httptrace",
	"net/http/fcgi", "net/rpc", "database/sql", "runtime/pprof", "runtime/trace",
	"github.com/asynchooks/asynchooks/rt",

	"github.com/robfig/cron/v3",
	"github.com/nats-io/nats.go",
	"k8s.io/client-go/tools/cache",
	"google.golang.org/grpc", "google.golang.org/grpc/internal/transport", "google.golang.org/grpc/internal/grpcsync",
	"google.golang.org/grpc/internal/resolver/dns",
}

// Named returns the import paths of the packages that patches and tables name.
func Named() []string { return slices.Clone(named) }

// IsNamed reports whether patches or tables name the package.
func IsNamed(path string) bool { return slices.Contains(named, path) }

// ForeignMark is what the name of a constant begins with by which a package tells
// its importers of directives about functions of other packages.
const ForeignMark = "Asynchooks_callbacks_"
