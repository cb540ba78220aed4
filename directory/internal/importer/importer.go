// Package importer turns what feeds of directories say into records of package
// directory: it reads texts, forgives what can be forgiven, keeps what it has no
// place for, and reports the rest. The readers of all formats are its users.
//
// A format that is not JSON becomes the objects that HSDS would have, by a
// [Builder], so that there is one reading of every field.
package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// stride is how many records are read between two looks at the context.
const stride = 256

// An Importer collects what is read.
type Importer struct {
	ctx     context.Context
	options feed.Options
	file    string       // that is being read
	line    int          // of the record that is being read
	within  directory.ID // the organisation whose locations are read
	page    string       // of which the identifiers are, where they are page-local

	catalogue       directory.Catalogue
	ofOrganisations []*entry // of the records of the catalogue, in their order
	ofServices      []*entry
	ofPlaces        []*entry
	ofVenues        []position
	runBy           map[*entry]string // whom services name as their organisations in words
	records         map[recordKey]*entry
	venues          map[directory.ID]int // where they stand in the catalogue
	closings        []closing            // of places and services
	sals            map[string]venueRef  // what identifiers of services at locations stand for
	terms           map[string]term
	numbered        map[string]string // the identifiers of terms by their numbers, see termNumbered
	taxonomies      map[string]taxonomy
	units           map[string]string // names, by their identifiers
	rules           map[string]recurrence.Rule
	ofUnits         []unresolved // capacities whose unit may come later
	waiting         []waiting    // parts whose owner may come later
	unresolved      []unresolved
	references      []reference
	undecided       []waiting            // records of which nothing tells what they are
	contactAt       map[string]recordKey // whose contacts are
	inherit         bool                 // whether a service without an organisation is of that of its place
	exported        bool                 // whether the tables were written by an exporter of this library
	ofFields        bool                 // whether the columns of the tables are fields of the standard
	linked          bool                 // whether terms are linked with parts
	partAt          map[partID]string    // the services of such parts, then
	said            map[string]bool
	parts           map[partOf]int                   // how many were attached
	owned           map[partID]ownerIDs              // whose parts are that do not say so themselves, see [Importer.plainly]
	hiddenBy        map[directory.ID]directory.Shown // services that must not be found where they are
	byName          map[string]directory.ID          // the organisations, once somebody asks
	hidden          map[directory.ID]directory.Shown // places of which a service there says so

	tally
	room     allowance
	size     int // of what is being read, in bytes or in records, if known, and how much of it was read
	got      int
	foreseen bool       // whether there is room for all that is read already
	ids      [64]madeID // made last, by the marks of identifiers: rows name one record again and again
	prefix   string     // of all IDs of the feed
	done     int
	scratch  []byte
	pool     pool
	batches  [batches]batch // of rows that are read ahead
	recent   [64]madeRow    // the last rows of which records were made
	made     *entry         // of the record that a row told of, if it has an identifier
	entries  []entry        // of which some are not used yet
	retained bool           // whether the tree that is being read is still needed
	tz       *time.Location
	noTZ     bool
	longest  int // bytes of a record, if other than usual
}

// A madeID is the ID of a record of the feed.
type madeID struct {
	source string
	id     directory.ID
}

// A recordKind is the sort of a record.
type recordKind uint8

const (
	organisations recordKind = iota + 1
	services
	places
)

// A recordKey tells records of different kinds with one ID apart.
type recordKey struct {
	kind recordKind
	id   directory.ID
}

// A venueRef is what the identifier of a service at a location stands for.
type venueRef struct {
	id     directory.ID
	digest digest
	top    bool
}

