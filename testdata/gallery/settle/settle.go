// Package settle lets the programs of the gallery end at the same point each
// time.
package settle

import (
	"bytes"
	"runtime"
)

// Until waits until there are n goroutines, the caller among them, and all others
// wait for something.
func Until(n int) {
	buf := make([]byte, 1<<20)
	for {
		if runtime.NumGoroutine() == n {
			stacks := buf[:runtime.Stack(buf, true)]
			if bytes.Count(stacks, []byte(" [run")) == 1 { // running or runnable
				return
			}
		}
		runtime.Gosched()
	}
}
