package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/examples/desk/api"
)

// A description is what the API says of itself, with the schemas in it compiled.
type description struct {
	t        *testing.T
	document map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

const here = "https://desk.example/openapi.json"

func described(t *testing.T, w *world) *description {
	t.Helper()
	got := client{w: w}.get("/openapi.json")
	require.Equal(t, 200, got.Code)
	parsed, err := jsonschema.UnmarshalJSON(got.Body)
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	require.NoError(t, c.AddResource(here, parsed))
	return &description{t, parsed.(map[string]any), c, map[string]*jsonschema.Schema{}}
}

// check holds an answer to what the description says of it.
func (d *description) check(method, path string, got *httptest.ResponseRecorder) {
	d.t.Helper()
	if got.Code == 304 || got.Code == 405 || got.Code == 204 || method == "HEAD" {
		return
	}
	kind, answer := "application/json", fmt.Sprint(got.Code)
	if got.Code >= 400 {
		kind, answer = "application/problem+json", "default"
		if got.Code == 413 {
			answer = "413"
		}
	}
	require.Equal(d.t, kind, got.Header().Get("Content-Type"), "%s %s: %s", method, path, got.Body)
	place := strings.ReplaceAll(strings.ReplaceAll(path, "~", "~0"), "/", "~1")
	at := fmt.Sprintf("%s#/paths/%s/%s/responses/%s/content/%s/schema", here, place, strings.ToLower(method), answer, strings.ReplaceAll(kind, "/", "~1"))
	if d.schemas[at] == nil {
		s, err := d.compiler.Compile(at)
		require.NoError(d.t, err)
		d.schemas[at] = s
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(got.Body.String()))
	require.NoError(d.t, err)
	require.NoError(d.t, d.schemas[at].Validate(value), "%s %s %d: %s", method, path, got.Code, got.Body)
}

func TestAPIDescriptionIsOpenAPI(t *testing.T) {
	d := described(t, newWorld(t))
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/swaggest/openapi-go").Output()
	require.NoError(t, err)
	file, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "resources", "schema", "openapi31.json")) // as published by the OpenAPI Initiative
	require.NoError(t, err)
	defer file.Close()
	schema, err := jsonschema.UnmarshalJSON(file)
	require.NoError(t, err)
	require.NoError(t, d.compiler.AddResource("https://desk.example/oas.json", schema))
	compiled, err := d.compiler.Compile("https://desk.example/oas.json")
	require.NoError(t, err)
	require.NoError(t, compiled.Validate(d.document))
	require.Error(t, compiled.Validate(map[string]any{"openapi": "3.1.0"}), "the schema can refuse")
	require.Len(t, d.paths(), 36)
}

func (d *description) paths() []string {
	return slices.Sorted(maps.Keys(d.document["paths"].(map[string]any)))
}

// operations are the methods that the description has for a path.
func (d *description) operations(path string) map[string]any {
	return d.document["paths"].(map[string]any)[path].(map[string]any)
}

// resolve follows a reference into the components.
func (d *description) resolve(s map[string]any) map[string]any {
	ref, ok := s["$ref"].(string)
	if !ok {
		return s
	}
	at := any(d.document)
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[part]
	}
	return at.(map[string]any)
}

// texts are values that somebody could send for anything.
var texts = []string{"", "x", "loneliness", "phone", "yes", "no", "routine", "9434765803", "1960-02-03", "2026-11-30T08:00:00Z", "nothing", "\x00", "é\u202e", "'; DROP TABLE", "../..", "999999999999999999999", "[personal]", strings.Repeat("A", 30_000)}

