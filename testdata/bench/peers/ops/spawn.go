package ops

import (
	"sync"
	"time"
)

// spawn starts goroutines and waits for each.
func (p Peer) spawn(n int) {
	if p.Go == nil {
		spawn(n)
		return
	}
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		p.Go(wg.Done)
		wg.Wait()
	}
}

func spawn(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go wg.Done()
		wg.Wait()
	}
}

var timers = map[string]func(n int){
	"AfterFunc that fires": func(n int) {
		fired := make(chan bool)
		for range n {
			time.AfterFunc(0, func() { fired <- true })
			<-fired
		}
	},
	"AfterFunc and Stop": func(n int) {
		for range n {
			time.AfterFunc(time.Hour, func() {}).Stop()
		}
	},
	"NewTimer and Stop": func(n int) {
		for range n {
			time.NewTimer(time.Hour).Stop()
		}
	},
	"timers": func(n int) {
		var wg sync.WaitGroup
		wg.Add(n)
		for range n {
			time.AfterFunc(time.Millisecond, wg.Done)
		}
		wg.Wait()
	},
}
