package main

// A row is one operation.
type row struct {
	name  string
	op    string  // what the programs are asked to do
	use   string  // what package rt is used for meanwhile, as its program's arguments
	limit float64 // of what toolexec may cost; 0: none
	stock float64 // of what a program that is not instrumented may; 0: none
	free  bool    // it must not allocate
	base  string  // the operation that it is a ratio to, of the same program; "": the section's
}

// A section is rows that are ratios to the same.
type section struct {
	name string
	base string // the column that they are ratios to
	op   string // and the operation there; "": the row's
	kind kind
	rows []row
}

// A kind is how operations are measured.
type kind int

const (
	processorTime kind = iota
	served             // the time of requests to the program's server
	bytes              // of memory, in the place of a ratio
)

// What package rt is used for.
const (
	nothing = ""
	store   = "store"
)

var sections = []section{
	{"reads", byHand, "read", processorTime, []row{
		{name: "a storage that is set", op: "read", use: store, limit: 0.25, stock: 2, free: true},
		{name: "one of 8 set", op: "read, 8 set", use: store, limit: 0.25, stock: 2, free: true},
		{name: "one of 64 set", op: "read, 64 set", use: store, free: true},
		{name: "one of 4,096 set", op: "read, 4,096 set", use: store, free: true},
		{name: "one of 10,000 that exist", op: "read, of 10,000", use: store, limit: 0.25, stock: 2, free: true},
		{name: "one that is not set", op: "read", use: nothing, limit: 0.25, stock: 2, free: true},
		{name: "the id", op: "id", use: store, limit: 0.25, free: true},
		{name: "the id in a scope", op: "id in a scope", use: store, limit: 0.25, free: true},
	}},
	{"runs", byHand, "read", processorTime, []row{
		{name: "Run", op: "set", use: store, limit: 8},
		{name: "Run of a struct", op: "set a struct", use: store, limit: 8},
		{name: "Run, 3 others set", op: "set, 3 others set", use: store},
		{name: "Run, captured each time", op: "set and captured", use: store},
		{name: "Enter and leave", op: "enter", use: store, limit: 8},
		{name: "RunInAsyncScope", op: "scope", use: store, limit: 3, free: true},
	}},
	{"hooks", byHand, "read", processorTime, []row{
		{name: "an event, one hook", op: "event", use: store, limit: 6, free: true},
		{name: "an id, all processors / one", op: "new resource, processors", use: store, base: "new resource", limit: 2},
		{name: "a resource, Init / no hook", op: "new resource, Init", use: store, base: "new resource"},
	}},
	uses("go", processorTime, []use{{nothing, 1.05}, {store, 0}, {"ids store", 0}, {"hooks store", 0}}, "spawn"),
	uses("messages", processorTime, []use{{nothing, 1.05}, {store, 1.10}, {"ids store", 1.4}, {"hooks store", 2.5}},
		"unbuffered", "unbuffered, awaiting", "buffered", "buffered, awaiting", "same goroutine", "select", "select, polling"),
	uses("channels", processorTime, []use{{nothing, 1.05}}, "make(chan int)", "make(chan int, 8)", "make(chan *int, 8)", "make(chan struct{})"),
	uses("channels, bytes more", bytes, []use{{nothing, 16}}, "size of a chan int", "size of a chan int, 8", "size of a chan *int, 8", "size of a chan struct{}, 8"),
	uses("timers", processorTime, []use{{nothing, 0}, {store, 0}, {"hooks store", 0}}, "AfterFunc that fires", "AfterFunc and Stop", "NewTimer and Stop"),
	// A throughput of 0.97, and one of 0.90.
	uses("HTTP", served, []use{{store, 1 / 0.97}, {"hooks store", 1 / 0.90}}, "requests served"),
}

var nodeSections = []section{
	nodeSection("goroutine chain / await chain", "spawn"),
	nodeSection("channel / promise", "unbuffered"),
	nodeSection("timers", "timers"),
	nodeSection("HTTP request", "request"),
}

type use struct {
	words string
	limit float64
}

// uses returns the rows of operations, each with several uses.
func uses(name string, kind kind, uses []use, ops ...string) section {
	s := section{name: name, base: plain, kind: kind}
	for _, op := range ops {
		for _, u := range uses {
			r := row{name: op, op: op, use: u.words, limit: u.limit}
			if len(uses) > 1 {
				r.name += ": " + useNames[u.words]
			}
			s.rows = append(s.rows, r)
		}
	}
	return s
}

func nodeSection(name, op string) section {
	s := section{name: name, base: plain}
	for _, words := range []string{nothing, "init", "hooks", store, "stores"} {
		s.rows = append(s.rows, row{name: useNames[words], op: op, use: words})
	}
	return s
}

var useNames = map[string]string{
	nothing:       "nothing used",
	store:         "a store",
	"stores":      "ten stores",
	"ids store":   "ids, a store",
	"init":        "an init hook",
	"hooks":       "all hooks",
	"hooks store": "all hooks, a store",
}
