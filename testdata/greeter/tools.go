//go:build tools

package greeter

import (
	_ "google.golang.org/grpc/examples/helloworld/greeter_client"
	_ "google.golang.org/grpc/examples/helloworld/greeter_server"
)
