// Libraries answers the questions of package cells for packages that need no
// tool: libraries gls|routine.
package main

import (
	"fmt"
	"os"

	"example.com/compare/cells"
	"github.com/jtolds/gls"
	"github.com/timandy/routine"
)

func main() {
	manager := gls.NewContextManager()
	local := routine.NewInheritableThreadLocal[string]()
	peers := map[string]cells.Peer{
		"gls": {
			With: func(value string, fn func()) { manager.SetValues(gls.Values{"value": value}, fn) },
			Get: func() string {
				v, _ := manager.GetValue("value")
				s, _ := v.(string)
				return s
			},
			Go: gls.Go,
		},
		"routine": {
			With: func(value string, fn func()) {
				defer local.Set(local.Get())
				local.Set(value)
				fn()
			},
			Get: local.Get,
			Go:  func(fn func()) { routine.Go(fn) },
		},
	}
	if len(os.Args) != 2 || peers[os.Args[1]].With == nil {
		fmt.Fprintln(os.Stderr, "usage: libraries gls|routine")
		os.Exit(2)
	}
	cells.Run(peers[os.Args[1]])
}