// value draws something for a schema: mostly of its type, and sometimes of none.
func (d *description) value(t *rapid.T, s map[string]any, depth int) any {
	s = d.resolve(s)
	kind, _ := s["type"].(string)
	if kinds, ok := s["type"].([]any); ok {
		kind = kinds[0].(string)
	}
	if rapid.IntRange(0, 9).Draw(t, "wrong") == 0 || depth > 5 {
		return rapid.SampledFrom([]any{nil, true, -1.5, 1e300, "x", []any{[]any{}}, map[string]any{"unheard": 1}}).Draw(t, "other")
	}
	switch kind {
	case "object":
		all := map[string]any{}
		properties, _ := s["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			if rapid.IntRange(0, 9).Draw(t, "there") > 0 {
				all[name] = d.value(t, properties[name].(map[string]any), depth+1)
			}
		}
		return all
	case "array":
		items, _ := s["items"].(map[string]any)
		all := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			all = append(all, d.value(t, items, depth+1))
		}
		return all
	case "integer", "number":
		return rapid.SampledFrom([]any{0, 1, 40, -1, 1.5, 1e18}).Draw(t, "number")
	case "boolean":
		return rapid.Bool().Draw(t, "bool")
	}
	if enum, ok := s["enum"].([]any); ok {
		return rapid.SampledFrom(enum).Draw(t, "enum")
	}
	return rapid.SampledFrom(texts).Draw(t, "text")
}

// Every route of the description is asked by everybody and nobody, with what it takes and
// with anything else: the answer is as described, and never a fault of the service.
func TestAPIAnswersWhateverIsSentAsDescribed(t *testing.T) {
	w := newWorld(t)
	d := described(t, w)
	clients := []client{{w: w}, {w, "made-up"}}
	for _, user := range []string{"dr-khan", "ann", "ben", "lena", "bo", "ada"} {
		clients = append(clients, w.as("sandholme", user), w.as("dale", user))
	}
	provider, placement := w.asked("sandholme", w.spoken("sandholme"))
	clients = append(clients, provider, w.themself("sandholme", w.spoken("sandholme")))
	ids := []string{placement, w.spoken("sandholme"), w.spoken("dale"), "R-unknown", "%00", "%2e%2e", "9434765919", strings.Repeat("x", 300), "PL-1"}
	for _, path := range d.paths() {
		for _, c := range clients { // of whom somebody may read it
			for _, id := range ids[:3] {
				d.check("get", path, c.get(strings.TrimPrefix(strings.ReplaceAll(path, "{id}", id), api.Prefix)+"?need=loneliness&choice=C-sharing"))
			}
		}
	}
	count := map[int]int{}
	one := func(t *rapid.T) {
		path := rapid.SampledFrom(d.paths()).Draw(t, "path")
		operations := d.operations(path)
		method := rapid.SampledFrom(slices.Sorted(maps.Keys(operations))).Draw(t, "method")
		operation := operations[method].(map[string]any)
		body := ""
		if request, ok := operation["requestBody"].(map[string]any); ok {
			schema := request["content"].(map[string]any)["application/json"].(map[string]any)["schema"].(map[string]any)
			data, err := json.Marshal(d.value(t, schema, 0))
			require.NoError(t, err)
			body = rapid.SampledFrom([]string{string(data), string(data), string(data), "", "{", "null", "[1]", "\xff"}).Draw(t, "body")
		}
		at := strings.TrimPrefix(strings.ReplaceAll(path, "{id}", rapid.SampledFrom(ids).Draw(t, "id")), api.Prefix)
		if rapid.Bool().Draw(t, "query") {
			at += "?need=" + rapid.SampledFrom([]string{"loneliness", "", "%ff", "LONELY"}).Draw(t, "need") + "&limit=" + rapid.SampledFrom([]string{"1", "x", "-1"}).Draw(t, "limit")
		}
		headers := []string{
			"Idempotency-Key", rapid.SampledFrom([]string{"k-1", "k-2", "", "\u00e9", strings.Repeat("k", 300)}).Draw(t, "key"),
			"If-Match", rapid.SampledFrom([]string{"*", `"1"`, `"4"`, "", `"x"`, `W/"1"`, `"0"`}).Draw(t, "match"),
			"Content-Type", rapid.SampledFrom([]string{"application/json", "application/json; charset=utf-8", "text/plain"}).Draw(t, "type"),
		}
		as := rapid.SampledFrom(clients).Draw(t, "as")
		got := as.ask(strings.ToUpper(method), at, body, headers...)
		count[got.Code]++
		if got.Code >= 500 {
			t.Fatalf("%s %s %s: %d %s", method, at, body, got.Code, got.Body)
		}
		d.check(method, path, got)
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			one(t)
		}
	})
	require.Subset(t, slices.Collect(maps.Keys(count)), []int{200, 400, 401, 403, 404, 415, 422}, "all kinds of answers were met: %v", count)
	require.NotContains(t, w.log.String(), `"msg":"panic"`)
}

