// Package auto records the program that it is linked into: "asynchooks trace
// run" and "trace test" link it, and say in the environment where the trace goes.
package auto

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"github.com/asynchooks/asynchooks/rt/trace"
)

// The environment: the file to record to, and how many bytes at most.
const (
	fileVariable  = "ASYNCHOOKS_TRACE"
	limitVariable = "ASYNCHOOKS_TRACE_LIMIT"
)

// maxFiles is how many processes can record at the same place: the second one
// to FILE.2, and so on.
const maxFiles = 10000

func init() {
	file := os.Getenv(fileVariable)
	if file == "" {
		return
	}
	limit, _ := strconv.ParseInt(os.Getenv(limitVariable), 10, 64)
	if err := record(file, limit); err != nil {
		fmt.Fprintf(os.Stderr, "asynchooks: %v; the program runs without\n", err)
	}
}

func record(file string, limit int64) error {
	for n := 1; ; n++ {
		path := file
		if n > 1 {
			path += "." + strconv.Itoa(n)
		}
		_, err := trace.StartFile(path, &trace.Options{Limit: limit})
		if !errors.Is(err, fs.ErrExist) || n == maxFiles {
			return err
		}
	}
}
