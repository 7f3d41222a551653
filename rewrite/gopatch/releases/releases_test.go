package releases

import (
	"strings"
	"testing"
)

func TestNotLater(t *testing.T) {
	if err := NotLater("go1.27.4", "go1.26.8"); err == nil || !strings.Contains(err.Error(), "GOTOOLCHAIN=go1.27.4") {
		t.Errorf("a later release: %v, want an error that says which toolchain to build with", err)
	}
	for _, toolchain := range []string{"go1.26", "go1.26.9", "go1.27rc1", "go1.27.4", "go1.9"} {
		if err := NotLater(toolchain, "go1.27.4"); err != nil {
			t.Errorf("%s with a tool of go1.27.4: %v", toolchain, err)
		}
	}
}

// A tool that was built with a toolchain under development reads what it can.
func TestNotLaterThanDevelopment(t *testing.T) {
	if err := NotLater("go1.27.4", "devel go1.28-abcdef"); err != nil {
		t.Error(err)
	}
}

func TestSupported(t *testing.T) {
	for _, version := range []string{"go1.26", "go1.26.8", "go1.26rc1", "go1.27.4 X:nogreenteagc"} {
		if err := Supported(version); err != nil {
			t.Errorf("%s: %v", version, err)
		}
	}
	for _, version := range []string{"", "go1.25.4", "go1.2", "go1.260", "go1.28", "devel"} {
		if err := Supported(version); err == nil || !strings.Contains(err.Error(), "GOTOOLCHAIN") {
			t.Errorf("%s: %v, want an error that says what to do", version, err)
		}
	}
}
