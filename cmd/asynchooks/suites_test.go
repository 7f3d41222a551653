//go:build fidelity

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A suite is the tests of a module that others wrote.
type suite struct {
	module string
	args   string // of go test: flags and packages; "" is ./...
}

// suites are modules that lean on goroutines, channels, timers and callbacks,
// and others that many programs are made of.
var suites = []suite{
	{module: "golang.org/x/sync@v0.24.0"},
	{module: "github.com/sourcegraph/conc@v0.3.0"},
	{module: "github.com/panjf2000/ants/v2@v2.12.1"},
	{module: "github.com/go-chi/chi/v5@v5.5.0"},
	{module: "go.uber.org/goleak@v1.3.0"},
	{module: "google.golang.org/grpc@v1.85.0", args: "-short ./..."},
	{module: "github.com/nats-io/nats.go@v1.55.0"},
	{module: "github.com/hashicorp/raft@v1.8.0"},
	{module: "go.etcd.io/bbolt@v1.5.0", args: "-short ./..."},
	{module: "github.com/valyala/fasthttp@v1.77.0"},

	{module: "github.com/gin-gonic/gin@v1.12.0"},
	{module: "go.uber.org/zap@v1.28.0"},
	{module: "go.uber.org/fx@v1.24.0"},
	{module: "github.com/spf13/cobra@v1.10.2"},
	{module: "github.com/gorilla/websocket@v1.5.3"},
	{module: "github.com/hashicorp/golang-lru/v2@v2.0.7"},
	{module: "github.com/tidwall/gjson@v1.20.1"},
	{module: "github.com/stretchr/testify@v1.12.1"},
	{module: "github.com/google/uuid@v1.6.0"},
	{module: "github.com/rs/zerolog@v1.35.1"},
	{module: "github.com/prometheus/client_golang@v1.25.0"},

	{module: "golang.org/x/net@v0.62.0"},
	{module: "github.com/ThreeDotsLabs/watermill@v1.5.1"},
	{module: "github.com/hashicorp/memberlist@v0.7.0"},
	{module: "github.com/robfig/cron/v3@v3.0.1"},
	{module: "github.com/alitto/pond/v2@v2.7.1"},
	{module: "github.com/timandy/routine@v1.1.6"}, // reads fields of the runtime's g
	{module: "github.com/coder/websocket@v1.8.15"},
	{module: "github.com/charmbracelet/bubbletea@v1.3.10"},
	{module: "github.com/quic-go/quic-go@v0.65.0", args: "./internal/... ./http3/..."},
}

// unsteady are tests that fail plain as well, now and then, with what they depend
// on. They and their subtests may fail, and with them what they are part of.
var unsteady = map[string]string{
	"github.com/hashicorp/golang-lru/v2/expirable TestLoadingExpired":                                                 "a ticker beats within 100 ms (expirable_lru_test.go:403); fails plain in 11 of 40 runs on a busy machine",
	"github.com/nats-io/nats.go/jetstream TestRetryWithBackoff/custom_backoff_values,_should_override_other_settings": retries,
	"github.com/nats-io/nats.go/jetstream TestRetryWithBackoff":                                                       retries,
	"github.com/hashicorp/raft TestNetworkTransport_AppendEntriesPipeline_CloseStreams":                               "a connection is accepted before CloseStreams (net_transport_test.go:395); fails plain in 19 of 400 runs",
	"google.golang.org/grpc/stats/opentelemetry/csm Test/CSMPluginOptionUnary":                                        metrics,
	"google.golang.org/grpc/stats/opentelemetry/csm Test/CSMPluginOptionStreaming":                                    metrics,
	"github.com/ThreeDotsLabs/watermill/components/requestreply TestRequestReply_parallel_same_handler":               "each of 20 replies comes within 100 ms (requestreply_test.go:735), while handlers of the tests before are busy; fails plain in 28 of 300 runs on one processor",
}

const metrics = "a reader sees a metric's first value with the metric: it waits for the metric alone (stats/opentelemetry/internal/testutils/testutils.go:52); fails plain in 3 of 1848 runs with 6 threads on one processor"

const retries = "a goroutine is done with its retries within 150 ms (jetstream/jetstream_test.go:382); fails plain in 7 of 60 runs on a busy machine"

