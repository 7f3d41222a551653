// Lazypool starts its worker when the first request needs it. The worker keeps
// that request's user: the work of all others looks as if the first had asked.
package main

import (
	"fmt"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/testdata/gallery/settle"
)

var user = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "user"})

type job struct{ done chan string }

// submit starts the worker on its first call.
var submit = sync.OnceValue(func() func(job) {
	jobs := make(chan job)
	go func() {
		for j := range jobs {
			name, _ := user.GetStore()
			j.done <- name
		}
	}()
	return func(j job) { jobs <- j }
})

func main() {
	for _, name := range []string{"ada", "bob", "cyd"} {
		user.Run(name, func() {
			j := job{make(chan string)}
			submit()(j)
			fmt.Printf("%s's work was done for %s\n", name, <-j.done)
		})
	}
	settle.Until(2)
}
