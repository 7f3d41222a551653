package rt_test

import (
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// TestAllocations holds what the benchmarks of reads and runs show: a read
// allocates nothing, and in an instrumented build neither does a scope.
func TestAllocations(t *testing.T) {
	var storages [8]rt.AsyncLocalStorage[int]
	for i := range storages {
		defer storages[i].Enter(i)()
	}
	var unset rt.AsyncLocalStorage[int]
	r := rt.NewAsyncResource("Bench", nil)
	tests := []struct {
		name  string
		most  float64
		plain bool // and in a plain build
		do    func()
	}{
		{"GetStore", 0, true, func() { v, _ := storages[3].GetStore(); sinkInt += v }},
		{"GetStore, not set", 0, true, func() { v, _ := unset.GetStore(); sinkInt += v }},
		{"ExecutionAsyncID", 0, true, func() { sinkID += rt.ExecutionAsyncID() }},
		{"RunInAsyncScope", 0, false, func() { r.RunInAsyncScope(func() {}) }},
		{"Run", 1, false, func() { storages[3].Run(1, func() {}) }},
	}
	for _, tt := range tests {
		if !tt.plain && !rt.Instrumented() {
			continue
		}
		if got := testing.AllocsPerRun(100, tt.do); got > tt.most {
			t.Errorf("%s: %g allocations, want at most %g", tt.name, got, tt.most)
		}
	}
}
