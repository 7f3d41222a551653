//go:build browser

package report_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A browser is a headless Chromium, driven by chromedriver over the WebDriver
// protocol.
type browser struct {
	t       *testing.T
	session string // URL
	dir     string // its data, which its processes name on their command line
}

// startBrowser starts one for the test. ASYNCHOOKS_CHROMEDRIVER and
// ASYNCHOOKS_CHROMIUM name the programs, if they are not in PATH.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	driver := os.Getenv("ASYNCHOOKS_CHROMEDRIVER")
	if driver == "" {
		driver = "chromedriver"
	}
	cmd := exec.Command(driver, "--port=0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatalf("start chromedriver: %v: install chromium and chromium-driver (apt-get install), or set ASYNCHOOKS_CHROMEDRIVER", err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	var port string
	lines := bufio.NewScanner(out)
	for port == "" && lines.Scan() {
		if m := regexp.MustCompile(`started successfully on port (\d+)`).FindStringSubmatch(lines.Text()); m != nil {
			port = m[1]
		}
	}
	if port == "" {
		t.Fatal("chromedriver did not say on which port it serves")
	}
	go io.Copy(io.Discard, out)

	b := &browser{t: t, dir: t.TempDir(), session: "http://localhost:" + port + "/session"}
	options := map[string]any{"args": []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--enable-precise-memory-info", "--window-size=1400,900", "--user-data-dir=" + b.dir,
	}}
	if binary := os.Getenv("ASYNCHOOKS_CHROMIUM"); binary != "" {
		options["binary"] = binary
	}
	var session struct{ SessionID string }
	b.call("", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"goog:chromeOptions": options, "goog:loggingPrefs": map[string]string{"browser": "ALL"},
	}}}, &session)
	b.session += "/" + session.SessionID
	t.Cleanup(func() {
		req, err := http.NewRequestWithContext(context.Background(), "DELETE", b.session, nil)
		if err == nil {
			http.DefaultClient.Do(req)
		}
	})
	return b
}

// call makes a WebDriver call: with a body it is a POST, without a GET.
func (b *browser) call(path string, body, result any) {
	b.t.Helper()
	var res *http.Response
	var err error
	if body == nil {
		res, err = http.Get(b.session + path)
	} else {
		data, _ := json.Marshal(body)
		res, err = http.Post(b.session+path, "application/json", bytes.NewReader(data))
	}
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %s %v\n%.2000s", path, res.Status, err, data)
	}
	answer := struct{ Value any }{result}
	if err := json.Unmarshal(data, &answer); err != nil {
		b.t.Fatalf("%s: %v in %.200s", path, err, data)
	}
}

// open loads a page and waits until it is there.
func (b *browser) open(url string) {
	b.t.Helper()
	b.call("/url", map[string]string{"url": url}, nil)
	b.wait("document.documentElement.dataset.ready === 'true'")
}

// eval returns the value of an expression, which can be awaited.
func (b *browser) eval(expression string, result any) {
	b.t.Helper()
	script := fmt.Sprintf("const done = arguments[0]; (async () => (%s))().then(done, (e) => done('error: ' + e));", expression)
	b.call("/execute/async", map[string]any{"script": script, "args": []any{}}, result)
}

// text is eval for a string.
func (b *browser) text(expression string) string {
	b.t.Helper()
	var s string
	b.eval("String("+expression+")", &s)
	return s
}

// wait waits until an expression is true.
func (b *browser) wait(condition string) {
	b.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		var ok bool
		b.eval("new Promise((done) => requestAnimationFrame(() => done(!!("+condition+"))))", &ok)
		if ok {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("waited in vain for %s; the log:\n%v", condition, b.log())
		}
	}
}

// log returns what the console has got since it was asked last.
func (b *browser) log() (lines []string) {
	var entries []struct{ Level, Message string }
	b.call("/se/log", map[string]string{"type": "browser"}, &entries)
	for _, e := range entries {
		lines = append(lines, e.Level+": "+e.Message)
	}
	return lines
}

// screenshot writes what is seen to a file.
func (b *browser) screenshot(file string) {
	b.t.Helper()
	var text string
	b.call("/screenshot", nil, &text)
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		err = os.WriteFile(file, data, 0o666)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// memory is the resident memory of the browser's largest process, in bytes; on
// systems without /proc it fails the test.
func (b *browser) memory() (most int64) {
	b.t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(files) == 0 {
		b.t.Fatal("the memory of processes is read from /proc, which is not here")
	}
	for _, f := range files {
		line, err := os.ReadFile(f)
		if err != nil || !strings.Contains(string(line), b.dir) {
			continue
		}
		statm, err := os.ReadFile(filepath.Join(filepath.Dir(f), "statm"))
		var size, resident int64
		if err == nil {
			fmt.Sscan(string(statm), &size, &resident)
		}
		most = max(most, resident*int64(os.Getpagesize()))
	}
	if most == 0 {
		b.t.Fatal("no process of the browser was found")
	}
	return most
}