func TestAPISaysWhatMayBeAskedInstead(t *testing.T) {
	w := newWorld(t)
	d := described(t, w)
	for _, path := range d.paths() {
		at := strings.TrimPrefix(strings.ReplaceAll(path, "{id}", "R-1"), api.Prefix)
		for _, method := range []string{"PUT", "DELETE", "PATCH", "BREW"} {
			got := w.as("sandholme", "ann").ask(method, at, "")
			require.Equal(t, 405, got.Code, "%s %s", method, path)
			require.NotEmpty(t, got.Header().Get("Allow"))
			require.Equal(t, "application/problem+json", got.Header().Get("Content-Type"))
		}
	}
	require.Equal(t, 404, client{w: w}.get("/nowhere").Code)
}

// The markers of June are sought in whatever those get who may not see her: the practice
// that did not send her would be one, but here all but her worker and their lead.
func TestAPILeaksNothingOfAnybody(t *testing.T) {
	w := newWorld(t)
	d := described(t, w)
	june := w.spoken("sandholme")
	ann := w.as("sandholme", "ann")
	shown := ann.get("/referrals/" + june).Body.String()
	markers := []string{"Moon", "9434765919", "07700 900123", "Misses the"}
	for _, m := range markers {
		if m != "9434765919" {
			require.Contains(t, shown, m, "her worker sees her, so that a leak could be found")
		}
	}
	asked, placement := w.asked("sandholme", june) // who is told her name with the yes, and not before
	others := []client{{w: w}, asked, w.as("sandholme", "dr-khan"), w.as("sandholme", "ben"), w.as("sandholme", "bo"), w.as("sandholme", "ada"), w.as("dale", "ben")}
	var tokens []string
	for _, c := range append(others, ann) {
		if c.token != "" {
			tokens = append(tokens, c.token)
		}
	}
	duplicate := strings.Replace(intake, "9434765803", "9434765919", 1)
	for _, c := range others {
		for _, path := range d.paths() {
			id := june
			if strings.Contains(path, "/placements/") {
				id = placement
			}
			at := strings.TrimPrefix(strings.ReplaceAll(path, "{id}", id), api.Prefix)
			for _, body := range []string{"", "{}", duplicate, `{"text":"of the allotment"}`, `{"channel":"phone","minutes":1,"note":"allotment"}`, `{"number":"9434765910","family":7}`} {
				for _, method := range []string{"GET", "POST"} {
					if strings.HasSuffix(path, "/sessions") {
						continue
					}
					got := c.ask(method, at+"?need=loneliness", body, "Idempotency-Key", "leak", "If-Match", "*")
					for _, m := range append(tokens, append(markers, "9434765910")...) {
						require.NotContains(t, got.Body.String()+fmt.Sprint(got.Header()), m, "%s %s by %v", method, at, slices.Index(others, c))
					}
				}
			}
		}
	}
	for _, m := range append(tokens, append(markers, june, "P-", "leak", "9434765910", `"ann"`, "127.0.0.1")...) {
		require.NotContains(t, w.log.String(), m)
	}
	require.Contains(t, w.log.String(), `"route":"GET /api/v1/referrals/{id}"`)
}
