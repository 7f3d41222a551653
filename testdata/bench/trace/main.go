// Trace measures what the recorder costs: the throughput of an HTTP server that
// is recorded, against the same binary that is not, and the time of an event.
//
//	asynchooks run ./testdata/bench/trace
//
// With -cpu requests are counted against the processor time of both sides, in
// place of the clock: for a machine that does other things as well. Where the
// processors are what limits the throughput, that is the same figure.
//
// A figure is a geometric mean over interleaved pairs of runs, with the interval
// in which it lies with 95 % certainty. A limit that the whole interval exceeds
// makes the exit code 1.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	_ "github.com/asynchooks/asynchooks/rt/trace/auto"
)

// maxLoss is how much of the throughput the recorder may cost.
const maxLoss = 0.05

func main() {
	pairs := flag.Int("pairs", 24, "how many `pairs` of runs, at least 20")
	each := flag.Duration("each", time.Second, "how long a run takes")
	connections := flag.Int("connections", 16, "how many connections")
	server := flag.Bool("server", false, "be the server")
	cpu := flag.Bool("cpu", false, "count processor time in place of the clock")
	flag.Parse()
	if *server {
		serve()
	}
	if !rt.Instrumented() {
		fmt.Fprintln(os.Stderr, "build this with asynchooks: it compares two instrumented servers")
		os.Exit(2)
	}
	exceeded := measureEvents(max(*pairs, 20))
	dir, err := os.MkdirTemp("", "bench-trace-")
	check(err)
	plain, stopPlain := start("")
	recorded, stopRecorded := start(filepath.Join(dir, "trace"))
	rate(plain, *connections, *each, *cpu) // both are warm
	rate(recorded, *connections, *each, *cpu)
	var logs []float64
	var sum float64
	for range max(*pairs, 20) {
		without := rate(plain, *connections, *each, *cpu)
		with := rate(recorded, *connections, *each, *cpu)
		sum += without
		logs = append(logs, math.Log(with/without))
	}
	stopPlain()
	stopRecorded()
	info, err := os.Stat(filepath.Join(dir, "trace"))
	check(err)
	check(os.RemoveAll(dir))
	mean, half := interval(logs)
	low, high := math.Exp(mean-half), math.Exp(mean+half)
	verdict := ""
	if high < 1-maxLoss {
		verdict = "  EXCEEDED"
	}
	unit := "second"
	if *cpu {
		unit = "second of processor time"
	}
	fmt.Printf("HTTP throughput, recorded / not (%.0f requests a %s, trace of %d MB)  %.3f  [%.3f, %.3f]  at least %.2f%s\n",
		sum/float64(len(logs)), unit, info.Size()>>20, math.Exp(mean), low, high, 1-maxLoss, verdict)
	if verdict != "" || exceeded {
		os.Exit(1)
	}
}

// interval returns the mean, and half of its 95 % interval.
func interval(values []float64) (mean, half float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	var squares float64
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return mean, 2.07 * math.Sqrt(squares/(n-1)/n) // of Student's t, for 20 and more
}

// serve serves until its standard input ends.
func serve() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	check(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/time" {
			fmt.Fprintln(w, int64(cpuTime()))
			return
		}
		fmt.Fprintf(w, "hello, %s\n", r.URL.Path)
	})))
}

// start starts a server, that records to a file if there is one, and returns its
// address and what ends it.
func start(trace string) (address string, stop func()) {
	self, err := os.Executable()
	check(err)
	cmd := exec.Command(self, "-server")
	cmd.Env = append(os.Environ(), "ASYNCHOOKS_TRACE="+trace, "ASYNCHOOKS_TRACE_LIMIT=17179869184")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	check(err)
	out, err := cmd.StdoutPipe()
	check(err)
	check(cmd.Start())
	address, err = bufio.NewReader(out).ReadString('\n')
	check(err)
	return strings.TrimSpace(address), func() {
		in.Close()
		cmd.Wait()
	}
}

// rate returns how many requests a second the server answers.
func rate(address string, connections int, each time.Duration, cpu bool) float64 {
	var wg sync.WaitGroup
	var done atomic.Int64
	began := time.Now()
	used := cpuTime() + serverTime(address)
	for range connections {
		wg.Go(func() {
			c, err := net.Dial("tcp", address)
			check(err)
			defer c.Close()
			in := bufio.NewReader(c)
			n := int64(0)
			for time.Since(began) < each {
				_, err := io.WriteString(c, "GET /gopher HTTP/1.1\r\nHost: bench\r\n\r\n")
				check(err)
				length := 0
				for {
					line, err := in.ReadSlice('\n')
					check(err)
					if len(line) <= 2 {
						break
					}
					fmt.Sscanf(string(line), "Content-Length: %d", &length)
				}
				_, err = in.Discard(length)
				check(err)
				n++
			}
			done.Add(n)
		})
	}
	wg.Wait()
	took := time.Since(began)
	if cpu {
		took = cpuTime() + serverTime(address) - used
	}
	return float64(done.Load()) / took.Seconds()
}

// serverTime is the processor time that a server has used.
func serverTime(address string) time.Duration {
	res, err := http.Get("http://" + address + "/time")
	check(err)
	defer res.Body.Close()
	var ns int64
	_, err = fmt.Fscan(res.Body, &ns)
	check(err)
	return time.Duration(ns)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
