// Lostresponse has a worker that answers jobs, but for one of them it returns
// early and the one who asked waits for ever.
package main

import (
	"errors"
	"fmt"
	"sync"

	"github.com/asynchooks/asynchooks/testdata/gallery/settle"
)

type job struct {
	n     int
	reply chan int
}

type worker struct{ jobs chan job }

func main() {
	w := &worker{jobs: make(chan job)}
	go w.serve()
	var answered sync.WaitGroup
	answered.Add(4)
	for n := range 5 {
		go func() {
			fmt.Println(w.ask(n) >= 0)
			answered.Done()
		}()
	}
	answered.Wait()
	settle.Until(3)
}

func (w *worker) ask(n int) int {
	reply := make(chan int)
	w.jobs <- job{n, reply}
	return <-reply
}

func (w *worker) serve() {
	for j := range w.jobs {
		square, err := compute(j.n)
		if err != nil {
			continue // the reply is forgotten
		}
		j.reply <- square
	}
}

func compute(n int) (int, error) {
	if n == 3 {
		return 0, errors.New("three is too much")
	}
	return n * n, nil
}
