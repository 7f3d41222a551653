// Ours answers the questions of package cells for this project.
package main

import (
	"example.com/compare/cells"
	"github.com/asynchooks/asynchooks/rt"
)

func main() {
	var s rt.AsyncLocalStorage[string]
	cells.Run(cells.Peer{
		With: s.Run,
		Get:  func() string { v, _ := s.GetStore(); return v },
	})
}
