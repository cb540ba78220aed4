package importer

import (
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
	"github.com/socialprescribing/sp/internal/csvfile"
)

// ReadTables reads a folder of CSV files in the tabular form of HSDS 1, 2 or 3, of
// which that of the Ohana API is the oldest. It fails if there is no table of
// services, organisations or locations at all.
func ReadTables(ctx context.Context, folder fs.FS, o feed.Options, feed string) (directory.Catalogue, []sp.Issue, error) {
	im := New(ctx, o, feed)
	if err := im.AddTables(folder); err != nil {
		return directory.Catalogue{}, nil, err
	}
	c, issues := im.Finish()
	return c, issues, nil
}

// order is that in which tables are read, so that what a row refers to is there.
var order = []table{tableTaxonomies, tableTerms, tableUnits, tableOrganisations, tableLocations, tableServices, tableVenues}

// AddTables reads the tables of a folder.
func (im *Importer) AddTables(folder fs.FS) error {
	files, err := fs.Glob(folder, "*")
	if err != nil {
		return fmt.Errorf("import: read a folder of tables: %w", err)
	}
	files = slices.DeleteFunc(files, func(file string) bool { return !isTable(file) })
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })
	if len(files) == 0 || rank(files[0]) >= len(order) {
		return fmt.Errorf("import: read services.csv: %w", fs.ErrNotExist)
	}
	im.ofFields = true
	im.linked = slices.ContainsFunc(files, func(file string) bool { return tableOf(file) == tableLinks })
	im.foresee(folder, files)
	for _, file := range files {
		kind := tableOf(file)
		if kind == "" || kind == tablePostal {
			im.file, im.line = file, 1
			im.report(sp.Note, "", "", "not-imported", "there is no place for what this file holds")
			if kind == "" {
				continue
			}
		}
		if err := im.addTable(folder, file, kind); err != nil {
			return err
		}
	}
	return nil
}

// isTable reports whether the name of a file is that of a table.
func isTable(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return ext == ".csv" || ext == ".tsv" || ext == ".tab"
}

// tableOf returns what a file holds by its name, or "".
func tableOf(file string) table {
	called := strings.ToLower(path.Base(file))
	called = csvfile.Fold(strings.TrimSuffix(called, path.Ext(called)))
	if called == "taxonomy" { // of terms in the older standards
		return tableTerms
	}
	if kind := keptTables[called]; kind != "" {
		return kind
	}
	return tables[called]
}

func rank(file string) int {
	if i := slices.Index(order, tableOf(file)); i >= 0 {
		return i
	}
	if tableOf(file) == "" {
		return len(order) + 3
	}
	return len(order) + late(tableOf(file))
}

// needed are the columns without which a table says little.
var needed = map[table][]string{
	tableOrganisations: {"id", "name"}, tableLocations: {"id", "latitude", "longitude"}, tableServices: {"id", "name"},
	tableVenues: {"service_id", "location_id"}, tablePhones: {"number"}, tableTerms: {"name"},
}

func (im *Importer) addTable(folder fs.FS, file string, kind table) error {
	return im.Rows(folder, file, needed[kind], func(f *Row) {
		if isMain(kind) && im.Again(f) {
			return
		}
		o := im.root(f.tree(), 0)
		im.exported = im.exported || f.has("sp_extra") || f.has("sp_exported")
		switch kind {
		case tablePostal:
			if _, whom, ok := im.ownerOf(kind, o); !ok {
				im.report(sp.Error, o.peek("id"), whom, "dangling-reference", "refers to a record that is not there")
			}
		case tableServices:
			im.inherit = im.inherit || f.has("location_id")
			im.take(kind, o)
			im.Made(f)
		case tableOrganisations, tableLocations, tableVenues, tableTerms, tableTaxonomies, tableUnits:
			im.take(kind, o)
			im.Made(f)
		default: // what it belongs to was read before
			im.attach(kind, o)
		}
	})
}

// A Row is a row of a table as an object: its columns are the fields.
type Row struct {
	names  []string // of the columns, folded, and of fields beyond them
	width  int      // columns
	fields []string
	t      tree
	shape  []node // of a row with all the columns, made once for all rows
	columns
	*readRow
}

