module example.com/bench/ops

go 1.26.0

require github.com/asynchooks/asynchooks v0.0.0

replace github.com/asynchooks/asynchooks => ../../../..
