package oracletest

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/mobilelibrary"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/internal/shared"
)

// invalid returns what is wrong with an export, but for fields that the standard
// requires and the feed does not state: those are left out rather than invented.
func invalid(tb testing.TB, s *jsonschema.Schema, data []byte) []string {
	tb.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(tb, err)
	failed, ok := errors.AsType[*jsonschema.ValidationError](s.Validate(doc))
	if !ok {
		return nil
	}
	return faultsOf(failed)
}

func faultsOf(e *jsonschema.ValidationError) (faults []string) {
	for _, cause := range e.Causes {
		faults = append(faults, faultsOf(cause)...)
	}
	if _, missing := e.ErrorKind.(*kind.Required); len(e.Causes) == 0 && !missing {
		faults = append(faults, e.Error())
	}
	return faults
}

// collections are the directories of the reference data, and the cases of feeds that
// were read wrongly.
func collections(tb testing.TB) map[string]directory.Catalogue {
	tb.Helper()
	type tables func(context.Context, fs.FS, feed.Options) (directory.Catalogue, []sp.Issue, error)
	o := feed.Options{Feed: "bay"}
	found := map[string]directory.Catalogue{}
	folder := func(path string, read tables) {
		c, _, err := read(tb.Context(), os.DirFS(filepath.Join(shared.Dir(tb), path)), o)
		require.NoError(tb, err, path)
		found[path] = c
	}
	file := func(path string, o feed.Options) {
		f, err := os.Open(filepath.Join(shared.Dir(tb), path))
		require.NoError(tb, err)
		defer f.Close()
		c, _, err := hsds.ReadJSON(tb.Context(), f, filepath.Base(path), o)
		require.NoError(tb, err, path)
		found[path] = c
	}
	folder("data/directory/baltimore-icarol-ohana-csv", ohana.Read)
	folder("data/directory/ohana-sample-csv", ohana.Read)
	folder("data/directory/uk-mobile-libraries", mobilelibrary.Read)
	folder("data/directory/hsds/hsds-3.1/examples/csv", hsds.ReadTables)
	file("data/directory/haarrrvest-llm-hsds/content_store_results.jsonl", feed.Options{Feed: "bay", IDs: feed.PageIDs})
	entries, err := os.ReadDir(filepath.Join(shared.Dir(tb), "cases/directory"))
	require.NoError(tb, err)
	for _, entry := range entries {
		switch path := filepath.Join("cases/directory", entry.Name()); {
		case entry.IsDir():
			folder(path, hsds.ReadTables)
		case filepath.Ext(path) == ".json":
			file(path, o)
		}
	}
	return found
}

// Whatever stood in a feed, what is exported of it keeps to the schemas.
func TestExportsOfEveryCollectionAreValid(t *testing.T) {
	all := collections(t)
	for _, tt := range []struct {
		folder   string
		standard hsds.Standard
	}{{"oruk-3.0/schemata", hsds.ORUK3}, {"hsds-3.1/schema", hsds.HSDS3}} {
		s := schema(t, tt.folder, "service.json")
		for name, c := range all {
			t.Run(tt.folder+" "+name, func(t *testing.T) {
				x := hsds.NewExporter(c, tt.standard)
				wrong := 0
				for i := 0; i < len(c.Services) && wrong < 3; i += 1 + len(c.Services)/200 {
					if len(c.Services[i].Name) == 0 && tt.standard == hsds.ORUK3 {
						continue // which the profile requires
					}
					data, err := x.Service(c.Services[i].ID)
					require.NoError(t, err)
					for _, fault := range invalid(t, s, data) {
						wrong++
						t.Error(c.Services[i].ID, fault)
					}
				}
			})
		}
	}
}
