// Package detect says what a file or a folder is that is said to hold a directory
// of services, and reads it if it is one. Downloads are named after anything, and
// what comes back in place of a feed is often the page that says that it has moved:
// nothing is made of what is no directory.
//
//	found, err := detect.Find(os.DirFS("downloads"), "bay.zip")
//	fmt.Println(found.Form, found.Reason) // hsds-3-tables bay.zip: has a table of services ... (detected, note)
//
//	catalogue, issues, err := detect.Read(ctx, os.DirFS("downloads"), "bay.zip", feed.Options{Feed: "bay", Fetched: now})
//
// A sheet of its own kind is found and not read: what its columns mean has to be
// said by a mapping, see package flat.
package detect

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/mobilelibrary"
	"github.com/socialprescribing/sp/directory/ohana"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// A Form is what a file or a folder is.
type Form string

// The forms.
const (
	Records   Form = "hsds-3-json"      // records of HSDS 3 or Open Referral UK 3, one or many
	Page      Form = "hsds-3-page"      // a page of their API
	Envelope  Form = "json-envelope"    // lists of records by name, or around records
	OldPage   Form = "oruk-1-page"      // a page of Open Referral UK 1
	Tables3   Form = "hsds-3-tables"    // a folder or an archive of tables of HSDS 3
	Tables2   Form = "hsds-2-tables"    // of HSDS 2
	Ohana     Form = "ohana-tables"     // of the Ohana API, which are those of HSDS 1
	Timetable Form = "mobile-libraries" // timetables of mobile libraries
	Files     Form = "json-files"       // a folder or an archive of files in JSON
	Sheet     Form = "sheet"            // one table whose columns mean what a mapping says
	GeoJSON   Form = "geojson"          // shapes of a map, which are no directory
	WebPage   Form = "web-page"         // a page for people, often one that says what went wrong
	Failure   Form = "failure"          // an answer that says what went wrong
	Nothing   Form = "nothing"          // none of these
)

// Readable reports whether Read makes a catalogue of it.
func (f Form) Readable() bool {
	return !slices.Contains([]Form{Sheet, GeoJSON, WebPage, Failure, Nothing, ""}, f)
}

// Found is what was found, and why it was taken for that: a Note if it can be
// read, and an Error if not.
type Found struct {
	Form   Form
	Reason sp.Issue
}

// headSize is how much of a file is looked at.
const headSize = 1 << 16

// largestArchive bounds the archives that are opened, largestContent what they hold
// when it is unpacked: a few kilobytes of archive may hold gigabytes of nothing.
const (
	largestArchive = 1 << 28
	largestContent = 1 << 30
)

// Find looks at a file or a folder; "." is the folder itself. The error is for
// what cannot be opened.
func Find(fsys fs.FS, name string) (Found, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return Found{}, fmt.Errorf("detect: %w", err)
	}
	if info.IsDir() {
		folder, err := fs.Sub(fsys, name)
		if err != nil {
			return Found{}, fmt.Errorf("detect: %w", err)
		}
		return findFolder(folder, name), nil
	}
	head, err := headOf(fsys, name)
	if err != nil {
		return Found{}, fmt.Errorf("detect: %w", err)
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		archive, err := open(fsys, name)
		if err != nil {
			return not(Nothing, name, "is an archive that cannot be opened"), nil //nolint:nilerr // which is what was found
		}
		return findFolder(archive, name), nil
	}
	return findFile(name, head), nil
}

func headOf(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	return io.ReadAll(io.LimitReader(f, headSize))
}

// open returns an archive as a folder: the one in it, if it holds nothing else.
func open(fsys fs.FS, name string) (fs.FS, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, largestArchive+1))
	if err != nil {
		return nil, err
	}
	if len(data) > largestArchive {
		return nil, errors.New("is too large")
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var size uint64
	for _, file := range archive.File { // which unpack to what they say, or fail
		if size += min(file.UncompressedSize64, largestContent+1); size > largestContent {
			return nil, errors.New("unpacks to more than a gigabyte")
		}
	}
	return archive, nil
}

