package load

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

func TestRequests(t *testing.T) {
	var requests atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		io.WriteString(w, "hello, "+r.URL.Path)
	}))
	defer s.Close()
	for _, n := range []int{0, 1, 5, 1000} {
		requests.Store(0)
		c, err := Dial(s.Listener.Addr().String(), 4, "hello, /gopher")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Requests(n); err != nil || requests.Load() != int64(n) {
			t.Errorf("%d requests: the server got %d, %v", n, requests.Load(), err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAnswers(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	c, err := Dial(s.Listener.Addr().String(), 2, "hello, /gopher")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Requests(10); err == nil {
		t.Error("another answer is taken for the right one")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	address := s.Listener.Addr().String()
	s.Close()
	if _, err := Dial(address, 2, ""); err == nil {
		t.Error("connected to a server that is gone")
	}
}
