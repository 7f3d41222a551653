package build

import "github.com/asynchooks/asynchooks/rewrite/build/toolcall"

// Version is the version of the tool.
const Version = toolcall.Version

// ToolID identifies what the tool does to a build, as [toolcall.ToolID] does.
func ToolID() string { return toolID() }

func toolID(exclude ...string) string {
	id, ok := toolcall.ToolID(exclude...)
	if !ok {
		panic("package rewrite is not part of this program") // this package imports it
	}
	return id
}
