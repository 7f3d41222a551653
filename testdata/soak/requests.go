package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"
)

func requests(rng *rand.Rand, n int)  { serve(rng, n, false) }
func requests2(rng *rand.Rand, n int) { serve(rng, n, true) }

// serve runs a server and some clients, whose requests use connections again.
// Some handlers panic, some clients lose patience.
func serve(rng *rand.Rand, n int, http2 bool) {
	s := &service{pool: newPool()}
	defer s.pool.close()
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = http2
	if http2 {
		server.TLS = &tls.Config{}
		server.StartTLS()
	} else {
		server.Start()
	}
	defer server.Close()
	s.client, s.url = server.Client(), server.URL
	var wg sync.WaitGroup
	for range 1 + rng.IntN(16) {
		rng := rand.New(rand.NewPCG(rng.Uint64(), 2))
		wg.Go(func() {
			for range n {
				s.ask(rng)
			}
		})
	}
	wg.Wait()
	s.handlers.Wait()
}

// A service answers requests with the tag that they came with.
type service struct {
	client   *http.Client
	url      string
	pool     *pool
	handlers sync.WaitGroup
}

// ask makes one request. It has a store of its own, which the request must not
// be served with.
func (s *service) ask(rng *rand.Rand) {
	own, tag, plan := newTag(), newTag(), rng.Uint64()
	impatient := rng.IntN(20) == 0
	current.Run(own, func() {
		ctx := context.Background()
		if impatient {
			faults.Add(1)
			c, cancel := context.WithTimeout(ctx, time.Duration(rng.IntN(1000))*time.Microsecond)
			defer cancel()
			ctx = c
		}
		err := s.get(ctx, tag, plan)
		expect("after a request", own)
		if err != nil && !impatient && !aborts(plan) {
			violation("request %d: %v", tag, err)
		}
	})
}

func (s *service) get(ctx context.Context, tag, plan uint64) error {
	// Not a GET: the transport would try an aborted one again, and again.
	req, err := http.NewRequestWithContext(ctx, "POST", fmt.Sprintf("%s?tag=%d&plan=%d", s.url, tag, plan), nil)
	if err != nil {
		return err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && string(text) != fmt.Sprint(tag) {
		violation("request %d is answered %q", tag, text)
	}
	return err
}

// aborts says that the handler of this plan ends the connection.
func aborts(plan uint64) bool { return plan%29 == 0 }

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handlers.Add(1)
	defer s.handlers.Done()
	expectNone("a handler begins")
	tag, err1 := strconv.ParseUint(r.URL.Query().Get("tag"), 10, 64)
	plan, err2 := strconv.ParseUint(r.URL.Query().Get("plan"), 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		violation("request %s: %v", r.URL, err)
		return
	}
	current.Run(tag, func() {
		rng := rand.New(rand.NewPCG(plan, 3))
		for range 1 + rng.IntN(4) {
			s.step(rng, r.Context(), tag)
			expect("a handler", tag)
		}
		if aborts(plan) {
			faults.Add(1)
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, tag)
		if rng.IntN(4) == 0 {
			http.NewResponseController(w).Flush()
		}
	})
	expectNone("a handler ends")
}

// step does a part of a request's work, elsewhere, and waits for it.
func (s *service) step(rng *rand.Rand, ctx context.Context, tag uint64) {
	done := make(chan struct{})
	switch rng.IntN(6) {
	case 0:
		go func() {
			defer close(done)
			expect("a handler's goroutine", tag)
		}()
	case 1:
		time.AfterFunc(time.Duration(rng.IntN(100))*time.Microsecond, func() {
			defer close(done)
			expect("a handler's timer", tag)
		})
	case 2:
		s.pool.do(tag)
		close(done)
	case 3:
		s.pool.call(func() {
			defer close(done)
			expect("a handler's function in a pool", tag)
		})
	case 4:
		child, cancel := context.WithCancel(ctx)
		context.AfterFunc(child, func() {
			defer close(done)
			expect("a handler's context.AfterFunc", tag)
		})
		cancel()
	case 5:
		// A request to itself, on another's behalf.
		if rng.IntN(4) == 0 {
			_ = s.get(ctx, newTag(), 1) // the caller may lose patience
		}
		close(done)
	}
	<-done
}
