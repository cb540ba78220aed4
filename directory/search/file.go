package search

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// magic begins a written snapshot; its last byte is the number of its form.
const magic = "sp-search\x00\x00\x03"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum returns the sum of the sums of each 4 MB, which are worked out side by side.
func checksum(b []byte) uint32 {
	const size = 4 << 20
	sums := make([]byte, 4*((len(b)+size-1)/size))
	n := parallel()
	inParallel(n, func(i int) {
		for k := i; 4*k < len(sums); k += n {
			binary.LittleEndian.PutUint32(sums[4*k:], crc32.Checksum(b[k*size:min(len(b), (k+1)*size)], castagnoli))
		}
	})
	return crc32.Checksum(sums, castagnoli)
}

// WriteTo writes s, so that a process can begin with [Open] in milliseconds. A snapshot
// that [Snapshot.With] has changed is written as if it had been built anew. What is
// written is for this version of the library, or a later one that says so: keep the
// offers, and write it again where Open refuses it.
func (s *Snapshot) WriteTo(w io.Writer) (int64, error) {
	if s.gone != nil || len(s.extra) > 0 {
		s = Build(s.all())
	}
	b, err := s.append([]byte(magic))
	if err != nil {
		return 0, err
	}
	b = binary.LittleEndian.AppendUint32(b, checksum(b))
	n, err := w.Write(b)
	return int64(n), err
}

// all returns the offers of s.
func (s *Snapshot) all() []directory.Offer {
	var all []directory.Offer
	for row := range s.ids {
		if s.gone == nil || !s.gone.has(uint32(row)) {
			all = append(all, *s.offer(uint32(row)))
		}
	}
	for _, o := range s.extra {
		all = append(all, *o)
	}
	return all
}

// append writes the sections of s, each behind the number of its bytes.
func (s *Snapshot) append(b []byte) ([]byte, error) {
	rows := len(s.ids)
	head := number(number(nil, int64(rows)), int64(s.placed))
	b = section(b, head)
	var lengths, ids, places []byte
	for row := range rows {
		ids = text(ids, s.ids[row])
		places = decimal(decimal(places, s.points[row].Lat), s.points[row].Lon)
	}
	b = section(section(section(b, ids), places), numbers(nil, s.entry))
	for i := range s.columns {
		b = section(section(b, numbers(nil, s.columns[i].of)), numbers(nil, s.columns[i].examples))
	}
	var ages, updates []byte
	for _, m := range s.bounds.ages {
		ages = number(ages, int64(m))
	}
	for _, at := range s.bounds.updates {
		updates = number(number(updates, at.Unix()), int64(at.Nanosecond()))
	}
	b = section(section(b, ages), updates)
	for field := range s.text {
		b = section(b, s.text[field]().append(nil))
	}
	var offers []byte
	for row := range rows {
		o, err := encode(*s.offer(uint32(row)))
		if err != nil {
			return nil, fmt.Errorf("search: write offer %s: %w", s.ids[row], err)
		}
		offers = append(offers, o...)
		lengths = binary.LittleEndian.AppendUint64(lengths, uint64(len(offers)))
	}
	return section(section(b, lengths), offers), nil
}

// append writes postings: each word, the number of its rows, and the way from one to the
// next.
func (p *postings) append(b []byte) []byte {
	for n, w := range p.words {
		b = number(text(b, w), int64(len(p.rows[n])))
		last := uint32(0)
		for _, row := range p.rows[n] {
			b = binary.AppendUvarint(b, uint64(row-last))
			last = row
		}
	}
	return b
}

// encode writes an offer without its ID and its point, which have sections of their own,
// and makes sure that it can be read.
func encode(o directory.Offer) ([]byte, error) {
	o.ID, o.Point = "", geo.Point{}
	b, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	return b, json.Unmarshal(b, new(directory.Offer))
}

