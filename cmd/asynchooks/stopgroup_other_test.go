//go:build !unix

package main

import "fmt"

func stopGroup(how string) error { return fmt.Errorf("stopgo %s: there are no process groups", how) }
