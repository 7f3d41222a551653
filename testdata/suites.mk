# Longer suites and further benchmarks, each by its own name: make NAME, from the
# root. Each prints what it did.

.PHONY: otel otel-next callbacks requests greeter browser fidelity release goroot suites generated std sites fuzz soak faults bench-table bench-node bench-trace bench-memory bench-scaling bench-build analyzers golangci precision bench-generate bench-vet compare

# The module that joins OpenTelemetry, plain and instrumented, and what else serves
# a running program, with the race detector.
otel: build
	cd rt/asyncotel && $(GO) vet ./... && $(GO) test -race ./... && ../../bin/asynchooks test ./... && ../../bin/asynchooks test -race ./...
	bin/asynchooks test -race ./rt/asyncdebug ./rt/trace

# The same with another Go release.
otel-next: export GOTOOLCHAIN = go1.27.4
otel-next:
	$(GO) build -o bin/next/ ./cmd/asynchooks
	cd rt/asyncotel && ../../bin/next/asynchooks test ./...
	bin/next/asynchooks test ./rt/asyncdebug ./rt/trace

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

# What depends on the Go release, with the other one that is supported: the
# analyzers that go vet has, the runtime's patches, what rt makes of them, and what
# is rewritten.
OTHER ?= go1.27.4
release:
	GOTOOLCHAIN=$(OTHER) $(GO) test ./analysis/suite ./rewrite/... ./rt ./rt/trace

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

# One table of ratios: plain Go, this project in each mode, and its peers, among
# them orchestrion, which is built by its own tool. ONLY and COLUMNS are regular
# expressions that choose rows, as "section:name", and columns.
bench-table: build
	testdata/bench/table/run bin/asynchooks -only '$(ONLY)' -columns '$(COLUMNS)'

# What hooks and storages cost here and in Node.js, each against its own plain
# program; without node in PATH, here alone.
bench-node: build
	testdata/bench/table/run bin/asynchooks -node -only '$(ONLY)'

# What the recorder of traces costs: an event, and an HTTP server.
bench-trace: build
	bin/asynchooks run ./testdata/bench/trace

# The live heap after 10 million goroutines, storages and resources.
bench-memory: build
	bin/asynchooks run ./testdata/bench/memory

# What an event costs while goroutines, storages and queues grow, beside plain Go;
# the table, and the curves as bin/scaling.svg.
bench-scaling: build
	cd testdata/bench/scaling && $(GO) build -o $(CURDIR)/bin/scaling-plain . && $(CURDIR)/bin/asynchooks build -o $(CURDIR)/bin/scaling .
	bin/scaling-plain -svg bin/scaling.svg bin/scaling-plain bin/scaling

# What builds take, against plain ones: a program that serves HTTP, COLD pairs of it
# from an empty cache, and GRPC pairs of google.golang.org/grpc with its tests; and
# the same program built by orchestrion. It takes hours, and wants the machine alone.
COLD ?= 20
GRPC ?= 3
bench-build: build
	$(GO) run ./testdata/bench/build -cold $(COLD) -grpc $(GRPC) -orchestrion testdata/compare/orchestrion bin/asynchooks

# The analyzers beside lostcancel, go-spancheck, bodyclose and checklocks, on the
# same forms of each one's pair.
analyzers:
	cd testdata/analyzers && $(GO) run .

# golangci-lint, built with the analyzers as a plugin. Needs the module proxy.
golangci:
	testdata/golangci/run

# What the analyzers report in the standard library, x/tools, grpc, nats.go and
# this module, against the list of it; and the same engine on their locks.
precision: build
	testdata/precision/run bin/asynchooks
	$(GO) test ./analysis/internal/pair -run Mutexes -mutexes "std $$(sed 's/ .*//' testdata/precision/modules.txt | tr '\n' ' ')"

# asynchooks generate on a module of 1,000 packages.
bench-generate: build
	$(GO) run ./testdata/bench/generate bin/asynchooks

# The analyzers against go vet's own, over packages that do not use package rt:
# many pairs over some of the standard library, and a few over all of it.
bench-vet:
	$(GO) run ./testdata/bench/vet -pairs 20 encoding/... go/... text/...
	$(GO) run ./testdata/bench/vet -pairs 3 std

# What carries whose values where: this project, orchestrion and two libraries,
# each answering the same questions. orchestrion is built from its own module.
compare: build
	cd testdata/compare/ours && $(CURDIR)/bin/asynchooks build -o $(CURDIR)/bin/compare-ours .
	cd testdata/compare/libraries && $(GO) build -o $(CURDIR)/bin/compare-libraries .
	cd testdata/compare/orchestrion && $(GO) build -o $(CURDIR)/bin/orchestrion github.com/DataDog/orchestrion && \
		PATH="$(CURDIR)/bin:$$PATH" orchestrion go build -o $(CURDIR)/bin/compare-orchestrion .
	cd testdata/compare/cells && $(GO) run ./table asynchooks $(CURDIR)/bin/compare-ours orchestrion $(CURDIR)/bin/compare-orchestrion \
		jtolds/gls "$(CURDIR)/bin/compare-libraries gls" timandy/routine "$(CURDIR)/bin/compare-libraries routine"
