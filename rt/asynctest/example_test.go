package asynctest_test

import (
	"fmt"

	"github.com/asynchooks/asynchooks/rt/asynctest"
)

// printer prints what a test would fail with.
type printer struct{}

func (printer) Error(args ...any) { fmt.Println(args...) }

// A function that leaves nothing behind passes.
func ExampleVerify() {
	TestPool := func(t asynctest.TestingT) { // in real life, t is a *testing.T
		asynctest.Verify(t, func() {
			jobs, done := make(chan int), make(chan bool)
			go func() {
				defer close(done)
				for range jobs {
				}
			}()
			jobs <- 1
			close(jobs)
			<-done
		})
	}
	TestPool(printer{})
	fmt.Println("verified")
	// Output: verified
}
