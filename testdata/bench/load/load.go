// Package load makes requests to an HTTP server over many connections at once,
// with as little work for each as can be.
package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A Client is connections to one server. It is for one goroutine at a time.
type Client struct {
	conns  []*conn
	answer []byte
}

type conn struct {
	net.Conn
	in *bufio.Reader
}

// Dial makes connections to the server at an address. Each of its answers is to
// have the body given. Whoever dials closes the client.
func Dial(address string, connections int, answer string) (*Client, error) {
	c := &Client{answer: []byte(answer)}
	for range connections {
		dialed, err := net.Dial("tcp", address)
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		c.conns = append(c.conns, &conn{dialed, bufio.NewReader(dialed)})
	}
	return c, nil
}

// Close closes the connections.
func (c *Client) Close() error {
	var errs []error
	for _, conn := range c.conns {
		errs = append(errs, conn.Close())
	}
	return errors.Join(errs...)
}

// Requests makes n requests for Path, on each connection one after another, and
// returns how long that took.
func (c *Client) Requests(n int) (time.Duration, error) {
	var left atomic.Int64
	left.Store(int64(n))
	errs := make([]error, len(c.conns))
	var wg sync.WaitGroup
	began := time.Now()
	for i, conn := range c.conns {
		wg.Go(func() {
			for errs[i] == nil && left.Add(-1) >= 0 {
				errs[i] = conn.request(c.answer)
			}
		})
	}
	wg.Wait()
	return time.Since(began), errors.Join(errs...)
}

// Path is what is requested.
const Path = "/gopher"

var request = []byte("GET " + Path + " HTTP/1.1\r\nHost: bench\r\n\r\n")

// request makes one request and reads its answer.
func (c *conn) request(answer []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == len("\r\n") {
			break
		}
	}
	body, err := c.in.Peek(len(answer))
	if err != nil {
		return err
	}
	if !bytes.Equal(body, answer) {
		return fmt.Errorf("got the answer %q, want %q", body, answer)
	}
	_, err = c.in.Discard(len(answer))
	return err
}
