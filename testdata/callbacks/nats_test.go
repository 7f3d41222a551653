package callbacks

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

// natsServer speaks as much of the protocol as one client with one subscription
// needs: what is published comes back.
func natsServer(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		fmt.Fprintf(c, "INFO {\"server_id\":\"x\",\"version\":\"2.10.0\",\"max_payload\":1048576,\"proto\":1}\r\n")
		r := bufio.NewReader(c)
		sid := ""
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			switch f := strings.Fields(line); strings.ToUpper(f[0]) {
			case "PING":
				fmt.Fprint(c, "PONG\r\n")
			case "SUB":
				sid = f[len(f)-1]
			case "PUB":
				payload, err := r.ReadString('\n')
				if err != nil {
					return
				}
				fmt.Fprintf(c, "MSG %s %s %s\r\n%s", f[1], sid, f[len(f)-1], payload)
			}
		}
	}()
	return "nats://" + l.Addr().String()
}

func TestNATS(t *testing.T) {
	e := record(t, "NATSSubscription")
	closed := make(chan string, 1)
	var nc *nats.Conn
	store.Run("connect", func() {
		var err error
		nc, err = nats.Connect(natsServer(t), nats.ClosedHandler(func(*nats.Conn) { closed <- get() }))
		if err != nil {
			t.Fatal(err)
		}
	})
	got := make(chan string, 1)
	ended := make(chan string, 1)
	var s *nats.Subscription
	store.Run("subscribe", func() {
		var err error
		if s, err = nc.Subscribe("subject", func(m *nats.Msg) { got <- string(m.Data) + " " + get() }); err != nil {
			t.Fatal(err)
		}
	})
	store.Run("ended", func() { s.SetClosedHandler(func(subject string) { ended <- subject + " " + get() }) })
	store.Run("publish", func() {
		if err := nc.Publish("subject", []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if err := nc.Flush(); err != nil {
			t.Fatal(err)
		}
	})
	same(t, <-got, "hello subscribe")
	e.want(t, "init", "before", "after")
	store.Run("unsubscribe", func() {
		if err := s.Unsubscribe(); err != nil {
			t.Fatal(err)
		}
	})
	same(t, <-ended, "subject ended")
	store.Run("close", nc.Close)
	same(t, <-closed, "connect")
}
