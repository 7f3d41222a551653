package asynchook_test

import (
	"os"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/asynchook"
	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
)

func Test(t *testing.T) {
	analysistest.Run(t, testutil.Data(), asynchook.Analyzer, "hook", "forms/hook")
}

func TestFix(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, testutil.Data(), asynchook.Analyzer, "fix/hook")
	testutil.RunGolden(t, "fix/hook")
}

func TestManual(t *testing.T) {
	testutil.SetFlag(t, asynchook.Analyzer, "hooklock")
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	testutil.CheckManual(t, asynchook.Analyzer, string(src), "hookdropped", "hookempty", "hookleak", "hookasync", "hooklog",
		"hookpanic", "hookreentrant", "resourceretain", "initdestroypair", "hooklock")
}
