package main

import "sync"

func init() {
	patterns["worker_pool"] = workerPool
	patterns["worker_pool_functions"] = workerPoolFunctions
	patterns["pool_get_retry"] = poolGetRetry
	patterns["semaphore"] = semaphore
}

// A pool starts its worker with the first job.
type pool struct {
	start sync.Once
	jobs  chan job
	fns   chan func()
}

type job struct {
	name string
	done chan struct{}
}

func (p *pool) submit(j job) {
	p.start.Do(func() { go p.work() })
	p.jobs <- j
}

func (p *pool) work() {
	step("worker starts")
	for j := range p.jobs {
		step("job %s", j.name)
		j.done <- struct{}{}
	}
	step("worker ends")
}

// workerPool: the first request starts the worker, which serves all of them.
func workerPool() {
	p := &pool{jobs: make(chan job)}
	for _, name := range []string{"A", "B"} {
		handle(name, func() {
			j := job{name, make(chan struct{})}
			p.submit(j)
			<-j.done
			step("%s is served", name)
		})
	}
	close(p.jobs)
}

// workerPoolFunctions: the jobs are functions, and the worker calls them outside
// of any loop that handles.
func workerPoolFunctions() {
	p := &pool{fns: make(chan func(), 1)}
	for _, name := range []string{"A", "B"} {
		handle(name, func() {
			done := make(chan struct{})
			p.fns <- func() { step("function of %s", name); close(done) }
			p.start.Do(func() {
				go func() {
					for fn := p.next(); fn != nil; fn = p.next() {
						fn()
						step("worker after a function")
					}
				}()
			})
			<-done
		})
	}
	close(p.fns)
}

func (p *pool) next() func() { return <-p.fns }

// poolGetRetry: a request takes what another one put back, and stays itself.
func poolGetRetry() {
	conns := make(chan string, 2)
	get := func() string {
		for {
			select {
			case c := <-conns:
				if c == "" {
					step("got a broken one")
					break
				}
				step("got %s", c)
				return c
			default:
				step("made one")
				return "new"
			}
		}
	}
	handle("A", func() { conns <- get(); conns <- "" })
	handle("B", func() { get(); get() })
	handle("C", func() {
		for {
			select {
			case c := <-conns:
				step("C got %s", c)
				return
			default:
				step("C made one")
				return
			}
		}
	})
}

// semaphore: tokens say nothing about who may go on.
func semaphore() {
	sem := make(chan struct{}, 1)
	acquire := func() { sem <- struct{}{} }
	release := func() { <-sem }
	handle("A", func() {
		acquire()
		done := make(chan struct{})
		go handle("B", func() {
			acquire()
			step("B goes on")
			release()
			close(done)
		})
		step("A lets go")
		release()
		<-done
		step("A is still itself")
	})
}
