package rt_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt/rttest"
)

// In a process with checkerVariable in its environment a checker is enabled
// before the first test, and held against the rules behind the last.
const checkerVariable = "RT_TEST_CHECKER"

// runTests runs the tests, with a checker if one is asked for.
func runTests(m *testing.M) (code int) {
	if os.Getenv(checkerVariable) == "" {
		return m.Run()
	}
	c := rttest.NewChecker().Enable()
	code = m.Run()
	problems := c.Disable().Problems()
	for _, p := range problems {
		fmt.Println("checker:", p)
		code = 1
	}
	fmt.Printf("checked %d events\n", c.Events())
	return code
}

// What these tests are about is not there, or is not the same, where another hook
// is enabled.
var unchecked = []string{
	"TestAllocations", // of what no hook is told
	"TestChecked",
	"TestCollected",                  // a resource that was made before any hook
	"TestConformance",                // programs of their own, each held against its output
	"TestDestroyNeedsHookWhenQueued", // the only hook is disabled
	"TestRecorderOnly.*",             // what recorders alone are told
	"TestTwoRecorders",
}

// TestChecked runs the tests of the package once more, each event of which must
// be by the rules. By itself each runs without, because a hook that is alone
// takes ways of its own.
func TestChecked(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^Test", "-test.skip=^("+strings.Join(unchecked, "|")+")$")
	cmd.Env = append(os.Environ(), checkerVariable+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !regexp.MustCompile(`(?m)^checked [1-9]\d{3,} events$`).Match(out) {
		t.Errorf("there were fewer than a thousand events:\n%s", out)
	}
}
