package golangci_test

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"

	"github.com/asynchooks/asynchooks/analysis/asynchook"
	_ "github.com/asynchooks/asynchooks/analysis/golangci"
	"github.com/asynchooks/asynchooks/analysis/suite"
)

func TestPlugin(t *testing.T) {
	newPlugin, err := register.GetPlugin("asynchooks")
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlugin(map[string]any{"enable": []any{"hooklock"}})
	if err != nil {
		t.Fatal(err)
	}
	flag := asynchook.Analyzer.Flags.Lookup("hooklock")
	if flag.Value.String() != "true" {
		t.Errorf("hooklock is %s", flag.Value)
	}
	if err := flag.Value.Set("false"); err != nil {
		t.Error(err)
	}
	list, err := p.BuildAnalyzers()
	if err != nil || len(list) != len(suite.Analyzers) {
		t.Errorf("%d analyzers, %v", len(list), err)
	}
	if mode := p.GetLoadMode(); mode != register.LoadModeTypesInfo {
		t.Errorf("load mode %q", mode)
	}
}

func TestUnknownRule(t *testing.T) {
	newPlugin, err := register.GetPlugin("asynchooks")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newPlugin(map[string]any{"enable": []any{"pairleak"}}); err == nil {
		t.Error("a rule that is always on is taken for one that is off")
	}
}
