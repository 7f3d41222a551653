package vettool

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/internal/manual"
	"github.com/asynchooks/asynchooks/analysis/suite"
)

// finding is a diagnostic as go vet -json prints it.
type finding struct {
	Category string `json:"category"`
	Posn     string `json:"posn"`
	End      string `json:"end"`
	Message  string `json:"message"`
	Related  []struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	} `json:"related"`

	analyzer string
}

// The parts of SARIF 2.1.0 that code hosts read.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		HelpURI          string    `json:"helpUri,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
)

// WriteSARIF turns the output of go vet -json into a SARIF log. Files below dir
// are named relative to it.
func WriteSARIF(w io.Writer, vet io.Reader, dir string) error {
	findings, err := readFindings(vet)
	if err != nil {
		return err
	}
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "asynchooks", InformationURI: "https://github.com/asynchooks/asynchooks", Rules: []sarifRule{}}
	index := make(map[string]int)
	for _, f := range findings {
		id := f.analyzer
		if f.Category != "" {
			id = f.Category
		}
		if _, ok := index[id]; !ok {
			index[id] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule(f.analyzer, id))
		}
		res := sarifResult{
			RuleID: id, RuleIndex: index[id], Level: "warning", Message: sarifText{f.Message},
			Locations: []sarifLocation{{Physical: place(f.Posn, f.End, dir)}},
		}
		for i, r := range f.Related {
			res.Related = append(res.Related, sarifLocation{ID: i + 1, Physical: place(r.Posn, r.End, dir), Message: &sarifText{r.Message}})
		}
		run.Results = append(run.Results, res)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// readFindings reads what go vet -json prints: an object for each package, with
// lines between them that begin with #. Test variants of a package repeat what
// was found in it.
func readFindings(r io.Reader) ([]finding, error) {
	var objects bytes.Buffer
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if !strings.HasPrefix(line, "#") {
			objects.WriteString(line)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the output of go vet: %w", err)
		}
	}
	var all []finding
	seen := make(map[string]bool)
	dec := json.NewDecoder(&objects)
	for {
		var pkgs map[string]map[string]json.RawMessage
		if err := dec.Decode(&pkgs); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read the output of go vet: %w", err)
		}
		for pkg, analyzers := range pkgs {
			for name, raw := range analyzers {
				var list []finding
				if err := json.Unmarshal(raw, &list); err != nil {
					return nil, fmt.Errorf("analyze %s: %s: %s", pkg, name, raw)
				}
				for _, f := range list {
					f.analyzer = name
					if k := f.Posn + name + f.Message; !seen[k] {
						seen[k] = true
						all = append(all, f)
					}
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b finding) int {
		fa, la, ca := position(a.Posn)
		fb, lb, cb := position(b.Posn)
		return cmp.Or(cmp.Compare(fa, fb), cmp.Compare(la, lb), cmp.Compare(ca, cb), cmp.Compare(a.Message, b.Message))
	})
	return all, nil
}

// rule describes a rule for those who read the log.
func rule(analyzer, id string) sarifRule {
	i := slices.IndexFunc(suite.Vet, func(a *analysis.Analyzer) bool { return a.Name == analyzer })
	if i < 0 {
		return sarifRule{ID: id, ShortDescription: sarifText{id}}
	}
	a := suite.Vet[i]
	short, _, _ := strings.Cut(a.Doc, "\n")
	r := sarifRule{ID: id, ShortDescription: sarifText{short}, HelpURI: a.URL}
	if slices.Contains(suite.Analyzers, a) && id != analyzer {
		r.HelpURI = manual.URL(analyzer, id)
	}
	return r
}

// place turns positions of the form file:line:column into a location.
func place(posn, end, dir string) sarifPhysical {
	file, line, col := position(posn)
	p := sarifPhysical{Region: sarifRegion{StartLine: max(line, 1), StartColumn: col}}
	if _, l, c := position(end); l > 0 {
		p.Region.EndLine, p.Region.EndColumn = l, c
	}
	p.Artifact.URI = filepath.ToSlash(file)
	if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
		p.Artifact = sarifArtifact{URI: filepath.ToSlash(rel), URIBaseID: "%SRCROOT%"}
	}
	return p
}

func position(s string) (file string, line, col int) {
	cut := func(s string) (string, int) {
		i := strings.LastIndexByte(s, ':')
		if i < 0 {
			return s, 0
		}
		n, err := strconv.Atoi(s[i+1:])
		if err != nil {
			return s, 0
		}
		return s[:i], n
	}
	file, col = cut(s)
	file, line = cut(file)
	return file, line, col
}
