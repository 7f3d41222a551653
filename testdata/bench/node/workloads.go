package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// serve does the workloads that it is told to.
func serve(mode string) {
	runtime.GOMAXPROCS(1)
	var callbacks rt.HookCallbacks
	switch mode {
	case "all":
		callbacks = rt.HookCallbacks{
			Before:         func(rt.ID) {},
			After:          func(rt.ID) {},
			Destroy:        func(rt.ID) {},
			PromiseResolve: func(rt.ID) {},
		}
		fallthrough
	case "init":
		callbacks.Init = func(rt.ID, string, rt.ID, *rt.AsyncResource) {}
		rt.CreateHook(callbacks).Enable()
	}
	storages := make([]rt.AsyncLocalStorage[int], map[string]int{"storage": 1, "storages": 10}[mode])
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var name string
		var n int
		if _, err := fmt.Sscan(in.Text(), &name, &n); err != nil || workloads[name] == nil {
			fmt.Fprintf(os.Stderr, "node: no workload %q\n", in.Text())
			os.Exit(2)
		}
		runtime.GC()
		start := processorTime()
		within(storages, func() { workloads[name](n) })
		fmt.Println((processorTime() - start).Nanoseconds())
	}
}

// within calls fn with a store in each storage.
func within(storages []rt.AsyncLocalStorage[int], fn func()) {
	if len(storages) == 0 {
		fn()
		return
	}
	storages[0].Run(1, func() { within(storages[1:], fn) })
}

var sink int

var workloads = map[string]func(n int){
	// A goroutine that is waited for.
	"chain": func(n int) {
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { sink += i })
			wg.Wait()
		}
	},

	// A value that is handed over.
	"handover": func(n int) {
		ch, done := make(chan int), make(chan bool)
		go func() {
			defer close(done)
			for v := range ch {
				sink += v
			}
		}()
		for i := range n {
			ch <- i
		}
		close(ch)
		<-done
	},

	"timers": func(n int) {
		var wg sync.WaitGroup
		wg.Add(n)
		for range n {
			time.AfterFunc(time.Millisecond, wg.Done)
		}
		wg.Wait()
	},

	"http": func(n int) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }))
		defer s.Close()
		for range n {
			resp, err := s.Client().Get(s.URL)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	},
}
