package asyncdebug_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncdebug"
	"github.com/asynchooks/asynchooks/rt/trace"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

func get(t *testing.T, path string) (*http.Response, []byte) {
	t.Helper()
	mux := http.NewServeMux()
	asyncdebug.Register(mux)
	server := httptest.NewServer(mux)
	defer server.Close()
	res, err := server.Client().Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

func hasType(t *testing.T, body []byte, typ string) bool {
	t.Helper()
	tr, err := tracefile.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	for e := range tr.Events() {
		if e.Kind == tracefile.Init && tr.Sites()[e.Site].Type == typ {
			return true
		}
	}
	return false
}

// While a request waits for its trace, something happens.
func TestTrace(t *testing.T) {
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			default:
				rt.NewAsyncResource("OnDemand", nil)
			}
		}
	}()
	res, body := get(t, asyncdebug.Path+"?seconds=0.05")
	close(done)
	<-stopped
	if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), "asynchooks.trace") {
		t.Errorf("answer %s %v", res.Status, res.Header)
	}
	if !hasType(t, body, "OnDemand") {
		t.Error("the trace does not have what happened meanwhile")
	}
}

func TestTraceOfItself(t *testing.T) {
	r, err := trace.StartFile(filepath.Join(t.TempDir(), "trace"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	rt.NewAsyncResource("Before", nil)
	if _, body := get(t, asyncdebug.Path); !hasType(t, body, "Before") {
		t.Error("the trace that is being recorded does not have what happened before the request")
	}
}

func TestTraceRefused(t *testing.T) {
	for _, seconds := range []string{"0", "-1", "NaN", "Inf", "1e9", "soon"} {
		res, body := get(t, asyncdebug.Path+"?seconds="+seconds)
		if res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), seconds) {
			t.Errorf("seconds=%s: %s, %q", seconds, res.Status, body)
		}
	}
}
