package pair

// nonNilResults are functions whose result is a new value and never nil.
var nonNilResults = map[string]bool{
	"errors.New": true,
	"fmt.Errorf": true,
}

// stdRoots are the first elements of import paths of the standard library.
var stdRoots = set("archive", "arena", "bufio", "builtin", "bytes", "cmp", "compress", "container", "context",
	"crypto", "database", "debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html",
	"image", "index", "internal", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin",
	"reflect", "regexp", "runtime", "simd", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall",
	"testing", "text", "time", "unicode", "unique", "unsafe", "vendor", "weak", "cmd")

// stdCallsBack are interfaces of the standard library whose methods are the
// program's own code.
var stdCallsBack = set("net/http.Handler", "net/http.RoundTripper", "sort.Interface", "container/heap.Interface",
	"flag.Value", "database/sql/driver.Valuer", "database/sql.Scanner", "encoding/json.Marshaler",
	"encoding/json.Unmarshaler", "encoding.TextMarshaler", "encoding.TextUnmarshaler")

func set(names ...string) map[string]bool {
	m := make(map[string]bool)
	for _, n := range names {
		m[n] = true
	}
	return m
}
