package greeter

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// asynchooks is the command that is tested; make greeter builds it.
const asynchooks = "../../bin/asynchooks"

const example = "google.golang.org/grpc/examples/helloworld/"

// TestGreeter traces the greeter server of the gRPC examples while clients call
// it, and checks that the report says what the server does: it listens once,
// accepts a connection of each client, and for each of them starts a goroutine
// that shakes hands (Serve), because of that one another that reads its streams
// (handleRawConn), and because of that one another for each call (serveStreams).
func TestGreeter(t *testing.T) {
	dir := t.TempDir()
	client := filepath.Join(dir, "client")
	run(t, "go", "build", "-o", client, example+"greeter_client")

	file := filepath.Join(dir, "trace")
	server := exec.Command(asynchooks, "trace", "-o", file, "run", example+"greeter_server", "-port", "0")
	stderr, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatalf("%v: build it with make", err)
	}
	defer server.Process.Kill()
	lines := bufio.NewScanner(stderr)
	var log []string
	next := func(re string) []string {
		t.Helper()
		for lines.Scan() {
			log = append(log, lines.Text())
			if m := regexp.MustCompile(re).FindStringSubmatch(lines.Text()); m != nil {
				return m
			}
		}
		t.Fatalf("no line %q:\n%s", re, strings.Join(log, "\n"))
		return nil
	}
	port := next(`server listening at .*:(\d+)$`)[1]

	const clients = 3
	for range clients {
		if out := run(t, client, "-addr", "localhost:"+port, "-name", "gopher"); !strings.Contains(out, "Hello gopher") {
			t.Errorf("the client prints %s", out)
		}
		next(`Received: gopher`)
	}
	// The trace of a program that goes on is good for all that happened, and an
	// interrupt ends go run, and the program, without a last word.
	text := run(t, asynchooks, "trace", "view", "-text", file)
	causes, _, _ := strings.Cut(text, "\nWhy things ran")
	for _, want := range []string{
		`(?m)^    1 TCPServer .*greeter_server/main.go:\d+ main.main, 1 alive$`,
		`(?m)^      3 TCPConn google.golang.org/grpc@[^ ]*/server.go:\d+ google.golang.org/grpc.\(\*Server\).Serve`,
		`(?m)^        3 Goroutine google.golang.org/grpc@[^ ]*/server.go:\d+ google.golang.org/grpc.\(\*Server\).Serve`,
		`(?m)^          3 Goroutine google.golang.org/grpc@[^ ]*/server.go:\d+ google.golang.org/grpc.\(\*Server\).handleRawConn`,
		`(?m)^            3 Goroutine google.golang.org/grpc@[^ ]*/server.go:\d+ google.golang.org/grpc.\(\*Server\).serveStreams.func\d`,
	} {
		if !regexp.MustCompile(want).MatchString(causes) {
			t.Errorf("the causes lack %s", want)
		}
	}
	if !regexp.MustCompile(`(?m)^  3 +\d+ +[^ ]+ +[^ ]+ +TCPConn google.golang.org/grpc@`).MatchString(text) {
		t.Error("there are not three connections among the roots")
	}
	// The chain of a call, hop by hop.
	events := run(t, asynchooks, "trace", "export", "-format", "text", file)
	call := regexp.MustCompile(`init (\d+) Goroutine .*serveStreams\.func\d`).FindStringSubmatch(events)
	if call == nil {
		t.Fatal("no goroutine serves a call")
	}
	chain := run(t, asynchooks, "trace", "view", "-id", call[1], file)
	var hops []string
	for _, m := range regexp.MustCompile(`because of (\w+)`).FindAllStringSubmatch(chain, -1) {
		hops = append(hops, m[1])
	}
	if got := strings.Join(hops, " "); got != "Goroutine Goroutine TCPConn TCPServer main" {
		t.Errorf("a call came about because of %s:\n%s", got, chain)
	}
	if t.Failed() {
		t.Log(text)
	}
	pid := regexp.MustCompile(`"pid":(\d+)`).FindStringSubmatch(read(t, file))
	end(t, pid)
	next(`recorded greeter_server to `)
}

// end ends the server by its process id, which the trace has.
func end(t *testing.T, pid []string) {
	t.Helper()
	if pid == nil {
		t.Fatal("the trace has no process id")
	}
	n, err := strconv.Atoi(pid[1])
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(n)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// run returns what a command prints.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return string(out)
}
