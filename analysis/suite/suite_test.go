package suite_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/suite"
	"github.com/asynchooks/asynchooks/analysis/suite/fixes"
)

func TestValid(t *testing.T) {
	if err := analysis.Validate(suite.Vet); err != nil {
		t.Error(err)
	}
	if err := analysis.Validate(fixes.Suite); err != nil {
		t.Error(err)
	}
}

// A vet tool of ours checks what go vet checks, all of it and nothing else.
func TestStock(t *testing.T) {
	out, err := exec.Command("go", "tool", "vet", "help").CombinedOutput()
	if err != nil {
		t.Fatalf("go tool vet help: %v\n%s", err, out)
	}
	_, list, _ := strings.Cut(string(out), "Registered analyzers:")
	list, _, _ = strings.Cut(list, "By default")
	var want, got []string
	for line := range strings.Lines(list) {
		if name, _, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			want = append(want, name)
		}
	}
	for _, a := range suite.Vet {
		if !slices.Contains(suite.Analyzers, a) {
			got = append(got, a.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 20 {
		t.Errorf("analyzers of go vet (-want +got):\n%s", diff)
	}
}
