// Package golangci makes the analyzers a module plugin of golangci-lint. It is
// a package of its own since it registers itself when it is imported, and since
// nothing else needs the one module that it depends on.
//
// In .custom-gcl.yml, from which "golangci-lint custom" builds:
//
//	version: v2.6.0
//	plugins:
//	  - module: github.com/asynchooks/asynchooks
//	    import: github.com/asynchooks/asynchooks/analysis/golangci
//	    version: latest
//
// In .golangci.yml:
//
//	version: "2"
//	linters:
//	  enable: [asynchooks]
//	  settings:
//	    custom:
//	      asynchooks:
//	        type: module
//	        settings:
//	          enable: [sharedresource, hooklock, storeneverset]
//
// The setting enable turns on rules that are off by default.
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/suite"
)

func init() {
	register.Plugin("asynchooks", New)
}

// Settings are what .golangci.yml may say.
type Settings struct {
	Enable []string `json:"enable"` // rules that are off by default
}

type plugin struct{}

// New makes the plugin.
func New(settings any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](settings)
	if err != nil {
		return nil, fmt.Errorf("read settings of asynchooks: %w", err)
	}
	for _, rule := range s.Enable {
		if err := enable(rule); err != nil {
			return nil, err
		}
	}
	return plugin{}, nil
}

// enable turns on a rule, whichever analyzer has it.
func enable(rule string) error {
	for _, a := range suite.Analyzers {
		if a.Flags.Lookup(rule) != nil {
			return a.Flags.Set(rule, "true")
		}
	}
	return fmt.Errorf("read settings of asynchooks: enable: there is no rule %q that is off by default", rule)
}

// BuildAnalyzers gives the analyzers.
func (plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) { return suite.Analyzers, nil }

// GetLoadMode tells that they need types.
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
