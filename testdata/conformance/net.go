package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

func requestLogger() {
	var als rt.AsyncLocalStorage[int]
	logWithID := func(msg string) {
		id := "-"
		if v, ok := als.GetStore(); ok {
			id = fmt.Sprint(v)
		}
		out(id+":", msg)
	}
	var mu sync.Mutex
	sequence := 0
	started := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
	finished := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		id := sequence
		sequence++
		if id == 1 {
			<-started[0]
		}
		mu.Unlock()
		als.Run(id, func() {
			logWithID("start")
			close(started[id])
			done := make(chan struct{})
			go func() {
				defer close(done)
				<-started[1]
				if id == 1 {
					<-finished[0]
				}
				logWithID("finish")
				close(finished[id])
			}()
			<-done
		})
	}))
	defer server.Close()
	logWithID("outside")
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(server.URL)
			if err != nil {
				panic(err)
			}
			resp.Body.Close()
		})
	}
	wg.Wait()
}

// A pooled connection does not fix the first user's context.
func pooledConnection() {
	var als rt.AsyncLocalStorage[string]
	const requests = 3
	queued := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-queued
		io.WriteString(w, r.URL.Path)
	}))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	printed := make([]chan struct{}, requests+1)
	for i := range printed {
		printed[i] = make(chan struct{})
	}
	close(printed[0])
	for i := range requests {
		asked := make(chan struct{})
		als.Run(fmt.Sprint("r", i), func() {
			wg.Go(func() {
				req, err := http.NewRequest("GET", fmt.Sprint(server.URL, "/", i), nil)
				if err != nil {
					panic(err)
				}
				trace := &httptrace.ClientTrace{GetConn: func(string) { close(asked) }}
				resp, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
				if err != nil {
					panic(err)
				}
				data, err := io.ReadAll(resp.Body)
				if err != nil {
					panic(err)
				}
				<-printed[i]
				out("data", string(data), store(&als))
				resp.Body.Close()
				out("end", store(&als))
				close(printed[i+1])
			})
		})
		<-asked
	}
	close(queued)
	wg.Wait()
}

// The listener's resource is made by Listen, a connection's by Accept, in the
// scope of the goroutine that accepts; the loop's handling of the connection is
// in the connection's scope, whose trigger is the listener.
func whenAndWhy() {
	names := map[string]string{rt.TypeTCPServer: "SERVER", rt.TypeTCPConn: "CONN"}
	rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, trigger rt.ID, _ *rt.AsyncResource) {
		if name := names[typ]; name != "" {
			tag(id, name)
			out("init", label(id), "trigger", label(trigger), "exec", label(rt.ExecutionAsyncID()))
		}
	}}).Enable()
	server := listen()
	client, err := net.Dial("tcp", server.Addr().String())
	if err != nil {
		panic(err)
	}
	defer client.Close()
	for {
		c, err := server.Accept()
		if err != nil {
			break
		}
		out("onConnection exec", label(rt.ExecutionAsyncID()), "trigger", label(rt.TriggerAsyncID()))
		done := make(chan struct{})
		go func() {
			defer close(done)
			out("handler trigger", label(rt.TriggerAsyncID()))
		}()
		<-done
		c.Close()
		server.Close()
	}
	out("end exec", label(rt.ExecutionAsyncID()))
}

// The recorded program failed; this one does what it was meant to.
func closeBeforeUse() {
	var events []string
	note := func(what string) func(rt.ID) {
		return func(id rt.ID) {
			if known(id) {
				events = append(events, what)
			}
		}
	}
	rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			if typ == rt.TypeTCPServer {
				tag(id, typ)
				events = append(events, "init")
			}
		},
		Before: note("before"), After: note("after"), Destroy: note("destroy"),
	}).Enable()
	listen().Close()
	rt.Flush()
	out(strings.Join(events, " "))
}

// Listening is synchronous in Go: what the listen callback does is a goroutine.
// There is no second timer below an AfterFunc.
func listenTree() {
	indent := 0
	line := func(format string, args ...any) { rt.Debugf(strings.Repeat(" ", indent)+format, args...) }
	types := map[string]bool{rt.TypeTCPServer: true, rt.TypeGoroutine: true, rt.TypeAfterFunc: true}
	rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, _ *rt.AsyncResource) {
			turns.made(id, typ)
			if types[typ] {
				tag(id, typ)
				line("%s: trigger: %s scope: %s", label(id), label(trigger), label(rt.ExecutionAsyncID()))
			}
		},
		Before: func(id rt.ID) {
			turns.begin(id)
			if known(id) {
				line("before:  %s", label(id))
				indent += 2
			}
		},
		After: func(id rt.ID) {
			if known(id) {
				indent -= 2
				line("after:   %s", label(id))
			}
		},
		Destroy: func(id rt.ID) {
			if known(id) && !strings.HasPrefix(label(id), rt.TypeTCPServer) {
				line("destroy: %s", label(id))
			}
			turns.end(id)
		},
	}).Enable()
	s := listen()
	soon(func() {
		later(10*time.Millisecond, func() {
			out(">>>", label(rt.ExecutionAsyncID()))
			s.Close()
		})
	})
}
