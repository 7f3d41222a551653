# What there is to do here, each by its own name. `make` alone builds the tool.
# Longer suites and further benchmarks are in testdata/suites.mk.

GO ?= go

.PHONY: build test lint bench demo clean

build:
	$(GO) build -o bin/ ./cmd/asynchooks

# All that needs Go and nothing else.
test:
	$(GO) test ./...

lint:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt -w these files:"; echo "$$files"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags fidelity ./cmd/...
	$(GO) vet -tags browser ./rt/trace/...
	$(GO) vet -tags faults ./cmd/...
	$(GO) run ./cmd/asynchooks vet ./...

# Ratios against plain Go and peers, with 95 % intervals: package rt, messages, HTTP, builds.
bench: build bench-peers bench-scaling
	cd testdata/bench/rt && $(CURDIR)/bin/asynchooks run . && $(GO) run .
	$(GO) build -o bin/messages-plain ./testdata/bench/messages
	bin/asynchooks build -o bin/messages ./testdata/bench/messages
	bin/messages-plain bin/messages-plain bin/messages
	$(GO) build -o bin/spawn-plain ./testdata/bench/spawn
	bin/asynchooks build -o bin/spawn ./testdata/bench/spawn
	bin/spawn-plain bin/spawn-plain bin/spawn
	$(GO) build -o bin/http-plain ./testdata/bench/http
	bin/asynchooks build -o bin/http ./testdata/bench/http
	bin/http-plain bin/http-plain bin/http
	$(MAKE) bench-build
	bin/asynchooks run ./testdata/bench/trace

# The request logger of the AsyncLocalStorage documentation.
demo:
	$(GO) run ./cmd/asynchooks run ./testdata/requestlog

clean:
	rm -rf bin

include testdata/suites.mk
