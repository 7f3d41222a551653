package build

import (
	"maps"
	"slices"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// TestNamed holds the list of packages that patches and tables name to those: a
// package that it lacked would be compiled as it is, without a word.
func TestNamed(t *testing.T) {
	named := map[string]bool{gopatch.RT: true}
	for _, release := range gopatch.Releases() {
		for _, path := range gopatch.Packages(release) {
			named[path] = true
		}
	}
	for _, r := range rewrite.Registrations {
		named[r.Path] = true
	}
	for _, d := range rewrite.DetachedGoroutines {
		named[d.Path] = true
	}
	got := slices.Sorted(slices.Values(sitescan.Named()))
	if want := slices.Sorted(maps.Keys(named)); !slices.Equal(got, want) {
		t.Errorf("package sitescan names\n%q\nthe patches and tables name\n%q", got, want)
	}
}
