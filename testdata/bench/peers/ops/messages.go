package ops

import (
	"fmt"
	"runtime"

	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// messages are channel operations. Their receives are loops that handle, save
// where the name says otherwise.
var messages = map[string]func(n int){
	"unbuffered":           func(n int) { through(make(chan int), n) },
	"unbuffered, awaiting": func(n int) { awaiting(make(chan int), n) },
	"buffered":             func(n int) { through(make(chan int, 64), n) },
	"buffered, awaiting":   func(n int) { awaiting(make(chan int, 64), n) },
	"same goroutine":       same,
	"select":               selecting,
	"select, polling":      polling,
	"make(chan int)":       func(n int) { makes(n, func() any { return make(chan int) }) },
	"make(chan int, 8)":    func(n int) { makes(n, func() any { return make(chan int, 8) }) },
	"make(chan *int, 8)":   func(n int) { makes(n, func() any { return make(chan *int, 8) }) },
	"make(chan struct{})":  func(n int) { makes(n, func() any { return make(chan struct{}) }) },
}

func through(ch chan int, n int) {
	done := make(chan int)
	go func() {
		sum := 0
		for v := range ch {
			sum += v
		}
		done <- sum
	}()
	for i := range n {
		ch <- i
	}
	close(ch)
	<-done
}

func awaiting(ch chan int, n int) {
	done := make(chan int)
	go func() {
		sum := 0
		for range n {
			v := <-ch
			sum += v
		}
		done <- sum
	}()
	for i := range n {
		ch <- i
	}
	<-done
}

func same(n int) {
	ch := make(chan int, 1)
	for i := range n {
		ch <- i
		<-ch
	}
}

// selecting is a loop with two channels and a quit channel.
func selecting(n int) {
	a, b, quit, done := make(chan int), make(chan int), make(chan struct{}), make(chan int)
	go func() {
		sum := 0
		for {
			select {
			case v := <-a:
				sum += v
			case v := <-b:
				sum -= v
			case <-quit:
				done <- sum
				return
			}
		}
	}()
	for i := range n {
		select {
		case a <- i:
		case b <- i:
		}
	}
	close(quit)
	<-done
}

func polling(n int) {
	ch := make(chan int, 1)
	for i := range n {
		select {
		case ch <- i:
		default:
		}
		select {
		case <-ch:
		default:
		}
	}
}

var sink any

func makes(n int, fn func() any) {
	for range n {
		sink = fn()
	}
}

// sizes answer with the bytes and the allocations that each of n channels takes.
var sizes = map[string]process.Op{
	"size of a chan int":         func(n int) string { return size(n, func() any { return make(chan int) }) },
	"size of a chan int, 8":      func(n int) string { return size(n, func() any { return make(chan int, 8) }) },
	"size of a chan *int, 8":     func(n int) string { return size(n, func() any { return make(chan *int, 8) }) },
	"size of a chan struct{}, 8": func(n int) string { return size(n, func() any { return make(chan struct{}, 8) }) },
}

func size(n int, fn func() any) string {
	all := make([]any, n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range all {
		all[i] = fn()
	}
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(all)
	each := func(before, after uint64) float64 { return float64(after-before) / float64(n) }
	return fmt.Sprint(each(before.TotalAlloc, after.TotalAlloc), each(before.Mallocs, after.Mallocs))
}