// mostFolders bounds how many folders within each other are opened.
const mostFolders = 4

// inner returns the folder that holds the files: itself, the only one in it, or the
// only one in it that has tables where it has none, as in a data package; and so on.
func inner(folder fs.FS) fs.FS {
	for range mostFolders {
		in := within(folder)
		if in == nil {
			break
		}
		folder = in
	}
	return folder
}

// within returns the folder in another that is looked at in its place, or nil.
func within(folder fs.FS) fs.FS {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX" })
	var found []fs.FS
	for _, e := range entries {
		if !e.IsDir() && (isTable(e.Name()) || isJSON(e.Name()) && e.Name() != "datapackage.json") {
			return nil
		}
		if sub, err := fs.Sub(folder, e.Name()); e.IsDir() && err == nil && (len(entries) == 1 || hasTables(sub)) {
			found = append(found, sub)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// isTable reports whether the name of a file is that of a table.
func isTable(name string) bool {
	return slices.Contains([]string{".csv", ".tsv", ".tab"}, strings.ToLower(path.Ext(name)))
}

// isJSON reports whether the name of a file is that of JSON.
func isJSON(name string) bool {
	return slices.Contains([]string{".json", ".jsonl", ".ndjson"}, strings.ToLower(path.Ext(name)))
}

// hasTables reports whether a folder has any of the tables without which it is no
// directory.
func hasTables(folder fs.FS) bool {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return false
	}
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && isTable(e.Name()) && isMain(tableOf(e.Name())) })
}

// tableOf returns what a table is called.
func tableOf(file string) string {
	called := strings.ToLower(path.Base(file))
	return csvfile.Fold(strings.TrimSuffix(called, path.Ext(called)))
}

// isMain reports whether a table of this name holds records, not parts of them.
func isMain(table string) bool { return slices.Contains(mainTables, table) }

var mainTables = []string{"services", "service", "organizations", "organization", "organisation", "locations", "location"}

func is(form Form, name, why string) Found {
	return Found{form, sp.Issue{Severity: sp.Note, File: name, Code: "detected", Detail: why}}
}

func not(form Form, name, why string) Found {
	return Found{form, sp.Issue{Severity: sp.Error, File: name, Code: "no-directory", Detail: why}}
}

// findFolder looks at the names of the files of a folder, and at some headers.
func findFolder(folder fs.FS, name string) Found {
	folder = inner(folder)
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return not(Nothing, name, "cannot be listed")
	}
	tables, jsons, folders := sorted(entries)
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return tables[n] != "" })
	}
	switch {
	case has("organisations") && !has("services") && timetables(folder, tables):
		return is(Timetable, name, "has organisations.csv and tables of stops")
	case has(mainTables...) && columns(folder, cmp.Or(tables["services"], tables["service"]), "location_id") && !has("service_at_location", "service_at_locations", "services_at_location"):
		return is(Ohana, name, "has a table of services that name their location, as in the Ohana API")
	case has(mainTables...) && has("regular_schedule", "physical_address", "postal_address", "regular_schedules", "physical_addresses", "postal_addresses", "eligibility", "service_taxonomy", "services_at_location"):
		return is(Tables2, name, "has a table of services, and tables that are in HSDS 2 only")
	case has(mainTables...):
		return is(Tables3, name, "has a table of services, organisations or locations")
	case len(jsons) > 0:
		return findFiles(folder, name, jsons)
	case len(tables) > 0:
		return not(Sheet, name, "has tables, and none of services, organisations or locations: each needs a mapping")
	case len(folders) > 0:
		return not(Nothing, name, "has no tables and no files in JSON, but folders: try "+folders[0])
	}
	return not(Nothing, name, "has no tables and no files in JSON")
}

// mostLooked bounds how many files in JSON are looked at for one that holds records.
const mostLooked = 100

