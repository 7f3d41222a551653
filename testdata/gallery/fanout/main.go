// Fanout answers a request with what three services say, one of which asks
// another.
package main

import (
	"fmt"
	"strings"

	"github.com/asynchooks/asynchooks/testdata/gallery/settle"
)

type request struct {
	query string
	reply chan string
}

type service struct{ requests chan request }

func serve(answer func(query string) string) *service {
	s := &service{make(chan request)}
	go s.loop(answer)
	return s
}

func (s *service) loop(answer func(query string) string) {
	for r := range s.requests {
		r.reply <- answer(r.query)
	}
}

func (s *service) ask(query string) string {
	r := request{query, make(chan string, 1)}
	s.requests <- r
	return <-r.reply
}

func main() {
	stock := serve(func(query string) string { return "3 left" })
	prices := serve(func(query string) string { return "4 EUR" })
	offers := serve(func(query string) string { return "2 for " + prices.ask(query) })

	page := make(chan string)
	for _, query := range []string{"tea", "mug"} {
		go handle(query, []*service{stock, prices, offers}, page)
		fmt.Println(<-page)
	}
	settle.Until(4)
}

// handle asks the services all at once.
func handle(query string, services []*service, page chan string) {
	parts := make([]chan string, len(services))
	for i, s := range services {
		parts[i] = make(chan string, 1)
		go func() { parts[i] <- s.ask(query) }()
	}
	var all []string
	for _, part := range parts {
		answer := <-part
		all = append(all, answer)
	}
	page <- query + ": " + strings.Join(all, ", ")
}
