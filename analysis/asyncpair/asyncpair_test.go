package asyncpair_test

import (
	"os"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/asyncpair"
	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
)

// slugs are the rules, in the order of the manual.
var slugs = []string{
	"pairleak", "unprotected", "pairpanic", "pairorder", "pairextra",
	"pairmismatch", "pairloop", "pairgoroutine", "pairclosure", "pairyield", "pairdirective",
}

func Test(t *testing.T) {
	analysistest.Run(t, testutil.Data(), asyncpair.Analyzer,
		"pair/leak", "pair/order", "pair/loop", "pair/goroutine", "pair/closure", "pair/unprotected", "pair/embed", "facts/low", "facts/mid", "facts/top")
}

// TestGaveUp asks for what the engine says nothing of.
func TestGaveUp(t *testing.T) {
	testutil.SetFlag(t, asyncpair.Analyzer, "gaveup")
	analysistest.Run(t, testutil.Data(), asyncpair.Analyzer, "pair/gaveup")
}

func TestFix(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, testutil.Data(), asyncpair.Analyzer, "fix/pair")
	testutil.RunGolden(t, "fix/pair")
}

func TestManual(t *testing.T) {
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	testutil.CheckManual(t, asyncpair.Analyzer, string(src), slugs...)
}
