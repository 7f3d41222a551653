module example.com/bench/ours

go 1.26.0

require (
	example.com/bench/ops v0.0.0
	github.com/asynchooks/asynchooks v0.0.0
)

replace (
	example.com/bench/ops => ../ops
	github.com/asynchooks/asynchooks => ../../../..
)
