// Package releases names the Go releases that can be instrumented. It is apart
// from package gopatch, and imports little, for programs that ask before the rest
// of them is initialised.
package releases

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// known are the Go releases whose runtime the points of package gopatch are
// written for. A patch release of them is accepted as long as every point matches.
var known = []string{"go1.26", "go1.27"}

// All returns the Go releases that can be instrumented.
func All() []string { return slices.Clone(known) }

// Supported reports whether version, as in `go env GOVERSION`, is a release
// that can be instrumented, and if not, a sentence that says why.
func Supported(version string) error {
	for _, r := range known {
		if Is(version, r) {
			return nil
		}
	}
	return errors.New("use " + version + ": asynchooks instruments " + strings.Join(known, " and ") + "; choose one with GOTOOLCHAIN, or update asynchooks")
}

// Is reports whether version is the Go release or a patch release of it.
func Is(version, release string) bool {
	rest, ok := strings.CutPrefix(version, release)
	return ok && (rest == "" || rest[0] < '0' || '9' < rest[0])
}

// JoinsLines reports whether the compiler of a release takes the name of a file in
// a line directive from the folder of the file that the directive is in, as
// compilers from Go 1.27 do: before, a name that is no whole path is left alone.
func JoinsLines(version string) bool { return minor(version) >= 27 }

// NotLater refuses a toolchain of a later release than the one that this program
// was built with, own: it could not read all of its source.
func NotLater(toolchain, own string) error {
	if minor(toolchain) <= minor(own) {
		return nil
	}
	return errors.New("use " + toolchain + ": this asynchooks was built with " + own + ", and cannot read the source of a later release: install it again with GOTOOLCHAIN=" + toolchain)
}

// minor is the N of a version that begins with go1.N; for another, as of a
// toolchain under development, it is what no release is later than.
func minor(version string) int {
	rest, _ := strings.CutPrefix(version, "go1.")
	end := 0
	for end < len(rest) && '0' <= rest[end] && rest[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(rest[:end])
	if err != nil {
		return math.MaxInt
	}
	return n
}
