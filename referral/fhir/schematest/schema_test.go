// Package schematest holds what package fhir writes against the JSON schema that HL7
// publishes for FHIR R4.
//
// The schema has two faults, which are taken out of a document before it is checked:
// it knows no member "_questionnaire" beside the canonical of a QuestionnaireResponse, and
// it refuses the null with which FHIR pads one of two parallel lists ("given":[null,"Una"]
// beside "_given"). Both are legal: https://hl7.org/fhir/R4/json.html#null
package schematest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/internal/tier"
)

const location = "http://hl7.org/fhir/json-schema/4.0"

// A checker holds the schemas of the types of resources that it has been asked for.
type checker struct {
	compiler *jsonschema.Compiler
	of       map[string]*jsonschema.Schema
}

// newChecker reads the schema. Each type is compiled when it is first met: the whole takes
// seconds, and tries every resource against 146 types.
func newChecker(tb testing.TB) checker {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(shared.Dir(tb), "data/fhir/schema/fhir.r4.schema.json"))
	require.NoError(tb, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(tb, err)
	byType(doc.(map[string]any))
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	require.NoError(tb, c.AddResource(location, doc))
	return checker{compiler: c, of: map[string]*jsonschema.Schema{}}
}

// byType lets a contained resource, or one in a bundle, be checked against its own type
// alone instead of against all of them, in the words of draft 7. Documents of other types
// are refused as before.
func byType(doc map[string]any) {
	delete(doc, "$schema") // draft 6
	var arms, types []any
	for name := range doc["discriminator"].(map[string]any)["mapping"].(map[string]any) {
		is := map[string]any{"properties": map[string]any{"resourceType": map[string]any{"const": name}}}
		arms = append(arms, map[string]any{"if": is, "then": map[string]any{"$ref": "#/definitions/" + name}})
		types = append(types, name)
	}
	doc["definitions"].(map[string]any)["ResourceList"] = map[string]any{
		"required": []any{"resourceType"}, "properties": map[string]any{"resourceType": map[string]any{"enum": types}}, "allOf": arms,
	}
}

// refuses returns why the schema does not accept a resource, or nil.
func (c checker) refuses(resource []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(resource))
	if err != nil {
		return err
	}
	fields, isObject := doc.(map[string]any)
	if !isObject {
		return fmt.Errorf("no object")
	}
	name, _ := fields["resourceType"].(string)
	s, known := c.of[name]
	if !known {
		if s, err = c.compiler.Compile(location + "#/definitions/" + name); err != nil {
			return err
		}
		c.of[name] = s
	}
	forgive(doc)
	return s.Validate(doc)
}

// forgive takes out of a document what the schema wrongly refuses.
func forgive(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["resourceType"] == "QuestionnaireResponse" {
			delete(v, "_questionnaire")
		}
		for name, value := range v {
			if list, isList := value.([]any); isList && v[sibling(name)] != nil {
				v[name] = slices.DeleteFunc(list, func(one any) bool { return one == nil })
			}
			forgive(v[name])
		}
	case []any:
		for _, one := range v {
			forgive(one)
		}
	}
}

// sibling is the name of the list that a list of primitives may be parallel to.
func sibling(name string) string {
	if short, extensions := strings.CutPrefix(name, "_"); extensions {
		return short
	}
	return "_" + name
}

// files are the resources of a folder of the reference data, by name.
func files(tb testing.TB, folder string) map[string][]byte {
	tb.Helper()
	found := map[string][]byte{}
	dir := filepath.Join(shared.Dir(tb), "data/fhir", folder)
	require.NoError(tb, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(name)] = text
		return err
	}))
	require.NotEmpty(tb, found)
	return found
}

func TestTheSchemaAcceptsThePublishedExamples(t *testing.T) {
	tier.Unraced(t)
	c := newChecker(t)
	for _, folder := range []string{"r4-examples", "sdohcc", "sdohcc3/examples"} {
		t.Run(folder, func(t *testing.T) {
			for name, text := range files(t, folder) {
				require.NoError(t, c.refuses(text), name)
			}
		})
	}
}

func TestTheSchemaRefusesMutants(t *testing.T) {
	c := newChecker(t)
	require.NoError(t, c.refuses([]byte(`{"resourceType":"Task","status":"draft"}`)), "a hole of the schema: it asks for no intent")
	for name, text := range map[string]string{
		"a code that Task does not have":   `{"resourceType":"Task","status":"lapsed","intent":"order"}`,
		"an element that R4 does not have": `{"resourceType":"Task","status":"draft","intent":"order","requestedPeriod":{"start":"2026-11-30"}}`,
		"a number in quotes":               `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueInteger":"3"}`,
		"a date that is none":              `{"resourceType":"Task","status":"draft","intent":"order","authoredOn":"30/11/2026"}`,
		"no subject":                       `{"resourceType":"ServiceRequest","status":"active","intent":"order"}`,
		"a contained resource at fault":    `{"resourceType":"Task","status":"draft","intent":"order","contained":[{"resourceType":"Patient","id":"p","born":"2026"}]}`,
		"a contained one of no known type": `{"resourceType":"Task","status":"draft","intent":"order","contained":[{"resourceType":"Client","id":"p"}]}`,
		"an entry at fault":                `{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Task","status":"lapsed","intent":"order"}}]}`,
		"null where no list is parallel":   `{"resourceType":"Patient","id":"p","name":[{"given":[null,"Una"]}]}`,
	} {
		t.Run(name, func(t *testing.T) { require.Error(t, c.refuses([]byte(text))) })
	}
}

func TestTheSchemaIsForgivenItsTwoFaults(t *testing.T) {
	c := newChecker(t)
	for _, text := range []string{
		`{"resourceType":"Patient","name":[{"given":[null,"Una"],"_given":[{"extension":[{"url":"https://bay.example/x","valueCode":"masked"}]},null]}]}`,
		`{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"https://bay.example/q","_questionnaire":{"extension":[{"url":"https://bay.example/x","valueString":"y"}]}}`,
	} {
		require.NoError(t, c.refuses([]byte(text)))
	}
}
