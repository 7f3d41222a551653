// Slowconsumer has a producer that is quick, a queue, and a consumer that is
// not: messages wait longer and longer.
package main

import (
	"crypto/sha256"
	"fmt"

	"github.com/asynchooks/asynchooks/testdata/gallery/settle"
)

type sum = [sha256.Size]byte

func main() {
	queue := make(chan int, 100)
	results := make(chan sum, 100)
	go consume(queue, results)
	for i := range 100 {
		queue <- i
	}
	close(queue)
	n := 0
	for range results {
		n++
	}
	fmt.Println(n)
	settle.Until(1)
}

func consume(queue chan int, results chan sum) {
	for i := range queue {
		results <- work(i)
	}
	close(results)
}

func work(i int) sum {
	s := sum{byte(i)}
	for range 2000 {
		s = sha256.Sum256(s[:])
	}
	return s
}
