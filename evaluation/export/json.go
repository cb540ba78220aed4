package export

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/socialprescribing/sp/internal/csvfile"
)

// WriteJSON writes the table as NDJSON: an object a line, with a member for each field, in
// order. An empty cell is null. It fails with the first error of the rows and of w.
func (t Table) WriteJSON(w io.Writer) error {
	names := make([]string, len(t.schema.Fields))
	for i, f := range t.schema.Fields {
		names[i] = `,"` + f.Name + `":`
	}
	names[0] = "{" + names[0][1:]
	return t.write(w, nil, func(b []byte, row []Value) []byte {
		for i := range row {
			b = append(b, names[i]...)
			switch v := &row[i]; v.kind {
			case empty:
				b = append(b, "null"...)
			case text:
				b = appendText(b, v.text)
			case day:
				b = append(v.append(append(b, '"'), nil), '"')
			default:
				b = v.append(b, &t.schema.Fields[i])
			}
		}
		return append(b, "}\n"...)
	})
}

// appendText writes a text as JSON.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // every text can be written
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// dataPackage and the types below are those of datapackage.json.
//
// Source: Data Package, version 2.0, datapackage.org.
type dataPackage struct {
	Schema    string     `json:"$schema"`
	Title     string     `json:"title"`
	Resources []resource `json:"resources"`
}

type resource struct {
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Path        string      `json:"path"`
	Title       string      `json:"title,omitempty"`
	Description string      `json:"description"`
	Format      string      `json:"format"`
	MediaType   string      `json:"mediatype"`
	Encoding    string      `json:"encoding"`
	Guard       guard       `json:"formulaGuard"` // is no word of the standard, which permits others
	Schema      tableSchema `json:"schema"`
}

// A guard says how texts are kept from being run by a spreadsheet, and how a program has them back.
type guard struct {
	Prefix string   `json:"prefix"`
	Before []string `json:"before"`
	Undo   string   `json:"undo"`
}

func guarded() guard {
	return guard{csvfile.Apostrophe, csvfile.Signs(), "Texts that begin with one of these have the prefix before them. Take one prefix away from every text that begins with it."}
}

type tableSchema struct {
	Fields        []field  `json:"fields"`
	PrimaryKey    []string `json:"primaryKey,omitempty"`
	MissingValues []string `json:"missingValues"`
}

type field struct {
	Name        string `json:"name"`
	Type        Type   `json:"type"`
	Description string `json:"description"`
	Unit        string `json:"unit,omitempty"` // is no word of the standard, which permits others
}

// WritePackage writes datapackage.json for a folder in which the CSV file of each table stands
// under its name: figures.csv. It says of each column its type, its unit and its meaning, and of
// each table on what grounds it may be published. Its member formulaGuard says which texts have an
// apostrophe before them in the CSV file, for [Table.WriteCSV], and how to take it away.
func WritePackage(w io.Writer, title string, tables ...Table) error {
	p := dataPackage{Schema: "https://datapackage.org/profiles/2.0/datapackage.json", Title: title}
	for _, t := range tables {
		s := tableSchema{PrimaryKey: t.schema.Key, MissingValues: []string{""}}
		for _, f := range t.schema.Fields {
			s.Fields = append(s.Fields, field{f.Name, f.Type, f.Meaning, f.Unit})
		}
		p.Resources = append(p.Resources, resource{
			Name: t.schema.Name, Type: "table", Path: t.schema.Name + ".csv", Title: t.schema.Title, Description: t.grounds,
			Format: "csv", MediaType: "text/csv", Encoding: "utf-8", Guard: guarded(), Schema: s,
		})
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(p); err != nil {
		return fmt.Errorf("export: write datapackage.json: %w", err)
	}
	return nil
}
