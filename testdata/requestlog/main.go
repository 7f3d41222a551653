// Requestlog is the request logger of the AsyncLocalStorage documentation: a
// web server gives each request an id and logs with it, and no function is
// handed the id.
//
// The program makes two requests to itself. Both have started before either
// finishes, and each is answered by another goroutine after a timer. It prints
//
//	0: start
//	1: start
//	0: finish
//	1: finish
//
// when it was built by asynchooks:
//
//	go run ./cmd/asynchooks run ./testdata/requestlog
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// requestID holds the id of the request that the running code serves.
var requestID = rt.NewAsyncLocalStorage[int](nil)

// logWithID prints a line under the id of the request that it is called for.
func logWithID(msg string) {
	id, ok := requestID.GetStore()
	if !ok {
		fmt.Printf("-: %s\n", msg)
		return
	}
	fmt.Printf("%d: %s\n", id, msg)
}

const requests = 2

// What follows orders the two requests; it takes no part in the logging. A
// request reports that it has started, and is answered when it is told to.
var (
	started = make(chan struct{})
	answer  = [requests]chan struct{}{make(chan struct{}), make(chan struct{})}
)

// newHandler numbers requests from 0. They come one after another: the next
// one is sent when the last has started.
func newHandler() http.HandlerFunc {
	idSeq := 0
	return func(w http.ResponseWriter, r *http.Request) {
		id := idSeq
		idSeq++
		requestID.Run(id, func() {
			logWithID("start")
			done := make(chan struct{})
			go func() {
				<-answer[id]
				time.AfterFunc(time.Millisecond, func() {
					logWithID("finish")
					fmt.Fprintln(w, "hello")
					close(done)
				})
			}()
			started <- struct{}{}
			<-done
		})
	}
}

func main() {
	log.SetFlags(0)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, newHandler())

	var answered [requests]chan error
	for i := range requests {
		answered[i] = make(chan error, 1)
		go func() { answered[i] <- get("http://" + listener.Addr().String()) }()
		<-started
	}
	for i := range requests {
		close(answer[i])
		if err := <-answered[i]; err != nil {
			log.Fatal(err)
		}
	}
}

// get makes one request and reads the answer to its end.
func get(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
