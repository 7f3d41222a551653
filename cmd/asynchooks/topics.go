package main

import (
	"embed"
	"path"
	"slices"
	"strings"
)

// pages are the guides, which help prints by name and a code host shows.
//
//go:embed docs/*.md
var pages embed.FS

// topic is one guide: docs/NAME.md, whose first line is its title.
type topic struct{ name, title, text string }

// topics are the guides in the order of their names.
func topics() []topic {
	names, err := pages.ReadDir("docs")
	if err != nil {
		panic(err) // embedded
	}
	var all []topic
	for _, n := range names {
		text, err := pages.ReadFile(path.Join("docs", n.Name()))
		if err != nil {
			panic(err) // embedded
		}
		title, _, _ := strings.Cut(string(text), "\n")
		all = append(all, topic{strings.TrimSuffix(n.Name(), ".md"), strings.TrimPrefix(title, "# "), string(text)})
	}
	return all
}

// lookupTopic returns the guide of that name, or nil.
func lookupTopic(name string) *topic {
	all := topics()
	if i := slices.IndexFunc(all, func(t topic) bool { return t.name == name }); i >= 0 {
		return &all[i]
	}
	return nil
}
