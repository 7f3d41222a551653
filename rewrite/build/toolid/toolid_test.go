package toolid

import "testing"

// TestNoID holds that there is no id without the sources that it is of: this test
// is a program that package rewrite is not part of.
func TestNoID(t *testing.T) {
	if id, ok := ID(); ok {
		t.Errorf("id %s of no sources", id)
	}
}
