module example.com/bench/ops

go 1.26.0
