// Retrystorm makes a call that fails, and tries each failed call again, twice:
// what was one request becomes a storm.
package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/testdata/gallery/settle"
)

const attempts = 6

func main() {
	var calls sync.WaitGroup
	calls.Add(1<<attempts - 1)
	requested := make(chan bool)
	go func() {
		call(1, &calls)
		requested <- true
	}()
	<-requested
	calls.Wait()
	fmt.Println("gave up")
	settle.Until(1)
}

func call(attempt int, calls *sync.WaitGroup) {
	defer calls.Done()
	if attempt == attempts {
		return
	}
	for range 2 {
		time.AfterFunc(time.Millisecond, func() { call(attempt+1, calls) })
	}
}
