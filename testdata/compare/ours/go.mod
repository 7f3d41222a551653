module example.com/compare/ours

go 1.26.0

require (
	example.com/compare/cells v0.0.0
	github.com/asynchooks/asynchooks v0.0.0
)

replace (
	example.com/compare/cells => ../cells
	github.com/asynchooks/asynchooks => ../../..
)
