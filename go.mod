module github.com/asynchooks/asynchooks

go 1.26

require (
	github.com/golangci/plugin-module-register v0.1.2
	github.com/google/go-cmp v0.6.0
	github.com/google/pprof v0.0.0-20250403155104-27863c87afa6
	github.com/rogpeppe/go-internal v1.16.0
	go.uber.org/goleak v1.3.0
	golang.org/x/mod v0.39.0
	golang.org/x/tools v0.49.0
	pgregory.net/rapid v1.3.0
)

require (
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
)
