package asyncignore_test

import (
	"os"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/asyncignore"
	"github.com/asynchooks/asynchooks/analysis/asyncpair"
	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
)

func Test(t *testing.T) {
	analysistest.Run(t, testutil.Data(), asyncignore.Analyzer, "ignore")
}

func TestSuppressed(t *testing.T) {
	analysistest.Run(t, testutil.Data(), asyncpair.Analyzer, "ignored")
}

func TestManual(t *testing.T) {
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	testutil.CheckManual(t, asyncignore.Analyzer, string(src), "ignorereason", "ignoreunknown", "ignoreunused")
}
