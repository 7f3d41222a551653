package ops

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
)

// requests are made one after another over one connection; client and server are
// both in this process.
func requests(n int) {
	s := httptest.NewServer(http.HandlerFunc(greet))
	defer s.Close()
	for range n {
		resp, err := s.Client().Get(s.URL)
		if err != nil {
			fail(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

func greet(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello, "+r.URL.Path) }

// serve starts a server for the rest of the process's life, on all processors, and
// answers with its address. A request is handled with a value set, which is read.
func (p Peer) serve(int) string {
	runtime.GOMAXPROCS(runtime.NumCPU())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	handler := greet
	if p.With != nil && p.Read != nil {
		handler = func(w http.ResponseWriter, r *http.Request) {
			p.With(func() {
				p.Read(1)
				greet(w, r)
			})
		}
	}
	if p.Handler != nil {
		handler = p.Handler(greet)
	}
	go http.Serve(l, http.HandlerFunc(handler))
	return l.Addr().String()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
