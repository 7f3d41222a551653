// Hookpanic has a hook panic at one moment of one resource's life:
//
//	hookpanic Before Ticker wait
//
// The rule is that the process ends: the panic and its stack on standard error,
// the functions given to OnExit run with code 1, and exit code 1, whatever the
// program does to catch it. With wait, the program goes on until that happens;
// without, it says that the resource had no such event, and ends as usual.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// lives are what makes a resource of each type, lets it run and ends it.
var lives = map[string]func(){
	rt.TypeGoroutine: func() { wait(func(done func()) { go done() }) },
	rt.TypeChanSend: func() {
		ch := make(chan int)
		wait(func(done func()) {
			go func() {
				defer done()
				for range ch {
				}
			}()
			ch <- 1
			close(ch)
		})
	},
	rt.TypeAfterFunc: func() { wait(func(done func()) { time.AfterFunc(1, done) }) },
	rt.TypeTimer: func() {
		t := time.NewTimer(1)
		for {
			<-t.C
			break
		}
		time.NewTimer(time.Hour).Stop()
	},
	rt.TypeTicker: func() {
		t := time.NewTicker(1)
		for range t.C {
			break
		}
		t.Stop()
	},
	rt.TypeContextAfterFunc: func() {
		ctx, cancel := context.WithCancel(context.Background())
		wait(func(done func()) {
			context.AfterFunc(ctx, done)
			cancel()
		})
	},
	rt.TypeCleanup: func() {
		collected(func(done func()) {
			object := &[4]int{}
			runtime.AddCleanup(object, func(done func()) { done() }, done)
		})
	},
	rt.TypeFinalizer: func() {
		collected(func(done func()) {
			object := &[4]int{}
			runtime.SetFinalizer(object, func(*[4]int) { done() })
		})
	},
	rt.TypeSignal: func() {
		ch := make(chan os.Signal, 1)
		signal.Notify(ch, syscall.SIGHUP)
		if p, err := os.FindProcess(os.Getpid()); err == nil {
			p.Signal(syscall.SIGHUP)
		}
		for range ch {
			break
		}
		signal.Stop(ch)
	},
	rt.TypeTCPServer: listen,
	rt.TypeTCPConn:   listen,
	rt.TypeDNSLookup: func() { net.DefaultResolver.LookupHost(context.Background(), "localhost") },
	rt.TypeHTTPRequest: func() {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ok") }))
		defer s.Close()
		if resp, err := s.Client().Get(s.URL); err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	},
	"Own": func() {
		r := rt.NewAsyncResource("Own", nil)
		r.RunInAsyncScope(func() {})
		r.EmitDestroy()
	},
}

// wait starts something and waits until it is done.
func wait(start func(done func())) {
	ch := make(chan bool)
	start(func() { close(ch) })
	<-ch
}

// collected makes something that is done when the collector comes by.
func collected(start func(done func())) {
	var finished atomic.Bool
	start(func() { finished.Store(true) })
	for !finished.Load() {
		runtime.GC()
	}
}

// listen has a server accept a connection.
func listen() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	defer l.Close()
	wait(func(done func()) {
		go func() {
			defer done()
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				c.Close()
				return
			}
		}()
		if c, err := net.Dial("tcp", l.Addr().String()); err == nil {
			io.Copy(io.Discard, c)
			c.Close()
		}
	})
}

func main() {
	if len(os.Args) < 3 || lives[os.Args[2]] == nil {
		fmt.Fprintln(os.Stderr, "usage: hookpanic event type [wait]")
		os.Exit(2)
	}
	event, typ := os.Args[1], os.Args[2]
	fail := func(at string) {
		if at == event {
			panic("the hook fails at " + at + " of " + typ)
		}
	}
	callbacks := rt.HookCallbacks{
		Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) { fail("Init") },
		Before:         func(rt.ID) { fail("Before") },
		After:          func(rt.ID) { fail("After") },
		Destroy:        func(rt.ID) { fail("Destroy") },
		PromiseResolve: func(rt.ID) { fail("PromiseResolve") },
	}
	rt.OnExit(func(code int) { fmt.Println("exit function:", code) })
	defer func() {
		if v := recover(); v != nil {
			fmt.Println("recovered:", v)
		}
	}()
	hook := rt.CreateHookWithOptions(callbacks, &rt.HookOptions{Types: []string{typ}}).Enable()
	lives[typ]()
	rt.Flush()
	if len(os.Args) > 3 {
		select {} // After and Destroy may come later, elsewhere
	}
	hook.Disable()
	fmt.Printf("no %s of %s\n", strings.ToLower(event), typ)
}