// findFiles looks at the files in JSON of a folder: one of them holds records, or else it
// is what the first of them is.
func findFiles(folder fs.FS, name string, files []string) Found {
	var first Found
	for i, file := range files {
		if i == mostLooked {
			break
		}
		head, err := headOf(folder, file)
		if err != nil {
			continue
		}
		found := findFile(name, head)
		if found.Form.Readable() {
			first = found
			break
		}
		if first.Form == "" {
			first = found
		}
	}
	if first.Form != "" && !first.Form.Readable() && len(files) <= mostLooked {
		first.Reason.Detail = "has files in JSON, of which none holds records: the first " + first.Reason.Detail
		return first
	}
	if len(files) == 1 {
		return is(Files, name, "has a file in JSON")
	}
	return is(Files, name, fmt.Sprintf("has %d files in JSON", len(files)))
}

// sorted returns which tables, by what they are called, files in JSON and folders there are.
func sorted(entries []fs.DirEntry) (tables map[string]string, jsons, folders []string) {
	tables = map[string]string{}
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."):
		case e.IsDir():
			folders = append(folders, name)
		case isTable(name):
			tables[tableOf(name)] = name
		case isJSON(name):
			jsons = append(jsons, name)
		}
	}
	return tables, jsons, folders
}

// timetables reports whether one of the tables has stops.
func timetables(folder fs.FS, tables map[string]string) bool {
	for called, file := range tables {
		if called != "organisations" && columns(folder, file, "geox", "frequency") {
			return true
		}
	}
	return false
}

// columns reports whether a table has columns.
func columns(folder fs.FS, file string, names ...string) bool {
	if file == "" {
		return false
	}
	head, err := headOf(folder, file)
	if err != nil {
		return false
	}
	f, err := csvfile.Open(bytes.NewReader(head), file)
	if err != nil {
		return false
	}
	for _, n := range names {
		if _, ok := f.Column(n); !ok {
			return false
		}
	}
	return true
}

// Read reads what Find finds, and adds why it was taken for that to the issues. Of
// what is no directory, or a sheet that needs a mapping, nothing is made.
func Read(ctx context.Context, fsys fs.FS, name string, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	found, err := Find(fsys, name)
	if err != nil {
		return directory.Catalogue{}, nil, err
	}
	var c directory.Catalogue
	var issues []sp.Issue
	if found.Form.Readable() {
		if o.Feed == "" {
			o.Feed = strings.TrimSuffix(path.Base(name), path.Ext(name))
		}
		if c, issues, err = read(ctx, fsys, name, found.Form, o); err != nil {
			return directory.Catalogue{}, nil, err
		}
	}
	return c, append([]sp.Issue{found.Reason}, issues...), nil
}

func read(ctx context.Context, fsys fs.FS, name string, form Form, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	switch form {
	case Records, Page, Envelope, OldPage:
		f, err := fsys.Open(name)
		if err != nil {
			return directory.Catalogue{}, nil, fmt.Errorf("detect: %w", err)
		}
		defer f.Close() //nolint:errcheck // nothing was written
		return hsds.ReadJSON(ctx, f, path.Base(name), o)
	default:
	}
	folder, err := folderOf(fsys, name)
	if err != nil {
		return directory.Catalogue{}, nil, fmt.Errorf("detect: %w", err)
	}
	switch form {
	case Ohana:
		return ohana.Read(ctx, folder, o)
	case Timetable:
		return mobilelibrary.Read(ctx, folder, o)
	case Files:
		return hsds.ReadFiles(ctx, folder, o)
	default:
		return hsds.ReadTables(ctx, folder, o)
	}
}

// folderOf opens a folder or an archive.
func folderOf(fsys fs.FS, name string) (fs.FS, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		archive, err := open(fsys, name)
		if err != nil {
			return nil, err
		}
		return inner(archive), nil
	}
	folder, err := fs.Sub(fsys, name)
	if err != nil {
		return nil, err
	}
	return inner(folder), nil
}
