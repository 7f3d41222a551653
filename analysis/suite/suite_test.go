package suite_test

import (
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/suite/vet"

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

// A vet tool of ours checks all that go vet checks.
func TestStock(t *testing.T) {
	for _, a := range vet.Suite {
		if !slices.Contains(suite.Vet, a) {
			t.Errorf("%s is missing", a.Name)
		}
	}
}
