package callbacks

import (
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"
)

// logged takes the lines that the request logger prints, "ID: what, for OWN", and
// counts those whose id is not that of the request that they are about.
type logged struct{ lines, wrong atomic.Int64 }

func (l *logged) Write(line []byte) (int, error) {
	l.lines.Add(1)
	id, rest, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), ": ")
	if _, own, ok := strings.Cut(rest, ", for "); !ok || own != id {
		l.wrong.Add(1)
	}
	return len(line), nil
}

var (
	soaked  logged
	printer = log.New(&soaked, "", 0)
)

// logWithID prints a line under the id of the request that it is called for,
// which no one hands it. own is what that should be.
func logWithID(what, own string) { printer.Printf("%s: %s, for %s", get(), what, own) }

// TestSoak: 200 clients at once, over connections that are used again, with a
// pool of database connections and one of workers in between. Every line that is
// logged carries its own request's id. ASYNCHOOKS_SOAK is the number
// of requests of each client.
func TestSoak(t *testing.T) {
	requests := 10
	if n, err := strconv.Atoi(os.Getenv("ASYNCHOOKS_SOAK")); err == nil {
		requests = n
	}
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("http2=%v", http2), func(t *testing.T) { soakWith(t, http2, requests) })
	}
	t.Logf("%d lines, %d of them with another id than their request's", soaked.lines.Load(), soaked.wrong.Load())
	if soaked.wrong.Load() > 0 {
		t.Fail()
	}
	// In the server, in the database, and before, after and in the pool.
	if got, want := soaked.lines.Load(), int64(2*200*requests*6); got != want {
		t.Errorf("got %d lines, want %d", got, want)
	}
}

type task struct {
	own  string
	done chan string
}

func soakWith(t *testing.T, http2 bool, requests int) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(8)
	workers := &pool{tasks: make(chan task, 16)}
	defer close(workers.tasks)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Query().Get("id")
		store.Run(id, func() {
			logWithID("start", id)
			workers.start()
			var answer string
			if err := db.QueryRowContext(r.Context(), "SELECT logged(?)", id).Scan(&answer); err != nil {
				t.Error(err)
			}
			logWithID("asked the database", id)
			k := task{id, make(chan string)}
			workers.tasks <- k
			answer = <-k.done
			logWithID("finish", id)
			io.WriteString(w, answer)
		})
		logWithID("left", "none")
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
		logWithID("in the pool", k.own)
		k.done <- get()
	}
}

// The database calls back: it has the id of the request that asks.
func init() {
	sqlite.MustRegisterScalarFunction("logged", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		logWithID("in the database", args[0].(string))
		return get(), nil
	})
}
