package callbacks

import (
	"context"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

// TestGRPC: an interceptor gives a request its store; handlers, interceptors and
// client each see their own, also over a connection that an earlier call opened.
func TestGRPC(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	type seen struct{ outer, inner string }
	saw := make(chan seen, 1)
	outer := func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
		md, _ := metadata.FromIncomingContext(ctx)
		s := seen{outer: get()}
		store.Run("request "+md.Get("id")[0], func() {
			resp, err = handler(context.WithValue(ctx, seen{}, &s), req)
		})
		saw <- s
		return resp, err
	}
	inner := func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		ctx.Value(seen{}).(*seen).inner = get()
		return handler(ctx, req)
	}
	var s *grpc.Server
	store.Run("registration", func() {
		s = grpc.NewServer(grpc.ChainUnaryInterceptor(outer, inner), grpc.NumStreamWorkers(1))
		grpc_health_v1.RegisterHealthServer(s, health.NewServer())
	})
	served := make(chan error, 1)
	go func() { store.Run("server", func() { served <- s.Serve(l) }) }()
	var cc *grpc.ClientConn
	store.Run("dial", func() {
		intercept := func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			md, _ := metadata.FromOutgoingContext(ctx)
			same(t, get(), "client "+md.Get("id")[0])
			return invoke(ctx, method, req, reply, cc, opts...)
		}
		if cc, err = grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithUnaryInterceptor(intercept)); err != nil {
			t.Fatal(err)
		}
	})
	for _, id := range []string{"1", "2", "3"} {
		store.Run("client "+id, func() {
			ctx := metadata.AppendToOutgoingContext(context.Background(), "id", id)
			if _, err := grpc_health_v1.NewHealthClient(cc).Check(ctx, &grpc_health_v1.HealthCheckRequest{}); err != nil {
				t.Fatal(err)
			}
			same(t, get(), "client "+id)
		})
		got := <-saw
		same(t, got.outer, "none")
		same(t, got.inner, "request "+id)
	}
	cc.Close()
	s.Stop()
	<-served
}
