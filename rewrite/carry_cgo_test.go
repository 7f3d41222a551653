//go:build cgo && linux && amd64

package rewrite_test

func init() {
	withC = []carry{
		{name: "soak with the race detector", flags: "-race", pkg: "soak", args: "-n 20000 -hooks -check -close=false"},
		{name: "edges with the race detector", flags: "-race", pkg: "edges"},
		{name: "edges with the address sanitizer", flags: "-asan", pkg: "edges"},
	}
}
