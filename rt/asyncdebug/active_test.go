package asyncdebug_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt/alive"
	"github.com/asynchooks/asynchooks/rt/asyncdebug"
)

// waitForever starts a goroutine and returns when it waits.
func waitForever(done chan bool) {
	ready := make(chan bool)
	go func() {
		close(ready)
		<-done
	}()
	<-ready
}

func TestActive(t *testing.T) {
	done := make(chan bool)
	defer close(done)
	waitForever(done)
	res, body := get(t, asyncdebug.Path+"/active")
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("answer %s %v", res.Status, res.Header)
	}
	if !strings.Contains(string(body), "asyncdebug_test.waitForever)\n") {
		t.Errorf("the goroutine is not in\n%s", body)
	}
	res, body = get(t, asyncdebug.Path+"/active?format=json&leaks=0")
	var report alive.Report
	if err := json.Unmarshal(body, &report); err != nil || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("answer %v, %v:\n%s", res.Header, err, body)
	}
	found := 0
	for _, g := range report.Groups {
		if strings.HasSuffix(g.Site.Func, "asyncdebug_test.waitForever") {
			found += len(g.Members)
		}
	}
	if found != 1 || report.Searched {
		t.Errorf("%d goroutines of waitForever, searched %v, in\n%s", found, report.Searched, body)
	}
}

func TestActiveAccept(t *testing.T) {
	r := httptest.NewRequest("GET", asyncdebug.Path+"/active?leaks=false", nil)
	r.Header.Set("Accept", "application/json")
	w := httptest.NewRecorder()
	asyncdebug.Active(w, r)
	if !json.Valid(w.Body.Bytes()) {
		t.Errorf("not JSON:\n%s", w.Body)
	}
}

func TestActiveRefused(t *testing.T) {
	for _, query := range []string{"leaks=maybe", "format=xml"} {
		_, value, _ := strings.Cut(query, "=")
		res, body := get(t, asyncdebug.Path+"/active?"+query)
		if res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), value) {
			t.Errorf("%s: %s, %q", query, res.Status, body)
		}
	}
}
