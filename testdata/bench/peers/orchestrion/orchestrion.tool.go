//go:build tools

// What orchestrion is to weave in: its context propagation, and nothing else.

package tools

import (
	_ "github.com/DataDog/orchestrion"
	_ "github.com/DataDog/orchestrion/runtime/context"
)
