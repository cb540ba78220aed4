// Package importer turns what feeds of directories say into records of package
// directory: it reads texts, forgives what can be forgiven, and reports the rest.
// The packages hsds, ohana and mobilelibrary are its users.
package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// stride is how many records are read between two looks at the context.
const stride = 256

// An importer collects what is read.
type importer struct {
	ctx     context.Context
	options directory.ImportOptions
	file    string // that is being read
	line    int    // of the record that is being read

	catalogue directory.Catalogue
	issues    []sp.Issue
	hashes    map[recordKey]string // of the records that are in the catalogue
	done      int
	scratch   []byte
}

// A recordKey tells records of different kinds with one ID apart.
type recordKey struct {
	kind string
	id   directory.ID
}

func newImporter(ctx context.Context, o directory.ImportOptions, name string) *importer {
	if o.Feed == "" {
		o.Feed = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	if o.Zone == "" {
		o.Zone = "Europe/London"
	}
	if o.Currency == "" {
		o.Currency = sp.GBP
	}
	return &importer{ctx: ctx, options: o, file: name, hashes: map[recordKey]string{}}
}

// step counts a record and fails if the context has ended.
func (im *importer) step() error {
	if im.done%stride == 0 {
		if err := im.ctx.Err(); err != nil {
			return fmt.Errorf("import: read %s: %w", im.file, err)
		}
		im.progress()
	}
	im.done++
	return nil
}

func (im *importer) progress() {
	if im.options.Progress != nil {
		im.options.Progress(im.done, 0)
	}
}

// report adds an issue of the record that is being read.
func (im *importer) report(s sp.Severity, record, field, code, detail string) {
	im.issues = append(im.issues, sp.Issue{
		Severity: s, File: im.file, Line: im.line, Record: record, Field: field, Code: code, Detail: detail,
	})
}

// id returns the ID of a record of this feed, and "" for no record.
func (im *importer) id(source string) directory.ID {
	if source == "" {
		return ""
	}
	return directory.NewID(im.options.Feed, source)
}

func (im *importer) provenance(source, hash string) directory.Provenance {
	return directory.Provenance{
		Feed: im.options.Feed, Publisher: im.options.Publisher, SourceID: source,
		URL: im.options.URL, Fetched: im.options.Fetched, Hash: hash, Licence: im.options.Licence,
	}
}

// first reports whether a record is the first with its ID. Another with the same
// content is normal where records are nested in others; with other content it
// is reported and not used.
func (im *importer) first(kind string, id directory.ID, source, hash string) bool {
	before, known := im.hashes[recordKey{kind, id}]
	switch {
	case !known:
		im.hashes[recordKey{kind, id}] = hash
		return true
	case before != hash:
		im.report(sp.Error, source, "id", "duplicate-id", "another "+kind+" of this feed has the same id and other content; the first is used")
	}
	return false
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
