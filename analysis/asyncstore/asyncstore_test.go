package asyncstore_test

import (
	"os"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/asyncstore"
	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
)

func Test(t *testing.T) {
	analysistest.Run(t, testutil.Data(), asyncstore.Analyzer, "store", "forms/store")
}

func TestFix(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, testutil.Data(), asyncstore.Analyzer, "fix/store")
	testutil.RunGolden(t, "fix/store")
}

func TestManual(t *testing.T) {
	testutil.SetFlag(t, asyncstore.Analyzer, "storeneverset")
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	testutil.CheckManual(t, asyncstore.Analyzer, string(src), "storeperuse", "enterwith", "enterwithloop", "storecapture", "storeunchecked",
		"bindunused", "bindimmediate", "disablemissing", "exitinscope", "storeneverset")
}
