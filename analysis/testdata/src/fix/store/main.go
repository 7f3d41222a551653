// Command store binds functions that it calls at once.
package main

import (
	"fmt"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
)

func main() {
	r := rt.NewAsyncResource("r", nil)
	r.Bind(func() { rt.Log = append(rt.Log, "in scope") })() // want `at once`
	f := r.Bind(func() {})                                   // want `at once`
	f()
	fmt.Println(strings.Join(rt.Log, "\n"))
}
