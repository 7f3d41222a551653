# What there is to do here, each by its own name. `make` alone builds the tool.
# Longer suites and further benchmarks are in testdata/suites.mk.

GO ?= go

.PHONY: build test lint bench demo clean

build:
	$(GO) build -o bin/ ./cmd/asynchooks

# All that needs Go and nothing else.
test:
	$(GO) test ./... ./testdata/bench/...

lint:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt -w these files:"; echo "$$files"; exit 1; fi
	$(GO) vet ./... ./testdata/bench/...
	$(GO) vet -tags fidelity ./cmd/...
	$(GO) vet -tags browser ./rt/trace/...
	$(GO) vet -tags faults ./cmd/...
	$(GO) run ./cmd/asynchooks vet ./...

# Ratios of processor time, with 95 % intervals. What an event costs while things
# grow; Node.js beside Go; and one table of plain Go, this project in each mode, and
# its peers. It takes about 15 minutes, and wants the machine alone.
bench: bench-scaling bench-node bench-table

# The request logger of the AsyncLocalStorage documentation.
demo:
	$(GO) run ./cmd/asynchooks run ./testdata/requestlog

clean:
	rm -rf bin

include testdata/suites.mk
