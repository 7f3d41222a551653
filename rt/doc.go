// Package rt is async_hooks and AsyncLocalStorage for Go.
package rt
