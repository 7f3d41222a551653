// This file lets links.go declare functions without bodies.
