package vettool_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/asynchooks/asynchooks/analysis/vettool"
)

const vetOutput = `# example.com/m
{
	"example.com/m": {
		"asyncpair": [
			{
				"category": "pairleak",
				"posn": "/src/m/b.go:7:2",
				"end": "/src/m/b.go:7:16",
				"message": "the scope of r is not closed",
				"related": [{"posn": "/src/m/b.go:9:3", "end": "/src/m/b.go:9:3", "message": "returns here"}]
			}
		]
	}
}
# example.com/m [example.com/m.test]
{
	"example.com/m [example.com/m.test]": {
		"asyncpair": [
			{"category": "pairleak", "posn": "/src/m/b.go:7:2", "message": "the scope of r is not closed"}
		],
		"printf": [
			{"posn": "/src/m/a.go:3:1", "message": "wrong verb"}
		]
	}
}
`

func TestSARIF(t *testing.T) {
	var out bytes.Buffer
	if err := vettool.WriteSARIF(&out, strings.NewReader(vetOutput), "/src/m"); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct{ ID, HelpURI string }
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
				RelatedLocations []struct{ Message struct{ Text string } }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range log.Runs[0].Results {
		p := r.Locations[0].PhysicalLocation
		rule := log.Runs[0].Tool.Driver.Rules[r.RuleIndex]
		line := []string{rule.ID, rule.HelpURI, p.ArtifactLocation.URI}
		for _, rel := range r.RelatedLocations {
			line = append(line, rel.Message.Text)
		}
		got = append(got, strings.Join(line, " "))
	}
	want := []string{
		"printf https://pkg.go.dev/golang.org/x/tools/go/analysis/passes/printf a.go",
		"pairleak https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis/asyncpair#hdr-pairleak b.go returns here",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if log.Version != "2.1.0" {
		t.Errorf("version %q", log.Version)
	}
}

func TestSARIFError(t *testing.T) {
	in := `{"p": {"asyncpair": {"error": "cannot load"}}}`
	err := vettool.WriteSARIF(new(bytes.Buffer), strings.NewReader(in), "/")
	if err == nil || !strings.Contains(err.Error(), "cannot load") {
		t.Errorf("WriteSARIF gives %v", err)
	}
}

func TestEmptySARIF(t *testing.T) {
	var out bytes.Buffer
	if err := vettool.WriteSARIF(&out, strings.NewReader(""), "/"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"results": []`) {
		t.Errorf("a log without results:\n%s", &out)
	}
}
