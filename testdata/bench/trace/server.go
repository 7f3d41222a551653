package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// serve serves until its standard input ends.
func serve() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	check(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/time" {
			fmt.Fprintln(w, int64(cpuTime()))
			return
		}
		fmt.Fprintf(w, "hello, %s\n", r.URL.Path)
	})))
}

// A target is a server in a process of its own, and what was measured of it.
type target struct {
	address  string
	stop     func()
	requests int64
	took     time.Duration
	used     time.Duration // of processor time, by the server
}

func (t *target) rate() float64 { return float64(t.requests) / t.took.Seconds() }

func (t *target) cost() float64 { return t.used.Seconds() / float64(t.requests) }

// start starts a server, which records to a file if one is named.
func start(trace string) *target {
	self, err := os.Executable()
	check(err)
	cmd := exec.Command(self, "-server")
	cmd.Env = append(os.Environ(), "ASYNCHOOKS_TRACE="+trace, "ASYNCHOOKS_TRACE_LIMIT=17179869184")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	check(err)
	out, err := cmd.StdoutPipe()
	check(err)
	check(cmd.Start())
	address, err := bufio.NewReader(out).ReadString('\n')
	check(err)
	return &target{address: strings.TrimSpace(address), stop: func() {
		in.Close()
		check(cmd.Wait())
	}}
}

// measure adds what load counts to what was measured.
func (t *target) measure(connections int, each time.Duration) {
	used := t.time()
	requests, took := t.load(connections, each)
	t.used += t.time() - used
	t.requests += requests
	t.took += took
}

// load makes requests for some time, on each connection one after another.
func (t *target) load(connections int, each time.Duration) (requests int64, took time.Duration) {
	var wg sync.WaitGroup
	var done atomic.Int64
	var over atomic.Bool
	began := time.Now()
	timer := time.AfterFunc(each, func() { over.Store(true) })
	defer timer.Stop()
	for range connections {
		wg.Go(func() {
			c, err := net.Dial("tcp", t.address)
			check(err)
			defer c.Close()
			n := int64(0)
			for first := t.first(c); !over.Load(); n++ {
				t.request(c, first)
			}
			done.Add(n)
		})
	}
	wg.Wait()
	return done.Load(), time.Since(began)
}

var request = []byte("GET /gopher HTTP/1.1\r\nHost: bench\r\n\r\n")

// first makes a first request, and returns the response: all are as long.
func (t *target) first(c net.Conn) []byte {
	_, err := c.Write(request)
	check(err)
	response := make([]byte, 4096)
	n, err := c.Read(response)
	check(err)
	return response[:n]
}

// request makes a request, and checks that the end of the response is that of
// the first.
func (t *target) request(c net.Conn, first []byte) {
	_, err := c.Write(request)
	check(err)
	var space [4096]byte
	response := space[:len(first)]
	_, err = io.ReadFull(c, response)
	check(err)
	const body = "hello, /gopher\n"
	if !bytes.HasSuffix(response, []byte(body)) {
		fmt.Fprintf(os.Stderr, "unexpected response %q\n", response)
		os.Exit(1)
	}
}

// time is the processor time that the server has used.
func (t *target) time() time.Duration {
	res, err := http.Get("http://" + t.address + "/time")
	check(err)
	defer res.Body.Close()
	var ns int64
	_, err = fmt.Fscan(res.Body, &ns)
	check(err)
	return time.Duration(ns)
}
