package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/interval"
)

type config struct {
	rounds  int
	slice   time.Duration
	clients int
	profile string
}

// ways are the servers that are held against the plain one, each with its limit.
var ways = []struct {
	name, way string
	limit     float64
}{
	{"one storage, no hook", "store", 0.97},
	{"one storage, all hooks", "hooks", 0.90},
}

// compare prints all ratios. It returns an error if one is below its limit.
func compare(plain, instrumented string, c config) error {
	servers := make([]*server, 1+len(ways))
	var err error
	for i := range servers {
		program, way := plain, "bare"
		if i > 0 {
			program, way = instrumented, ways[i-1].way
		}
		if servers[i], err = start(program, way, c); err != nil {
			return err
		}
		if _, err := servers[i].load(c.slice); err != nil { // connections, and caches
			return err
		}
		servers[i].requests = 0
	}
	logs := make([][]float64, len(ways))
	var sum float64
	for r := range c.rounds {
		rates := make([]float64, len(servers))
		for k := range servers {
			if r%2 == 1 {
				k = len(servers) - 1 - k
			}
			if rates[k], err = servers[k].load(c.slice); err != nil {
				return err
			}
		}
		sum += rates[0]
		for i := range ways {
			logs[i] = append(logs[i], math.Log(rates[i+1]/rates[0]))
		}
	}
	fmt.Printf("%-24s %.0f requests a second\n", "plain", sum/float64(c.rounds))
	for _, s := range servers {
		if err := s.stop(); err != nil {
			return err
		}
	}
	var short []string
	for i, w := range ways {
		r := interval.Of(logs[i])
		fmt.Printf("%-24s %s of plain; at least %.2f; processor time of a request %.3f\n", w.name, r.Fine(), w.limit, servers[i+1].perRequest()/servers[0].perRequest())
		if r.High < w.limit {
			short = append(short, w.name)
		}
	}
	if len(short) > 0 {
		return fmt.Errorf("below the limit: %s", strings.Join(short, ", "))
	}
	return nil
}

// A server is one that is measured, with its connections.
type server struct {
	cmd      *exec.Cmd
	stdin    io.Closer
	conns    []*conn
	requests int64
}

type conn struct {
	net.Conn
	in *bufio.Reader
}

func start(program, way string, c config) (*server, error) {
	s := &server{cmd: exec.Command(program, "-serve", way, "-profile", c.profile)}
	s.cmd.Stderr = os.Stderr
	stdin, err := s.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	s.stdin = stdin
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start %s: read its address: %w", program, err)
	}
	for range c.clients {
		dialed, err := net.Dial("tcp", strings.TrimSpace(addr))
		if err != nil {
			return nil, err
		}
		s.conns = append(s.conns, &conn{dialed, bufio.NewReader(dialed)})
	}
	return s, nil
}

// load keeps all connections busy for a while and returns how many requests were
// answered in a second.
func (s *server) load(slice time.Duration) (rate float64, err error) {
	var stop atomic.Bool
	var answered atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	began := time.Now()
	for _, c := range s.conns {
		wg.Go(func() {
			n := int64(0)
			for !stop.Load() {
				if err := c.ask(); err != nil {
					failed.Store(&err)
					return
				}
				n++
			}
			answered.Add(n)
		})
	}
	<-time.After(slice)
	stop.Store(true)
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	s.requests += answered.Load()
	return float64(answered.Load()) / time.Since(began).Seconds(), nil
}

var request = []byte("GET /path HTTP/1.1\r\nHost: localhost\r\n\r\n")

const answer = "hello, /path"

// ask sends one request and reads its answer.
func (c *conn) ask() error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == len("\r\n") {
			break
		}
	}
	body, err := c.in.Peek(len(answer))
	if err != nil {
		return err
	}
	if !bytes.Equal(body, []byte(answer)) {
		return fmt.Errorf("got the answer %q, want %q", body, answer)
	}
	_, err = c.in.Discard(len(answer))
	return err
}

// stop ends the server and waits for it.
func (s *server) stop() error {
	for _, c := range s.conns {
		c.Close()
	}
	s.stdin.Close()
	return s.cmd.Wait()
}

// perRequest is the processor time that a request took, in seconds, once the
// server was stopped.
func (s *server) perRequest() float64 {
	p := s.cmd.ProcessState
	return (p.UserTime() + p.SystemTime()).Seconds() / float64(s.requests)
}

// startProfile writes a processor profile of a server until stop is called.
func startProfile(folder, name string) (stop func(), err error) {
	f, err := os.Create(filepath.Join(folder, name+".pprof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}
