// Http measures the throughput of an HTTP server against a plain build of it, on
// loopback. It is built twice and runs servers of both side by side:
//
//	go build -o plain . && asynchooks build -o instrumented . && ./plain ./plain ./instrumented
//
// The handler answers with a short text. The plain server's knows no storage; the
// others' runs in a store that it reads, with no hook or with all. A client in a
// process of its own keeps connections busy and turns from server to server.
// Each figure is a ratio of requests in a second: the geometric mean over the
// rounds, with the interval in which it lies with 95 % certainty. A limit that
// the whole interval falls short of makes the exit code 1.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

func main() {
	rounds := flag.Int("rounds", 40, "how often each server has its turn")
	slice := flag.Duration("slice", 250*time.Millisecond, "how long a turn is")
	clients := flag.Int("clients", 16, "how many connections are busy")
	profile := flag.String("profile", "", "write processor profiles of the servers to this folder")
	way := flag.String("serve", "", "be the server that is measured: bare, store or hooks")
	flag.Parse()
	var err error
	switch {
	case *way != "":
		err = serve(*way, *profile)
	case flag.NArg() == 2:
		err = compare(flag.Arg(0), flag.Arg(1), config{*rounds, *slice, *clients, *profile})
	default:
		fmt.Fprintln(os.Stderr, "usage: http [flags] plain instrumented")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "http: %v\n", err)
		os.Exit(1)
	}
}

var store = rt.NewAsyncLocalStorage[*http.Request](nil)

// greet answers on behalf of the request whose path it is told.
func greet(w io.Writer, path string) { io.WriteString(w, "hello, "+path) }

// bare knows no storage.
func bare(w http.ResponseWriter, r *http.Request) { greet(w, r.URL.Path) }

// stored runs in a store, and reads it.
func stored(w http.ResponseWriter, r *http.Request) {
	store.Run(r, func() {
		r, _ := store.GetStore()
		greet(w, r.URL.Path)
	})
}

// serve prints its address and serves until its standard input ends.
func serve(way, profile string) error {
	handler := stored
	switch way {
	case "bare":
		handler = bare
	case "hooks":
		rt.CreateHook(rt.HookCallbacks{
			Init:           func(rt.ID, string, rt.ID, *rt.AsyncResource) {},
			Before:         func(rt.ID) {},
			After:          func(rt.ID) {},
			Destroy:        func(rt.ID) {},
			PromiseResolve: func(rt.ID) {},
		}).Enable()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if profile != "" {
		stop, err := startProfile(profile, way)
		if err != nil {
			return err
		}
		defer stop()
	}
	go http.Serve(l, http.HandlerFunc(handler))
	fmt.Println(l.Addr())
	_, err = io.Copy(io.Discard, bufio.NewReader(os.Stdin))
	return err
}