func section(b, content []byte) []byte {
	return append(binary.LittleEndian.AppendUint64(b, uint64(len(content))), content...)
}

func numbers(b []byte, all []uint32) []byte {
	for _, n := range all {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

// A blob holds offers as they were written, end to end.
type blob struct {
	ends  []byte // of each, eight bytes
	bytes []byte
}

// offer reads one. [Snapshot.WriteTo] has made sure that it can be read, and [Open] that
// nothing has changed since; in a file that somebody made by hand it states nothing.
func (b blob) offer(row uint32) *directory.Offer {
	o := new(directory.Offer)
	if json.Unmarshal(b.bytes[b.end(row-1):b.end(row)], o) != nil {
		return new(directory.Offer)
	}
	return o
}

// end returns where the offer of a row ends; that of the row before the first is 0.
func (b blob) end(row uint32) uint64 {
	if row == ^uint32(0) {
		return 0
	}
	return binary.LittleEndian.Uint64(b.ends[8*row:])
}

// Open returns the snapshot that [Snapshot.WriteTo] wrote. The bytes are used as they
// are and must not be changed afterwards: each offer is read from them when it is first
// found. Bytes that are damaged, cut short, or of another form are refused with
// [sp.ErrInvalid].
func Open(b []byte) (*Snapshot, error) {
	const sum = 4
	if len(b) < len(magic)+sum || string(b[:len(magic)]) != magic {
		return nil, sp.Invalid("snapshot", "", sp.Malformed, "must be one that this version of the library has written; build it anew")
	}
	body := b[:len(b)-sum]
	if checksum(body) != binary.LittleEndian.Uint32(b[len(body):]) {
		return nil, sp.Invalid("snapshot", "", sp.Malformed, "must be whole, and is damaged; build it anew")
	}
	r := &reader{rest: body[len(magic):]}
	s := r.snapshot()
	if r.bad {
		return nil, sp.Invalid("snapshot", "", sp.Inconsistent, "must have parts that fit each other; build it anew")
	}
	return s, nil
}

// A reader reads sections, and notes what does not fit.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) check(is bool) bool {
	r.bad = r.bad || !is
	return is
}

// section returns the content of the next section.
func (r *reader) section() *reader {
	if !r.check(len(r.rest) >= 8) {
		return &reader{bad: true}
	}
	n := binary.LittleEndian.Uint64(r.rest)
	if !r.check(n <= uint64(len(r.rest)-8)) {
		return &reader{bad: true}
	}
	content := r.rest[8 : 8+n]
	r.rest = r.rest[8+n:]
	return &reader{rest: content}
}

// close notes in r what was bad in a section, or left of it.
func (r *reader) close(section *reader) {
	r.check(!section.bad && len(section.rest) == 0)
}

func (r *reader) number() int64 {
	n, size := binary.Varint(r.rest)
	if !r.check(size > 0) {
		r.rest = nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// unsigned reads a number below a limit.
func (r *reader) unsigned(limit int) uint32 {
	n, size := binary.Uvarint(r.rest)
	if !r.check(size > 0 && n < uint64(limit)) {
		r.rest = nil
		return 0
	}
	r.rest = r.rest[size:]
	return uint32(n)
}

func (r *reader) text() string { return string(r.bytes()) }

// bytes reads as many bytes as the number before them says.
func (r *reader) bytes() []byte {
	n, size := binary.Uvarint(r.rest)
	if !r.check(size > 0 && n <= uint64(len(r.rest)-size)) {
		r.rest = nil
		return nil
	}
	b := r.rest[size : size+int(n)]
	r.rest = r.rest[size+int(n):]
	return b
}

func (r *reader) decimal() float64 {
	x := math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return x
}

// numbers reads all of a section, each of them below a limit.
func (r *reader) numbers(limit int) []uint32 {
	s := r.section()
	r.check(!s.bad && len(s.rest)%4 == 0)
	all := make([]uint32, len(s.rest)/4)
	for i := range all {
		all[i] = binary.LittleEndian.Uint32(s.rest[4*i:])
		r.check(int(all[i]) < limit)
	}
	return all
}

func (r *reader) snapshot() *Snapshot {
	head := r.section()
	rows, placed := int(head.number()), int(head.number())
	r.close(head)
	if !r.check(rows >= 0 && rows <= len(r.rest) && placed >= 0 && placed <= rows) {
		return nil
	}
	s := newSnapshot(rows, placed)
	r.places(s)
	for i := range s.columns {
		c := column{of: r.numbers(rows + 1), examples: r.numbers(rows)}
		r.check(len(c.of) == rows && (len(c.of) == 0 || int(slices.Max(c.of)) < len(c.examples)))
		s.columns[i] = c
	}
	for ages := r.section(); len(ages.rest) > 0; {
		s.bounds.ages = append(s.bounds.ages, directory.Months(ages.number()))
	}
	for updates := r.section(); len(updates.rest) > 0; {
		s.bounds.updates = append(s.bounds.updates, time.Unix(updates.number(), updates.number()).UTC())
	}
	r.check(slices.IsSorted(s.bounds.ages) && slices.IsSortedFunc(s.bounds.updates, time.Time.Compare))
	for field := range s.text {
		listed := r.section()
		s.text[field] = sync.OnceValue(func() *postings { return listed.postings(rows) })
	}
	ends := r.section()
	offers := r.section()
	s.written = blob{ends.rest, offers.rest}
	r.check(!r.bad && len(r.rest) == 0 && len(ends.rest) == 8*rows)
	last := uint64(0)
	for row := 0; row < rows && !r.bad; row++ {
		end := s.written.end(uint32(row))
		r.check(end >= last && end <= uint64(len(offers.rest)))
		last = end
	}
	return s
}

// places reads IDs, points and the order of entries, and makes the tree again.
func (r *reader) places(s *Snapshot) {
	ids, points := r.section(), r.section()
	s.entry = r.numbers(len(s.ids))
	if r.check(len(points.rest) == 16*len(s.ids) && len(s.entry) == len(s.ids)); r.bad {
		return
	}
	names := string(ids.rest) // one for all IDs
	known := make(set, leaves(len(s.ids)))
	s.tree.vectors = make([]vector, s.placed)
	for row := range s.ids {
		id := ids.bytes()
		end := len(names) - len(ids.rest)
		s.ids[row] = directory.ID(names[end-len(id) : end])
		s.points[row].Lat, s.points[row].Lon = points.decimal(), points.decimal()
		p := s.points[row]
		switch {
		case p.IsZero():
			s.nowhere.add(uint32(row))
			fallthrough
		case !onEarth(p):
			r.check(row >= s.placed)
		case r.check(row < s.placed):
			s.tree.vectors[row] = vectorOf(p)
		}
		known.add(s.entry[row])
		s.row[s.entry[row]] = uint32(row)
	}
	r.close(ids)
	r.check(known.count() == len(s.ids) && slices.IsSortedFunc(s.row, func(a, b uint32) int { return cmp.Compare(s.ids[a], s.ids[b]) }))
	if !r.bad && s.placed > 0 {
		s.tree.measure(0, leaves(s.placed))
	}
}

// postings reads them. They are checked by the sum of all bytes, and by their bounds.
func (r *reader) postings(rows int) *postings {
	p := &postings{}
	for len(r.rest) > 0 {
		w, n := r.text(), r.number()
		list := make([]uint32, 0, max(0, min(n, int64(len(r.rest)))))
		last := uint32(0)
		for ; n > 0 && !r.bad; n-- {
			if last += r.unsigned(rows); int(last) < rows {
				list = append(list, last)
			}
		}
		if w != "" {
			p.words, p.rows = append(p.words, w), append(p.rows, list)
		}
	}
	return p
}
