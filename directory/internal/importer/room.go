package importer

import (
	"archive/zip"
	"io"
	"io/fs"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// What a record or a part takes, in bytes: itself with what its list has beyond it, and what
// is noted of it.
const (
	roomOfService      = 1650
	roomOfOrganisation = 760
	roomOfPlace        = 940
	roomOfVenue        = 700
	roomOfVenueID      = 200
	roomOfTerm         = 400
	roomOfSchedule     = 500
	roomOfDay          = 4   // on which a schedule does not happen
	roomOfExtra        = 400 // fields that are kept
	roomOfField        = 60  // one of them
	roomOfPart         = 200 // of any other kind
	roomOfValue        = 20  // of JSON, while it is read
)

// perByte is how much the records of a feed may take for each of its bytes, where its
// options do not say, and sparing for how many bytes it is allowed for any feed, however short.
const (
	perByte = 18
	sparing = 1 << 20
)

// An allowance is what the records of a feed may take still. It grows with what is read: a
// service of a few bytes becomes a kilobyte, so that a megabyte of them would be a
// hundred.
type allowance struct {
	left    int
	perByte int // negative if it has no bound
	ahead   int // bytes of which the room was given before they were read
	spent   int // by records and parts
	values  int // that there is room for
}

func newAllowance(asked int) allowance {
	if asked == 0 {
		asked = perByte
	}
	return allowance{left: max(0, asked) * sparing, perByte: asked, ahead: sparing}
}

// read makes the room for so many bytes more that were read.
func (r *allowance) read(bytes int) {
	given := min(bytes, r.ahead)
	r.ahead -= given
	r.left += (bytes - given) * max(0, r.perByte)
}

// has reports whether there is room for so many bytes.
func (r *allowance) has(bytes int) bool { return r.perByte < 0 || r.left >= bytes }

// take takes so many bytes, and reports whether there was room for them.
func (r *allowance) take(bytes int) bool {
	if !r.has(bytes) {
		return false
	}
	r.spend(bytes)
	return true
}

// spend takes so many bytes that are needed in any case.
func (r *allowance) spend(bytes int) {
	r.left -= bytes
	r.spent += bytes
}

// parsed takes what so many values need while they are read, in place of those before them.
func (r *allowance) parsed(values int) {
	if values > r.values {
		r.left -= roomOfValue * (values - r.values)
		r.values = values
	}
}

// more returns for how many records there is room still, of a kind of which there are n,
// each with what comes with it.
func (r *allowance) more(n, each int) int {
	if r.perByte < 0 {
		return math.MaxInt32
	}
	records := max(0, r.left) / max(each, r.spent/max(1, n))
	return records + records/64 + 1 // an average is not exact
}

// kindIn are the kinds of records that tables hold.
var kindIn = map[table]recordKind{tableServices: services, tableOrganisations: organisations, tableLocations: places}

// kindOf returns the kind of a record.
func kindOf(record any) recordKind {
	switch record.(type) {
	case *directory.Service:
		return services
	case *directory.Place:
		return places
	default:
		return organisations
	}
}

// room returns what a record takes.
func (k recordKind) room() int {
	switch k {
	case services:
		return roomOfService
	case places:
		return roomOfPlace
	default:
		return roomOfOrganisation
	}
}

// room returns what a part of a table takes.
func (t table) room() int {
	switch t {
	case tableSchedules, tableRegular, tableHolidays:
		return roomOfSchedule
	default:
		return roomOfPart
	}
}

// foresee makes the room for all files of a folder at once, so that it does not matter that
// those that say little are read before those that say much. An archive may lie about the
// sizes of its files, so those count as they are read.
func (im *Importer) foresee(folder fs.FS, files []string) {
	size := 0
	for _, file := range files {
		info, err := fs.Stat(folder, file)
		if err != nil || !isTrue(info) { // some file systems do not tell
			return
		}
		size += int(info.Size())
	}
	im.room.read(size)
	im.foreseen = true
}

// isTrue reports whether a file has as many bytes as is told of it.
func isTrue(info fs.FileInfo) bool {
	if info == nil || info.Size() > math.MaxInt32 {
		return false
	}
	_, archived := info.Sys().(*zip.FileHeader)
	return !archived
}

// foreseeOne makes the room for all that a reader holds at once, so that lists need not grow
// with it bit by bit, and reports whether it tells how much that is.
func (im *Importer) foreseeOne(r io.Reader) bool {
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err != nil || !isTrue(info) {
			return false
		}
	}
	im.room.read(im.size)
	return im.size > 0
}

// takes reports whether a record can be made of o: it has one of some fields, and there is
// room for it, or it was told before.
func (im *Importer) takes(kind recordKind, o *Object, fields ...string) bool {
	if !o.has(fields...) {
		im.noRecord()
		return false
	}
	if im.room.has(kind.room()) || im.knows(kind, o.peek("id")) {
		return true
	}
	im.noRoom(o.peek("id"), "")
	return false
}

// knows reports whether a record was told before.
func (im *Importer) knows(kind recordKind, source string) bool {
	return source != "" && im.records[recordKey{kind, im.id(source)}] != nil
}

// Refuses reports whether nothing is to be made of what has some identifier or name in a list
// of records, since there is no room for it or it was told too often, and says so. A hostile
// sheet has many thousands of such rows, for which no objects need be built.
func (im *Importer) Refuses(list, source, name string) bool {
	kind := kindIn[tables[list]]
	if source = trimmed(source); kind == 0 || source == "" && trimmed(name) == "" {
		return false
	}
	var e *entry
	if source != "" {
		e = im.records[recordKey{kind, im.id(source)}]
	}
	switch {
	case e == nil && !im.room.has(kind.room()):
		im.noRoom(source, "")
	case e != nil && e.over:
		im.toldTooOften(source)
	default:
		return false
	}
	return true
}

// noRoom reports what is not used because so small an input has too many records.
func (im *Importer) noRoom(record, field string) {
	im.report(sp.Error, record, field, "no-room", "there are too many records for so few bytes, and this one is left out: give more room in the options, if you trust the publisher")
}

func (im *Importer) addVenue(v directory.Venue) {
	if !im.room.take(roomOfVenue) {
		im.noRoom(v.Provenance.SourceID, "")
		return
	}
	im.venues[v.ID] = len(im.catalogue.Venues)
	most := im.room.more(len(im.catalogue.Venues), roomOfVenue)
	im.catalogue.Venues = append(roomier(im, im.catalogue.Venues, most), v)
	im.ofVenues = append(roomier(im, im.ofVenues, most), position{im.file, int32(min(im.line, math.MaxInt32))})
}
