package asynclife_test

import (
	"os"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/asynclife"
	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
)

func Test(t *testing.T) {
	analysistest.Run(t, testutil.Data(), asynclife.Analyzer, "life", "forms/life")
}

func TestManual(t *testing.T) {
	testutil.SetFlag(t, asynclife.Analyzer, "sharedresource")
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	testutil.CheckManual(t, asynclife.Analyzer, string(src), "doubledestroy", "useafterdestroy", "manualleak", "destroyincallback", "emptytype", "sharedresource")
}
