package asyncerr_test

import (
	"errors"
	"fmt"

	"github.com/asynchooks/asynchooks/rt/asyncerr"
)

func ExampleWrap() {
	err := asyncerr.Wrap(errors.New("connection reset"))
	fmt.Println(err)

	var e *asyncerr.Error
	if errors.As(err, &e) {
		fmt.Println(e.Stack()[0].Func)
	}
	// Output:
	// connection reset
	// github.com/asynchooks/asynchooks/rt/asyncerr_test.ExampleWrap
}
