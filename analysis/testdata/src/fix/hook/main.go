// Command hook has callbacks that print.
package main

import (
	"fmt"

	"github.com/asynchooks/asynchooks/rt"
)

var hook = rt.CreateHook(rt.HookCallbacks{
	Before: func(id rt.ID) {
		fmt.Println("before", id)         // want `calls fmt.Println`
		fmt.Printf("id %d\n", uint64(id)) // want `calls fmt.Printf`
		fmt.Printf("no end %d", id)       // want `calls fmt.Printf`
		fmt.Print(id)                     // want `calls fmt.Print`
		fmt.Println()                     // want `calls fmt.Println`
	},
	After: func(id rt.ID) {
		rt := "another rt"
		fmt.Println(rt) // want `calls fmt.Println`
	},
})

func main() {
	hook.Enable()
	fmt.Print("done\n")
	hook.Disable()
}
