package main

import "sync"

func init() {
	patterns["results_loop"] = resultsLoop
	patterns["subscriber"] = subscriber
	patterns["fan_in"] = fanIn
	patterns["fan_out"] = fanOut
	patterns["pipeline"] = pipeline
	patterns["notify_drain"] = notifyDrain
}

// resultsLoop: a handler that loops over results stays in its request, whoever
// sends them.
func resultsLoop() {
	results := make(chan string)
	handle("A", func() {
		go func() {
			results <- "own"
			request.Run("B", func() { results <- "another's" })
			close(results)
		}()
		for r := range results {
			step("result %s", r)
		}
		step("A is done")
	})
}

// subscriber: a request's goroutine gets everyone's events and stays the
// request's.
func subscriber() {
	events := make(chan string)
	handle("A", func() {
		got := make(chan struct{})
		go func() {
			for e := range events {
				step("event %s", e)
				got <- struct{}{}
			}
		}()
		events <- "of A"
		<-got
		handle("B", func() { events <- "of B"; <-got })
		close(events)
	})
}

// fanIn: one goroutine of nobody's gets what several requests send.
func fanIn() {
	in := make(chan string)
	got := make(chan struct{})
	done := make(chan struct{})
	go func() {
		for v := range in {
			step("in %s", v)
			go func() {
				step("follows %s", v)
				got <- struct{}{}
			}()
		}
		close(done)
	}()
	for _, name := range []string{"A", "B", "C"} {
		handle(name, func() { in <- name; <-got })
	}
	close(in)
	<-done
}

// fanOut: one request's work is done by several goroutines that were there
// before.
func fanOut() {
	work := [3]chan int{}
	var workers, done sync.WaitGroup
	for i := range work {
		work[i] = make(chan int)
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				n, ok := <-work[i]
				if !ok {
					return
				}
				step("worker %d does %d", i, n)
				done.Done()
			}
		}()
	}
	for _, name := range []string{"A", "B"} {
		handle(name, func() {
			for i, ch := range work {
				done.Add(1)
				ch <- 10 * i
				done.Wait()
			}
		})
	}
	for _, ch := range work {
		close(ch)
	}
	workers.Wait()
}

// pipeline: each stage sends from the scope of what it received.
func pipeline() {
	stage := func(name string, in <-chan int) <-chan int {
		out := make(chan int)
		go func() {
			defer close(out)
			for v := range in {
				step("%s %d", name, v)
				out <- v + 1
			}
			step("%s ends", name)
		}()
		return out
	}
	in := make(chan int)
	out := stage("second", stage("first", in))
	done := make(chan struct{})
	go func() {
		for v := range out {
			step("end %d", v)
			done <- struct{}{}
		}
	}()
	for _, name := range []string{"A", "B"} {
		handle(name, func() { in <- 0; <-done })
	}
	close(in)
}

// notifyDrain: a wake-up is a token. Who drains the queue is whoever it was; the
// queued function was bound.
func notifyDrain() {
	var mu sync.Mutex
	var queue []func()
	wake := make(chan struct{}, 1)
	drained := make(chan struct{})
	go func() {
		for range wake {
			mu.Lock()
			fns := queue
			queue = nil
			mu.Unlock()
			step("drains %d", len(fns))
			for _, fn := range fns {
				fn()
			}
			drained <- struct{}{}
		}
	}()
	for _, name := range []string{"A", "B"} {
		handle(name, func() {
			mu.Lock()
			queue = append(queue, bound(func() { step("queued by %s", name) }), func() { step("queued by %s, not bound", name) })
			mu.Unlock()
			wake <- struct{}{}
			<-drained
		})
	}
	close(wake)
}
