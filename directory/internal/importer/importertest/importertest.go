// Package importertest holds what the tests of all readers of directories ask.
package importertest

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/shared"
)

// Data returns the path of a file or folder among the public directories of the
// reference data.
func Data(tb testing.TB, path string) string {
	tb.Helper()
	return filepath.Join(shared.Dir(tb), "data/directory", path)
}

// Folder returns files by name and text.
func Folder(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return files
}

// Counts returns how many issues there are of each severity, field and code.
func Counts(issues []sp.Issue) map[string]int {
	n := map[string]int{}
	for _, i := range issues {
		n[i.Severity.String()+" "+i.Field+" "+i.Code] += max(1, i.Count)
	}
	return n
}

// Codes returns how many issues there are of each severity and code.
func Codes(issues []sp.Issue) map[string]int {
	n := map[string]int{}
	for _, i := range issues {
		n[i.Severity.String()+" "+i.Code] += max(1, i.Count)
	}
	return n
}

// Day returns the date that s writes, which must be one.
func Day(s string) sp.Date {
	d, err := sp.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Sound checks what every catalogue keeps, whatever it was read from: no offer
// stands twice, points lie on the Earth, and what is stored comes back.
func Sound(tb testing.TB, c directory.Catalogue) {
	tb.Helper()
	seen := map[directory.ID]bool{}
	for _, o := range c.Offers() {
		if seen[o.ID] {
			tb.Errorf("two offers %s", o.ID)
		}
		seen[o.ID] = true
		if !o.Point.IsZero() {
			if _, err := geo.NewPoint(o.Point.Lat, o.Point.Lon); err != nil {
				tb.Error(err)
			}
		}
	}
	data, err := json.Marshal(c)
	if err != nil {
		tb.Fatalf("it cannot be stored: %v", err)
	}
	var back directory.Catalogue
	if err := json.Unmarshal(data, &back); err != nil {
		tb.Fatalf("what is stored cannot be read: %v", err)
	}
	again, err := json.Marshal(back)
	if err != nil || string(again) != string(data) {
		tb.Errorf("what is stored comes back in another form (%v)", err)
	}
}
