package rt_test

import (
	"errors"
	"fmt"

	"github.com/asynchooks/asynchooks/rt"
)

// The request logger of the AsyncLocalStorage documentation: the id comes from
// the storage alone, through any chain of async work.
func ExampleAsyncLocalStorage() {
	var requestID rt.AsyncLocalStorage[int]
	logWithID := func(msg string) {
		if id, ok := requestID.GetStore(); ok {
			fmt.Printf("%d: %s\n", id, msg)
		} else {
			fmt.Printf("-: %s\n", msg)
		}
	}
	for id := range 2 {
		requestID.Run(id, func() {
			logWithID("start")
			done := make(chan bool)
			rt.Go(func() { // imagine any chain of async work
				logWithID("finish")
				close(done)
			})
			<-done
		})
	}
	logWithID("end")
	// Output:
	// 0: start
	// 0: finish
	// 1: start
	// 1: finish
	// -: end
}

func ExampleAsyncLocalStorage_Run() {
	var user rt.AsyncLocalStorage[string]
	user.Run("ann", func() {
		user.Run("bob", func() { fmt.Println(user.GetStore()) })
		fmt.Println(user.GetStore())
	})
	fmt.Println(user.GetStore())
	// Output:
	// bob true
	// ann true
	//  false
}

// Enter is Run without a callback.
func ExampleAsyncLocalStorage_Enter() {
	var user rt.AsyncLocalStorage[string]
	handle := func() {
		defer user.Enter("ann")()
		fmt.Println(user.GetStore())
	}
	handle()
	fmt.Println(user.GetStore())
	// Output:
	// ann true
	//  false
}

func ExampleAsyncLocalStorage_EnterWith() {
	var user rt.AsyncLocalStorage[string]
	rt.NewAsyncResource("ExampleRequest", nil).RunInAsyncScope(func() {
		user.EnterWith("ann") // until the end of this scope
		fmt.Println(user.GetStore())
	})
	fmt.Println(user.GetStore())
	// Output:
	// ann true
	//  false
}

func ExampleAsyncLocalStorage_Exit() {
	var user rt.AsyncLocalStorage[string]
	user.Run("ann", func() {
		user.Exit(func() { fmt.Println(user.GetStore()) })
		fmt.Println(user.GetStore())
	})
	// Output:
	//  false
	// ann true
}

func ExampleAsyncLocalStorage_Disable() {
	var user rt.AsyncLocalStorage[string]
	user.Run("ann", func() {
		user.Disable()
		fmt.Println(user.GetStore())
		user.Run("bob", func() { fmt.Println(user.GetStore()) })
	})
	// Output:
	//  false
	// bob true
}

func ExampleNewAsyncLocalStorage() {
	user := rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[string]{
		Name:         "user",
		DefaultValue: func() string { return "nobody" },
	})
	fmt.Println(user.GetStore())
	// Output: nobody false
}

func ExampleRun() {
	var factor rt.AsyncLocalStorage[int]
	n := rt.Run(&factor, 3, func() int {
		f, _ := factor.GetStore()
		return 2 * f
	})
	fmt.Println(n)
	// Output: 6
}

func ExampleExit() {
	var user rt.AsyncLocalStorage[string]
	user.Run("ann", func() {
		fmt.Println(rt.Exit(&user, func() bool {
			_, ok := user.GetStore()
			return ok
		}))
	})
	// Output: false
}

// A snapshot runs functions in the context in which it was made.
func ExampleSnapshot() {
	var store rt.AsyncLocalStorage[int]
	var runInAsyncScope func(fn func())
	store.Run(123, func() { runInAsyncScope = rt.Snapshot() })
	store.Run(321, func() {
		runInAsyncScope(func() { fmt.Println(store.GetStore()) })
	})
	// Output: 123 true
}

// A pool calls functions on goroutines of its own; bound ones find the stores
// of whoever handed them in.
func ExampleBind() {
	var user rt.AsyncLocalStorage[string]
	jobs := make(chan func() error)
	done := make(chan error)
	go func() {
		for job := range jobs {
			done <- job()
		}
	}()
	user.Run("ann", func() {
		jobs <- rt.Bind(func() error {
			fmt.Println(user.GetStore())
			return errors.New("the job's error")
		})
	})
	fmt.Println(<-done)
	close(jobs)
	// Output:
	// ann true
	// the job's error
}
