package detect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// findFile looks at the first part of a file.
func findFile(name string, head []byte) Found {
	text := bytes.TrimLeft(bytes.TrimPrefix(inUTF8(head), []byte("\uFEFF")), " \t\r\n")
	switch {
	case len(text) == 0:
		return not(Nothing, name, "is empty")
	case text[0] == '{' || text[0] == '[':
		return findJSON(name, text)
	case text[0] == '<':
		return not(WebPage, name, "is a page of the web or another text in angle brackets")
	}
	f, err := csvfile.Open(bytes.NewReader(head), name)
	if issue, ok := errors.AsType[sp.Issue](err); ok {
		return not(Nothing, name, "is neither JSON nor a table: "+issue.Detail)
	}
	if err != nil || len(f.Header) < 2 {
		return not(Nothing, name, "is neither JSON nor a table of several columns")
	}
	if strings.ContainsAny(strings.Join(f.Header, ""), "{}") {
		return not(Nothing, name, "is neither JSON nor a table: it may be a program")
	}
	if f.Separator == '|' && isRuled(head) {
		return not(Nothing, name, "is a text for people, with tables in it")
	}
	if !isEven(f) {
		return not(Nothing, name, "is neither JSON nor a table: most of its rows have not as many fields as the first")
	}
	return not(Sheet, name, "is a table: what its columns mean has to be said by a mapping")
}

// isEven reports whether most rows of what may be a table have as many fields as there
// are columns: texts for people have commas too.
func isEven(f *csvfile.File) bool {
	rows, even := 0, 0
	for row, err := range f.Rows() {
		if err != nil {
			break
		}
		rows++
		if len(row.Fields) == len(f.Header) {
			even++
		}
	}
	return 2*even >= rows
}

// ruled is a line under the header of a table in a text for people, as in Markdown.
var ruled = regexp.MustCompile(`(?m)^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*$`)

func isRuled(head []byte) bool { return ruled.Match(head) }

// inUTF8 returns the first part of a file as UTF-8 if it is in UTF-16.
func inUTF8(head []byte) []byte {
	if len(head) < 2 || head[0] != 0 && head[1] != 0 && head[0] < 0xFE {
		return head
	}
	text, err := csvfile.Decode(bytes.NewReader(head))
	if err != nil {
		return head
	}
	decoded, err := io.ReadAll(text)
	if err != nil {
		return head
	}
	return decoded
}

// listed finds lists of records by name, however deep they stand.
var listed = regexp.MustCompile(`(?i)"(?:services|organi[sz]ations|locations)"\s*:\s*\[\s*\{`)

// Names that tell what JSON is.
var (
	ofRecords = []string{"id", "name"}
	ofLists   = []string{
		"services", "service", "organizations", "organization", "organisations", "organisation", "locations", "location",
		"service_at_locations", "taxonomies", "taxonomy_terms", "data", "items", "results", "result", "response", "payload", "records",
		"body", "value", "documents", "objects", "list", "entries", "rows", "nodes", "edges", "hits", "_embedded",
	}
	ofFailures  = []string{"error", "errors", "message", "detail", "title", "statusCode", "status"}
	ofAnswers   = []string{"error", "errors", "message", "detail", "statusCode", "stack"} // beside an identifier or a name
	ofFormats   = []string{"$schema", "$defs", "openapi", "swagger"}
	ofRealThing = slices.Concat(ofOne, []string{"status", "description", "url", "email", "website", "service_id", "location_id", "taxonomy", "taxonomy_id", "parent_id"})

	shapes = []string{
		"FeatureCollection", "Feature", "Topology", "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
	}
)

// A head is what the first object of a text in JSON has.
type head struct {
	fields []string
	values map[string]string // of fields that are texts
	text   []byte
}

func (h head) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(h.fields, n) })
}

// findJSON looks at the names of the fields of the first object.
func findJSON(name string, text []byte) Found {
	fields, values := firstFields(text)
	h := head{fields, values, text}
	switch {
	case len(fields) == 0 && text[0] == '[' && strings.HasPrefix(strings.TrimSpace(string(text[1:])), "]"):
		return is(Records, name, "is a list without records")
	case len(fields) == 0:
		return not(Nothing, name, "holds no object with fields")
	case h.has("features") || slices.Contains(shapes, values["type"]):
		return not(GeoJSON, name, "holds the shapes of a map: there is no service in it that says what it is")
	case h.has("content") && (h.has("totalElements", "totalPages") || !h.has(ofRecords...)):
		return is(OldPage, name, "has an envelope with content, as in Open Referral UK 1")
	case h.has("contents") && (h.has("total_items", "page_number") || !h.has(ofRecords...)):
		return is(Page, name, "has an envelope with contents, as in HSDS 3")
	case h.describesFormat():
		return not(Nothing, name, "describes a format, and holds no record of it")
	case h.fails():
		return not(Failure, name, "says that something went wrong, and holds no record")
	case h.has(ofRecords...):
		return is(Records, name, "holds records with identifiers or names")
	}
	return findEnvelope(name, h)
}