// columns tell where a column stands by the mark of its name, and in which order the
// names of columns are, which is found out once for all rows.
type columns struct {
	at           [64]uint8
	order        []uint32 // the nodes of names
	confidential []string // those that say so and are no field of the standard
	hides        bool     // whether any may say that a place must not be told
}

// several says that more than one column has a mark, or one that stands far behind.
const several = 255

func (c *columns) add(i int, column string) {
	at := &c.at[mark(column)]
	if *at != 0 || i+1 >= several {
		*at = several
		return
	}
	*at = uint8(i + 1)
}

// find returns the node of a column of a row, as [tree.lookUp] does.
func (c *columns) find(t *tree, column string) uint32 {
	i := c.at[mark(column)]
	switch i {
	case 0:
		return 0
	case several:
		return t.lookUp(0, column)
	}
	j := 2*uint32(i) - 1
	if j >= uint32(len(t.nodes)) || t.nodes[j].taken || t.cells[t.nodes[j].start] != column {
		return 0
	}
	return j
}

// tree returns the row as an object, which is good until the next row is read.
func (r *Row) tree() *tree {
	t := &r.t
	r.shapely()
	t.cells = append(t.cells[:len(r.names)], r.fields...)
	t.nodes = append(t.nodes[:0], r.shape[:1+2*len(r.fields)]...)
	t.nodes[0].next = uint32(len(t.nodes))
	t.columns, t.row = &r.columns, r.readRow
	return t
}

// shapely makes what is the same for all rows, if there are more columns than before.
func (r *Row) shapely() {
	if len(r.shape) != 1+2*len(r.names) {
		r.reshape()
	}
}

// reshape makes what is the same for all rows.
func (r *Row) reshape() {
	r.shape = append(r.shape[:0], node{kind: object})
	r.columns = columns{}
	for i, column := range r.names {
		at := uint32(len(r.shape))
		r.shape = append(r.shape,
			node{kind: name, form: inCells, mark: mark(column), start: uint32(i), next: at + 1},
			node{kind: text, form: inCells, start: uint32(len(r.names) + i), next: at + 2})
		r.add(i, column)
		if r.hides = r.hides || hides(column); isConfidential(column) {
			r.confidential = append(r.confidential, column)
		}
	}
	r.t.cells = append(r.t.cells[:0], r.names...)
	for i := range r.names {
		r.order = append(r.order, uint32(1+2*i))
	}
	slices.SortFunc(r.order, func(x, y uint32) int { return strings.Compare(r.names[x/2], r.names[y/2]) })
}

func (r *Row) has(column string) bool { return slices.Contains(r.names, column) }

// Text returns what stands in a column without surrounding space, or "".
func (r *Row) Text(column string) string {
	r.shapely()
	i := int(r.at[mark(column)])
	if i == several {
		i = slices.Index(r.names, column) + 1
	}
	if i == 0 || i > len(r.fields) || r.names[i-1] != column {
		return ""
	}
	return strings.TrimSpace(r.fields[i-1])
}

// Fields returns the names of the columns and what stands in them.
func (r *Row) Fields() (names, fields []string) { return r.names, r.fields }

// Rows reads a CSV file and calls each for every row, whose columns it reports
// where needed ones are missing.
func (im *Importer) Rows(folder fs.FS, file string, needed []string, each func(*Row)) error {
	opened, err := folder.Open(file)
	if err != nil {
		return fmt.Errorf("import: read %s: %w", file, err)
	}
	defer opened.Close() //nolint:errcheck // nothing was written
	return im.Table(opened, file, needed, each)
}