// TestSuites runs the tests of modules plain and instrumented, one package at a
// time, each once, and compares them test by test: what passes plain passes
// instrumented. What fails plain says nothing.
//
// go test -run TestSuites/raft chooses among them.
func TestSuites(t *testing.T) {
	for _, s := range suites {
		t.Run(strings.ReplaceAll(s.module, "/", "_"), func(t *testing.T) {
			dir := s.fetch(t)
			plain := s.run(t, dir, "go")
			ours := s.run(t, dir, "asynchooks")
			passed, both := 0, 0
			for test, result := range plain {
				if result.action != "pass" {
					continue
				}
				passed++
				got := ours[test]
				switch why := excuse(ours, test); {
				case got.action == "pass":
					both++
				case why != "":
					t.Logf("%s: %s, and is unsteady: %s", test, cmpOr(got.action, "not run"), why)
				default:
					t.Errorf("%s passes plain; instrumented: %s\n%s", test, cmpOr(got.action, "not run"), got.output)
				}
			}
			if passed == 0 {
				t.Error("no test passes plain")
			}
			t.Logf("%s: of %d tests that pass plain, %d pass instrumented; %d do not pass plain", s.module, passed, both, len(plain)-passed)
		})
	}
}

// excuse returns why a test, or a package, may fail: it is unsteady or in a test
// that is, or all that fails in it is.
func excuse(results map[string]testResult, test string) string {
	for name, why := range unsteady {
		if test == name || strings.HasPrefix(test, name+"/") {
			return why
		}
	}
	found := ""
	for name, r := range results {
		if r.action == "fail" && isPart(name, test) {
			why := excuse(results, name)
			if why == "" {
				return ""
			}
			found = why
		}
	}
	return found
}

func TestSuitesExcuse(t *testing.T) {
	const pkg = "google.golang.org/grpc/stats/opentelemetry/csm"
	results := map[string]testResult{
		pkg:                                {action: "fail"},
		pkg + " Test":                      {action: "fail"},
		pkg + " Test/Steady":               {action: "pass"},
		pkg + "/other TestOther":           {action: "fail"},
		pkg + " Test/CSMPluginOptionUnary": {action: "fail"},
		pkg + " Test/CSMPluginOptionUnary/normal-flow": {action: "fail"},
	}
	for _, name := range []string{pkg, pkg + " Test", pkg + " Test/CSMPluginOptionUnary", pkg + " Test/CSMPluginOptionUnary/normal-flow"} {
		if excuse(results, name) == "" {
			t.Errorf("%s fails for what is unsteady in it, and is not excused", name)
		}
	}
	results[pkg+" Test/Steady"] = testResult{action: "fail"}
	for _, name := range []string{pkg, pkg + " Test", pkg + " Test/Steady", pkg + "/other TestOther"} {
		if why := excuse(results, name); why != "" {
			t.Errorf("%s is excused though something steady fails: %s", name, why)
		}
	}
}

// isPart reports whether the result called name is of a part of test, which is a
// test or a package.
func isPart(name, test string) bool {
	if pkg, _, ok := strings.Cut(name, " "); ok && pkg == test {
		return true
	}
	return strings.Contains(test, " ") && strings.HasPrefix(name, test+"/")
}

func cmpOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// fetch returns a copy of the module that its tests can write in.
func (s suite) fetch(t *testing.T) string {
	out, err := exec.Command("go", "mod", "download", "-json", s.module).Output()
	var module struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &module); err != nil || jsonErr != nil {
		t.Fatalf("go mod download %s: %v: %s", s.module, err, module.Error)
	}
	dir := filepath.Join(t.TempDir(), "module")
	err = filepath.WalkDir(module.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(module.Dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(dir, rel), 0o777)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), data, 0o666)
	})
	if err != nil {
		t.Fatalf("copy %s: %v", s.module, err)
	}
	return dir
}

// testResult is how a test, or a package as a whole, ended.
type testResult struct {
	action string // pass, fail or skip
	output string
}

// run runs the tests with the command, and returns how each ended.
func (s suite) run(t *testing.T, dir, command string) map[string]testResult {
	args := strings.Fields(cmpOr(s.args, "./..."))
	cmd := exec.Command(command, append([]string{"test", "-json", "-count=1", "-p=1", "-timeout=5m"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Logf("%s test: %v\n%s", command, err, stderr.String()) // some fail; the results say which
	}
	results, err := testResults(&stdout)
	if err != nil {
		t.Fatalf("%s test: %v", command, err)
	}
	return results
}

// changing matches what differs from run to run in names of tests.
var changing = regexp.MustCompile(`0x[0-9a-f]+|time\.Date\([^)]*\)|seed_\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// testResults reads what go test -json prints.
func testResults(r io.Reader) (map[string]testResult, error) {
	results := map[string]testResult{}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return results, nil
		}
		if err != nil {
			return nil, err
		}
		var event struct{ Action, Package, Test, Output string }
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, fmt.Errorf("read %q: %w", line, err)
		}
		name := strings.TrimSpace(event.Package + " " + changing.ReplaceAllString(event.Test, "*"))
		result := results[name]
		switch event.Action {
		case "output":
			result.output += event.Output
		case "pass", "fail", "skip":
			if result.action != "fail" { // of another with the same name
				result.action = event.Action
			}
		}
		results[name] = result
	}
}
