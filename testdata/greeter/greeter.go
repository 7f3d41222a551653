// Package greeter tests asynchooks trace on the greeter server of the gRPC
// examples.
package greeter
