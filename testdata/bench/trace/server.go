package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/asynchooks/asynchooks/testdata/bench/load"
	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

const greeting = "hello, "

// serve is the server: it tells its address and the processor time that it used.
func serve() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, greeting+r.URL.Path)
	}))
	return process.Serve(os.Stdin, os.Stdout, map[string]process.Op{
		"address": func(int) string { return l.Addr().String() },
		"used":    func(int) string { return fmt.Sprint(process.Used().Nanoseconds()) },
	})
}

// A target is a server in a process of its own, and what was measured of it.
type target struct {
	*process.Process
	*load.Client
	requests int
	took     time.Duration
	used     time.Duration // of processor time, by the server
}

func (t *target) rate() float64 { return float64(t.requests) / t.took.Seconds() }

func (t *target) cost() float64 { return t.used.Seconds() / float64(t.requests) }

// start starts a server, which records to a file if one is named.
func start(trace string, connections int) (*target, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-server")
	cmd.Env = append(os.Environ(), "ASYNCHOOKS_TRACE="+trace, "ASYNCHOOKS_TRACE_LIMIT=17179869184")
	p, err := process.Start(cmd)
	if err != nil {
		return nil, err
	}
	address, err := p.Ask("address", 1)
	if err != nil {
		return nil, err
	}
	c, err := load.Dial(address, connections, greeting+load.Path)
	return &target{Process: p, Client: c}, err
}

// measure has n requests made.
func (t *target) measure(n int) error {
	before, err := t.time()
	if err != nil {
		return err
	}
	took, err := t.Requests(n)
	if err != nil {
		return err
	}
	after, err := t.time()
	t.used += after - before
	t.requests += n
	t.took += took
	return err
}

// time is the processor time that the server has used.
func (t *target) time() (time.Duration, error) {
	answer, err := t.Ask("used", 1)
	if err != nil {
		return 0, err
	}
	ns, err := strconv.ParseInt(answer, 10, 64)
	return time.Duration(ns), err
}

func (t *target) stop() error {
	if err := t.Close(); err != nil {
		return err
	}
	return t.Stop()
}