// ofActivities finds an item of a page of OpenActive, which has a state and a kind around what
// it is about, and nothing where it was deleted.
var ofActivities = regexp.MustCompile(`"items"\s*:\s*\[\s*\{(?:[^{}\[\]]|"data"\s*:\s*\{)*"state"\s*:\s*"(?:updated|deleted)"`)

// findEnvelope looks for records within an object that is none.
func findEnvelope(name string, h head) Found {
	switch {
	case h.has("next") && ofActivities.Match(h.text):
		return not(Nothing, name, "is a page of OpenActive, which lists sessions and no services: when they happen is read by package schemaorg")
	case h.has(ofLists...), listed.Match(h.text):
		return is(Envelope, name, "holds lists of records by name")
	case holdsRecord(h.text):
		return is(Envelope, name, "holds records with names within other objects")
	case h.has(ofFailures...):
		return not(Failure, name, "says that something went wrong, and holds no record")
	}
	return not(Nothing, name, "holds no field that tells of a service, an organisation or a location")
}

// describesFormat reports whether it is a schema, the description of an API or a package
// of data.
func (h head) describesFormat() bool {
	return h.has(ofFormats...) && !h.has(ofOne...) || h.has("resources") && h.has(ofRecords...) || h.values["type"] == "object" && h.has("properties") || h.has("datapackage_metadata")
}

// fails reports whether it says that something went wrong, though with an identifier or a
// name of its own.
func (h head) fails() bool {
	return h.has("id") != h.has("name") && h.has(ofAnswers...) && (h.has("message") || !h.has(ofRealThing...))
}

// ofOne are fields that records of directories have beside a name, and few others.
var ofOne = []string{
	"organization_id", "organization", "service_at_locations", "schedules", "cost_options", "fees", "minimum_age", "maximum_age", "eligibility_description",
	"application_process", "latitude", "location_type", "addresses", "address_1", "organization_identifiers", "locations", "services", "phones", "contacts",
}

// deepest bounds how deep a record is looked for.
const deepest = 6

// holdsRecord reports whether an object somewhere in the text, and not in the shapes
// of a map, has a name and some other field of a record.
func holdsRecord(text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	type level struct{ object, key, name, other, shape bool }
	var around []level
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		top := len(around) - 1
		if word, isText := token.(string); isText && top >= 0 && around[top].object && !around[top].key {
			l := &around[top]
			word = strings.ToLower(word)
			l.key, l.name, l.other = true, l.name || word == "name", l.other || slices.Contains(ofOne, word)
			l.shape = word == "properties" || word == "features" || word == "geometry"
			if l.name && l.other {
				return true
			}
			continue
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if len(around) == deepest || top >= 0 && around[top].shape {
				return false
			}
			around = append(around, level{object: token == json.Delim('{')})
			continue
		case json.Delim('}'), json.Delim(']'):
			around = around[:top]
			top--
		}
		if top >= 0 {
			around[top].key = false
		}
	}
}

// firstFields returns the names of the fields of the first object, and those of
// their values that are texts, as far as the text goes.
func firstFields(text []byte) (fields []string, values map[string]string) {
	values = map[string]string{}
	d := json.NewDecoder(bytes.NewReader(text))
	depth, at := 0, 0 // of the first object
	key := ""
	for {
		token, err := d.Token()
		if err != nil {
			return fields, values
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			if at == 0 && token == json.Delim('{') {
				at = depth
			}
		case json.Delim('}'), json.Delim(']'):
			if depth == at {
				return fields, values
			}
			depth--
		default:
			if at == 0 || depth != at {
				continue
			}
		}
		if depth != at || at == 0 {
			key = ""
			continue
		}
		word, isText := token.(string)
		switch {
		case key != "":
			if isText {
				values[key] = word
			}
			key = ""
		case isText:
			fields, key = append(fields, word), word
			if lower := strings.ToLower(word); lower != word {
				fields = append(fields, lower)
			}
		}
	}
}
