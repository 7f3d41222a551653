module github.com/asynchooks/asynchooks/testdata/analyzers

go 1.26.3

require (
	github.com/asynchooks/asynchooks v0.0.0
	github.com/jjti/go-spancheck v0.6.5
	github.com/timakin/bodyclose v0.0.0-20260723120731-857993a2939c
	go.opentelemetry.io/otel/trace v1.43.0
	golang.org/x/tools v0.49.0
	gvisor.dev/gvisor v0.0.0-20260905035102-160fafc42237
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/gostaticanalysis/analysisutil v0.7.1 // indirect
	github.com/gostaticanalysis/comment v1.4.2 // indirect
	go.opentelemetry.io/otel v1.43.0 // indirect
	golang.org/x/mod v0.39.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/tools/go/packages/packagestest v0.1.1-deprecated // indirect
)

replace github.com/asynchooks/asynchooks => ../..
