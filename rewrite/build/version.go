package build

import "github.com/asynchooks/asynchooks/rewrite/build/toolid"

// Version is the version of the tool.
const Version = toolid.Version

// ToolID identifies what the tool does to a build, as [toolid.ID] does.
func ToolID() string { return toolID() }

func toolID(exclude ...string) string {
	id, ok := toolid.ID(exclude...)
	if !ok {
		panic("package rewrite is not part of this program") // this package imports it
	}
	return id
}
