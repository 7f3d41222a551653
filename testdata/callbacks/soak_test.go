package callbacks

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// logs counts lines, and those that carry another request's id than their own.
type logs struct{ lines, wrong atomic.Int64 }

var soak logs

// line logs on behalf of the request own.
func (l *logs) line(own string) {
	l.lines.Add(1)
	if get() != own {
		l.wrong.Add(1)
	}
}

// TestSoak: 200 clients at once, over connections that are used again, with a
// pool of database connections and one of workers in between. Every line carries
// its own request's id. ASYNCHOOKS_SOAK is the number of requests of each client.
func TestSoak(t *testing.T) {
	requests := 10
	if n, err := strconv.Atoi(os.Getenv("ASYNCHOOKS_SOAK")); err == nil {
		requests = n
	}
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("http2=%v", http2), func(t *testing.T) { soakWith(t, http2, requests) })
	}
	t.Logf("%d lines", soak.lines.Load())
	if n := soak.wrong.Load(); n > 0 {
		t.Errorf("%d lines carry another id than their request's", n)
	}
}

type task struct {
	own  string
	done chan string
}

func soakWith(t *testing.T, http2 bool, requests int) {
	db := sql.OpenDB(connector{})
	defer db.Close()
	db.SetMaxOpenConns(8)
	workers := &pool{tasks: make(chan task, 16)}
	defer close(workers.tasks)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Query().Get("id")
		store.Run(id, func() {
			workers.start()
			soak.line(id)
			if err := db.PingContext(context.WithValue(r.Context(), task{}, id)); err != nil {
				t.Error(err)
			}
			soak.line(id)
			k := task{id, make(chan string)}
			workers.tasks <- k
			answer := <-k.done
			soak.line(id)
			io.WriteString(w, answer)
		})
		if get() != "none" {
			soak.wrong.Add(1)
		}
	}))
	s.EnableHTTP2 = http2
	if http2 {
		s.TLS = &tls.Config{}
		s.StartTLS()
	} else {
		s.Start()
	}
	defer s.Close()
	s.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 50
	var wg sync.WaitGroup
	for c := range 200 {
		wg.Go(func() {
			for r := range requests {
				id := fmt.Sprint(c, "-", r)
				resp, err := s.Client().Get(s.URL + "?id=" + id)
				if err != nil {
					t.Error(err)
					return
				}
				text, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				if string(text) != id {
					t.Errorf("request %s was answered %q", id, text)
				}
			}
		})
	}
	wg.Wait()
}

// pool is one of workers that whichever request comes first starts.
type pool struct {
	once  sync.Once
	tasks chan task
}

func (p *pool) start() {
	p.once.Do(func() {
		for range 4 {
			go p.work()
		}
	})
}

func (p *pool) work() {
	for k := range p.tasks {
		soak.line(k.own)
		k.done <- get()
	}
}

// connector is a database that knows whom it serves.
type connector struct{}

func (connector) Connect(context.Context) (driver.Conn, error) { return &conn{}, nil }
func (connector) Driver() driver.Driver                        { return nil }

type conn struct{}

func (*conn) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (*conn) Close() error                        { return nil }
func (*conn) Begin() (driver.Tx, error)           { return nil, driver.ErrSkip }
func (*conn) Ping(ctx context.Context) error {
	soak.line(ctx.Value(task{}).(string))
	return nil
}
