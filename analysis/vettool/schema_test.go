package vettool_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/analysis/vettool"
)

// An object is what the SARIF 2.1.0 schema says of one kind of object: which
// properties it must have, one of which it must have, and what those that we
// write are: "string", "number", an object, or a list of objects.
type object struct {
	required []string
	oneOf    []string
	is       map[string]any
}

type listOf struct{ of *object }

// schema has the parts of the schema that are about what we write. Of properties
// that are not in it nothing is written.
var schema = func() *object {
	message := &object{oneOf: []string{"text", "id"}, is: map[string]any{"text": "string"}}
	location := &object{is: map[string]any{
		"id": "number",
		"physicalLocation": &object{oneOf: []string{"artifactLocation", "address"}, is: map[string]any{
			"artifactLocation": &object{is: map[string]any{"uri": "string", "uriBaseId": "string"}},
			"region": &object{oneOf: []string{"startLine", "charOffset", "byteOffset"}, is: map[string]any{
				"startLine": "number", "startColumn": "number", "endLine": "number", "endColumn": "number",
			}},
		}},
		"message": message,
	}}
	return &object{required: []string{"version", "runs"}, is: map[string]any{
		"$schema": "string", "version": "string",
		"runs": listOf{&object{required: []string{"tool"}, is: map[string]any{
			"tool": &object{required: []string{"driver"}, is: map[string]any{
				"driver": &object{required: []string{"name"}, is: map[string]any{
					"name": "string", "informationUri": "string",
					"rules": listOf{&object{required: []string{"id"}, is: map[string]any{
						"id": "string", "helpUri": "string",
						"shortDescription": &object{required: []string{"text"}, is: map[string]any{"text": "string"}},
					}}},
				}},
			}},
			"results": listOf{&object{required: []string{"message"}, is: map[string]any{
				"ruleId": "string", "ruleIndex": "number", "level": "string", "message": message,
				"locations": listOf{location}, "relatedLocations": listOf{location},
			}}},
		}}},
	}}
}()

// check compares a value with what it must be. Numbers, but for the index of a
// rule, count from one.
func check(path string, v, must any) (wrong []string) {
	switch must := must.(type) {
	case string:
		switch v := v.(type) {
		case string:
			if must != "string" || v == "" {
				wrong = append(wrong, path+" is a string, or empty")
			}
		case float64:
			least := 1.0
			if strings.HasSuffix(path, ".ruleIndex") {
				least = 0
			}
			if must != "number" || v < least {
				wrong = append(wrong, fmt.Sprintf("%s is %v", path, v))
			}
		default:
			wrong = append(wrong, fmt.Sprintf("%s is %v", path, v))
		}
	case listOf:
		list, ok := v.([]any)
		if !ok {
			return []string{path + " is no list"}
		}
		for i, x := range list {
			wrong = append(wrong, check(fmt.Sprintf("%s[%d]", path, i), x, must.of)...)
		}
	case *object:
		m, ok := v.(map[string]any)
		if !ok {
			return []string{path + " is no object"}
		}
		for _, name := range must.required {
			if _, ok := m[name]; !ok {
				wrong = append(wrong, path+" has no "+name)
			}
		}
		if must.oneOf != nil && !slices.ContainsFunc(must.oneOf, func(name string) bool { return m[name] != nil }) {
			wrong = append(wrong, path+" has none of "+strings.Join(must.oneOf, ", "))
		}
		for name, x := range m {
			if must.is[name] == nil {
				wrong = append(wrong, path+" has an unknown "+name)
				continue
			}
			wrong = append(wrong, check(path+"."+name, x, must.is[name])...)
		}
	}
	return wrong
}

func TestSchema(t *testing.T) {
	for name, in := range map[string]string{
		"findings":   vetOutput,
		"nothing":    "",
		"no columns": `{"p": {"asyncpair": [{"category": "pairleak", "posn": "/src/m/a.go:3", "message": "m"}]}}`,
		"elsewhere":  `{"p": {"printf": [{"posn": "/usr/a.go:3:1", "message": "m"}]}}`,
	} {
		var out bytes.Buffer
		if err := vettool.WriteSARIF(&out, strings.NewReader(in), "/src/m"); err != nil {
			t.Fatal(err)
		}
		var log map[string]any
		if err := json.Unmarshal(out.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range check("log", log, schema) {
			t.Errorf("%s: %s", name, wrong)
		}
		if log["version"] != "2.1.0" {
			t.Errorf("%s: version %v", name, log["version"])
		}
		for _, run := range log["runs"].([]any) {
			for _, r := range run.(map[string]any)["results"].([]any) {
				if level := r.(map[string]any)["level"]; !slices.Contains([]any{"none", "note", "warning", "error"}, level) {
					t.Errorf("%s: level %v", name, level)
				}
			}
		}
	}
}