// Table reads a CSV file as Rows does.
func (im *Importer) Table(r io.Reader, file string, needed []string, each func(*Row)) error {
	im.file, im.line = file, 1
	im.size, im.got = bytesOf(r), 0
	foreseen := im.foreseen || im.foreseeOne(r)
	f, err := csvfile.Open(interruptible{im.ctx, r}, file)
	if issue, ok := errors.AsType[sp.Issue](err); ok {
		im.line = max(1, issue.Line)
		im.report(issue.Severity, issue.Record, issue.Field, issue.Code, issue.Detail)
		return nil
	}
	if err != nil {
		return fmt.Errorf("import: read %s: %w", file, err)
	}
	f.Reuse = true
	table := &Row{names: im.columns(f), width: len(f.Header)}
	if im.ofFields {
		table.own(tableOf(file))
	}
	for _, column := range needed {
		if !table.has(column) {
			im.report(sp.Warning, "", column, "missing-column", "the file has no such column")
		}
	}
	reader := rowReader{columns: slices.Clone(table.names), short: !im.ofFields}
	if hashed[tableOf(file)] || !im.ofFields {
		table.shapely()
		reader.order = slices.Clone(table.order)
	}
	for b := range ahead(batchesOf(f, reader, &im.batches)) {
		if err := im.rows(table, b, foreseen, each); err != nil {
			return err
		}
	}
	for _, issue := range f.Issues.List() {
		im.line = issue.Line
		if issue.Count > 0 { // those of its kind that the file has only counted
			im.more(issue.Severity, issue.Field, issue.Code, issue.Count)
			continue
		}
		im.report(issue.Severity, issue.Record, issue.Field, issue.Code, issue.Detail)
	}
	return nil
}

// hashed are the tables of which each row is a record with a hash.
var hashed = map[table]bool{tableServices: true, tableOrganisations: true, tableLocations: true, tableVenues: true}

// rows calls each for the rows of a batch, for which there is room already or not.
func (im *Importer) rows(table *Row, b *batch, foreseen bool, each func(*Row)) error {
	for i := range b.rows {
		row := &b.rows[i]
		if err := im.step(); err != nil {
			return err
		}
		im.pool.release()
		im.line = row.line
		if row.summary {
			im.report(sp.Note, "", "", "summary-row", "sums up other rows, or is a note beneath them; nothing is made of it")
			continue
		}
		im.made = nil
		table.readRow, table.fields = row, im.fitted(table, b.cells[row.from:row.to])
		im.got += row.size
		if !foreseen {
			im.room.read(row.size)
		}
		each(table)
	}
	if b.err != nil {
		return fmt.Errorf("import: read %s: %w", im.file, b.err)
	}
	return nil
}

// own calls the identifier and the name of records so, where a table calls them by what
// it holds: service_id in a table of services.
func (r *Row) own(kind table) {
	if !isMain(kind) {
		return
	}
	for _, field := range [...]string{"id", "name"} {
		i := slices.IndexFunc(r.names, func(name string) bool {
			holds, ok := strings.CutSuffix(name, "_"+field)
			return ok && tables[holds] == kind
		})
		if i >= 0 && !r.has(field) {
			r.names[i] = field
		}
	}
}

// columns returns the names of the columns; one that has none, or that another
// had before, is called by its number.
func (im *Importer) columns(f *csvfile.File) []string {
	names := make([]string, len(f.Header))
	taken := make(map[string]bool, len(f.Header))
	for i, column := range f.Header {
		names[i] = csvfile.Fold(column)
		if field := fieldCalled(strings.TrimSpace(column)); im.ofFields && field != "" {
			names[i] = field
		}
		if column == "" || taken[names[i]] {
			names[i] = fmt.Sprintf("column %d", i+1)
		}
		taken[names[i]] = true
	}
	return names
}

// fitted returns the fields of a row, and reports if they are more or fewer than
// the columns. Those that are too many get names.
func (im *Importer) fitted(r *Row, fields []string) []string {
	if len(fields) == r.width {
		return fields
	}
	detail := ""
	if !im.full(sp.Warning, "field-count") {
		detail = fmt.Sprintf("the header has %d fields and this row %d", r.width, len(fields))
	}
	im.report(sp.Warning, "", "", "field-count", detail)
	for i := len(r.names); i < len(fields); i++ {
		r.names = append(r.names, fmt.Sprintf("column %d", i+1))
	}
	return fields
}
