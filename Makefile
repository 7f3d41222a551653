# What there is to do here, each by its own name. `make` alone builds the tool.
# Longer suites and further benchmarks are in testdata/suites.mk.

GO ?= go

.PHONY: build test lint bench demo clean

build:
	$(GO) build -o bin/ ./cmd/asynchooks

# All that needs Go and nothing else.
test:
	$(GO) test ./...


# The module that joins OpenTelemetry, plain and instrumented.
otel: build
	cd rt/asyncotel && $(GO) vet ./... && $(GO) test ./... && ../../bin/asynchooks test ./...

# The table of callbacks against the modules that it is about, and the short form
# of the soak below.
callbacks: build
	cd testdata/callbacks && ../../bin/asynchooks test ./...

# The request logger with 200 clients, HTTP/1 and HTTP/2, a pool of database
# connections and one of workers: millions of lines, each with its own request's
# id. ASYNCHOOKS_SOAK is how many requests each client makes.
requests: build
	cd testdata/callbacks && ASYNCHOOKS_SOAK=$${ASYNCHOOKS_SOAK:-1000} ../../bin/asynchooks test -v -count=1 -timeout 30m -run TestSoak .

# What a trace says of a gRPC server and its clients that others wrote.
greeter: build
	cd testdata/greeter && $(GO) test -count=1 .

# The page of a trace in a headless Chromium: needs chromium and chromedriver
# (apt-get install chromium chromium-driver). ASYNCHOOKS_SHOTS=DIR keeps pictures.
browser:
	$(GO) test -tags browser -count=1 -v -run Browser ./rt/trace/report

# Build modes and platforms beyond the tests': needs a C compiler.
fidelity:
	$(GO) test -tags fidelity -timeout 30m -run Fidelity ./cmd/asynchooks

# The programs of Go's own test suite, plain and instrumented.
goroot:
	$(GO) test -tags fidelity -timeout 60m -run Goroot -v ./cmd/asynchooks

# The tests of modules that others wrote, plain and instrumented, test by test.
# SUITES is a regular expression that chooses among them.
suites:
	$(GO) test -tags fidelity -timeout 120m -run 'Suites/$(SUITES)' -v ./cmd/asynchooks

# Modules that others wrote, generated in both forms: an overlay, and twins.
generated:
	$(GO) test -tags fidelity -timeout 60m -run Generated -v ./cmd/asynchooks

# The standard library's own tests of what the tool changes in it, short, plain
# and instrumented.
std:
	$(GO) test -tags fidelity -timeout 30m -run TestStd -v ./cmd/asynchooks

# All of std and golang.org/x/tools, compiled instrumented, each site accounted for.
sites:
	$(GO) test -tags fidelity -timeout 30m -run TestSites -v ./cmd/asynchooks

# Go source, and random packages with one possible output: what type-checks does
# so rewritten, and prints the same instrumented. FUZZTIME is for each of three.
FUZZTIME ?= 3m
fuzz:
	$(GO) test -run '^$$' -fuzz FuzzRewrite -fuzztime $(FUZZTIME) -fuzzminimizetime 20x ./rewrite
	$(GO) test -run '^$$' -fuzz FuzzGenerated -fuzztime $(FUZZTIME) -fuzzminimizetime 20x ./rewrite
	ASYNCHOOKS_FUZZ=$(FUZZTIME) $(GO) test -run Differential -timeout 0 -v ./rewrite

# Messages in every form, each held against its sender, and then everything at
# once, also under the race detector and from an overlay; SOAK is how long each takes.
SOAK ?= 3m
soak: build
	bin/asynchooks run ./testdata/messages/soak -n 30000000 -hooks -check
	bin/asynchooks run ./testdata/soak -for $(SOAK)
	bin/asynchooks run ./testdata/soak -for $(SOAK) -active
	bin/asynchooks run -race ./testdata/soak -for $(SOAK)
	bin/asynchooks generate -o bin/overlay ./testdata/soak
	$(GO) build -overlay bin/overlay/overlay.json -o bin/soak ./testdata/soak
	bin/soak -for $(SOAK)

# Builds that are killed, or meet full disks, caches that are read-only, corrupt
# or shared by two versions, and clocks that jump; hooks that panic. As root, it
# mounts small and read-only file systems of its own; it says what it did.
faults:
	$(GO) test -tags faults -count=1 -timeout 30m -run 'Fault|HookPanics' -v ./cmd/asynchooks

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
