// Leak answers requests from a cache or from a slow search, whichever is first,
// and leaks a search each time the cache was: nobody receives its result.
package main

import (
	"fmt"

	"github.com/asynchooks/asynchooks/testdata/gallery/settle"
)

func main() {
	cache := map[string]string{"a": "1", "b": "2"}
	for _, key := range []string{"a", "x", "b", "y"} {
		fmt.Println(key, lookup(cache, key))
	}
	settle.Until(3)
}

func lookup(cache map[string]string, key string) string {
	found := make(chan string)
	searching := make(chan bool)
	go func() {
		searching <- true
		found <- search(key)
	}()
	<-searching
	if v, ok := cache[key]; ok {
		return v // found has no buffer: the search waits for ever
	}
	return <-found
}

func search(key string) string { return "found " + key }
