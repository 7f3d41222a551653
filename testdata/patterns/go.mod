module patterns

go 1.26

require (
	github.com/asynchooks/asynchooks v0.0.0
	golang.org/x/sync v0.22.0
)

replace github.com/asynchooks/asynchooks => ../..