// New returns an importer of what is called name where the options name no feed.
func New(ctx context.Context, o feed.Options, name string) *Importer {
	if o.Feed == "" {
		o.Feed = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	if o.Zone == "" {
		o.Zone = "Europe/London"
	}
	if o.Currency == "" {
		o.Currency = sp.GBP
	}
	return &Importer{
		ctx: ctx, options: o, file: name, prefix: string(directory.NewID(o.Feed, "")), records: map[recordKey]*entry{}, venues: map[directory.ID]int{}, sals: map[string]venueRef{},
		terms: map[string]term{}, taxonomies: map[string]taxonomy{}, said: map[string]bool{}, parts: map[partOf]int{}, partAt: map[partID]string{},
		hiddenBy: map[directory.ID]directory.Shown{}, hidden: map[directory.ID]directory.Shown{}, tally: tally{counts: map[issueKind]*sp.Issue{}}, room: newAllowance(o.Room),
	}
}

// step counts a record and fails if the context has ended.
func (im *Importer) step() error {
	if im.done%stride == 0 {
		if err := im.ctx.Err(); err != nil {
			return fmt.Errorf("import: read %s: %w", im.file, err)
		}
		im.progress()
	}
	im.done++
	return nil
}

func (im *Importer) progress() {
	if im.options.Progress != nil {
		im.options.Progress(im.done, 0)
	}
}

// Line returns the line of what is being read.
func (im *Importer) Line() int { return im.line }

// At sets the line of what is read or reported next.
func (im *Importer) At(line int) { im.line = line }

// once calls do the first time that it is called with a key.
func (im *Importer) once(key string, do func()) {
	if !im.said[key] {
		im.said[key] = true
		do()
	}
}

// id returns the ID of a record of this feed, and "" for no record.
func (im *Importer) id(source string) directory.ID {
	if source == "" {
		return ""
	}
	known := &im.ids[mark(source)]
	if im.page == "" && known.source == source {
		return known.id
	}
	same := im.canonical(source)
	base, marks := unmarked(same)
	id := directory.NewID(im.options.Feed, base) + directory.ID(marks)
	if im.page != "" {
		return id + "~" + directory.ID(im.page)
	}
	if n := len(im.prefix); len(id) == n+len(source) && string(id[n:]) == source {
		known.source, known.id = string(id[n:]), id
	} else if same == source { // what has another form is said for each file
		known.source, known.id = strings.Clone(source), id
	}
	return id
}

// marks are what follows an identifier that an importer told from others: the hash that
// stands for one that is too long for an ID, the mark of its page, and that of its content,
// each behind a tilde, by how many digits they have.
var marks = [...]int{8, 12, 40}

// unmarked parts the identifier of a record that an exporter has written into that
// of its feed and the marks by which it was told from others. Of one that is too long, which
// is a hash, the identifier itself is not known any more.
func unmarked(source string) (base, mark string) {
	if strings.IndexByte(source, '~') < 0 || strings.IndexByte(source, '\n') >= 0 {
		return source, ""
	}
	base = source
	hashed := false
	for _, digits := range marks {
		if n := len(base) - digits - 1; n >= 0 && base[n] == '~' && isHex(base[n+1:]) {
			base, hashed = base[:n], digits == 40
		}
	}
	if (base == "") != hashed { // it is a hash, or it is not
		return source, ""
	}
	return base, source[len(base):]
}

// isHex reports whether s is nothing but digits of hexadecimal numbers, in lower case.
func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// local returns what a feed calls something that is no record, on its page if
// identifiers mean something there only.
func (im *Importer) local(source string) string {
	if im.page == "" || source == "" {
		return source
	}
	return source + "~" + im.page
}

func (im *Importer) provenance(source, hash string) directory.Provenance {
	return directory.Provenance{
		Feed: im.options.Feed, Publisher: im.options.Publisher, SourceID: source,
		URL: im.options.URL, Fetched: im.options.Fetched, Hash: hash, Licence: im.options.Licence,
	}
}

// source takes what its feed called a record that an exporter has given an
// identifier that tells it from others.
func (o *Object) source() string {
	if carried := o.textOf("sp_source", identifier); carried != "" {
		return carried
	}
	return o.record.source
}

// An entry is what is known of a record of the feed: it may be told often, in
// part and in full.
type entry struct {
	source   string
	file     string
	variants []int      // places in the catalogue: more than one if it was told in ways that clash
	more     *[]telling // what was told beside the first
	first    telling
	variant  [1]int
	line     int32
	told     bool // whether anything was
	over     bool // whether it was told in too many ways
	top      bool // whether it was told as a record of its own
	badPoint bool // whether its coordinates were reported
}

// A position is where a record stands.
type position struct {
	file string
	line int32
}

// A telling is the beginning of the digest of what a record was told to be.
type telling [16]byte

// tell notes what a record is told to be, and reports whether that was told before. It
// fails if it was told in too many ways.
func (e *entry) tell(d digest) (again, ok bool) {
	t := telling(d[:len(telling{})])
	switch {
	case !e.told:
		e.first, e.told = t, true
		return false, true
	case e.first == t || e.more != nil && slices.Contains(*e.more, t):
		return true, true
	case e.more == nil: // most records are told once
		e.more = &[]telling{t}
		return false, true
	case len(*e.more) >= mostTellings-1:
		e.over = true
		return false, false
	}
	*e.more = append(*e.more, t)
	return false, true
}

// newEntry returns one of some entries that were made at once.
func (im *Importer) newEntry() *entry {
	if len(im.entries) == 0 {
		im.entries = make([]entry, chunk)
	}
	e := &im.entries[0]
	im.entries = im.entries[1:]
	return e
}

// mostTellings bounds in how many ways one record is told.
const mostTellings = 200

// meet returns the entry of a record, and whether nothing more is to be made of it: it
// has told the same before, or there is no room for it.
// That is usual where records are nested in others; as a record of its own it is
// a fault of the feed, by which a walker sees that pages overlap.
func (im *Importer) meet(kind recordKind, r *Object, id directory.ID, top bool) (e *entry, again bool) {
	e = im.records[recordKey{kind, id}]
	if e == nil {
		if !im.room.take(kind.room()) {
			im.noRoom(r.record.source, "")
			return nil, true
		}
		e = im.newEntry()
		e.source, e.file, e.line = r.record.source, im.file, int32(min(im.line, math.MaxInt32))
		e.variants = e.variant[:0]
		im.records[recordKey{kind, id}] = e
	}
	r.record.key = recordKey{kind, id}
	again, ok := e.tell(r.record.digest)
	if again && top && e.top {
		im.report(sp.Note, r.record.source, "id", "duplicate-id", "the same record stands here once more")
	}
	e.top = e.top || top
	if ok && top && !strings.HasPrefix(r.record.source, "~") {
		im.made = e
	}
	if !ok {
		im.toldTooOften(r.record.source)
	}
	return e, again || !ok
}

func (im *Importer) toldTooOften(source string) {
	im.report(sp.Error, source, "id", "told-too-often", "is told in more than 200 ways; this one is not used")
}

// at reports what do reports as if the record of e were being read.
func (im *Importer) at(e *entry, do func()) {
	file, line := im.file, im.line
	im.file, im.line = e.file, int(e.line)
	do()
	im.file, im.line = file, line
}

// A digest is the SHA-256 of the content of a record.
type digest [sha256.Size]byte

// String returns d in hexadecimal.
func (d digest) String() string {
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], d[:])
	return string(text[:])
}

func hashOf(data []byte) string { return digest(sha256.Sum256(data)).String() }
