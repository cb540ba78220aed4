package search

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// A Cursor stands for a hit, so that a page can begin behind it, in a later snapshot
// too: it holds the distance and the ID. It is for the query that it comes from, whose
// limit alone may change. The zero Cursor is the beginning.
type Cursor struct {
	distance sp.Known[geo.Distance]
	id       directory.ID
	points   int // of the hit
}

func cursorOf(h Hit) Cursor { return Cursor{h.Distance, h.Offer.ID, h.Points} }

// IsZero reports whether c is the beginning.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// before reports whether a hit comes behind c.
func (c Cursor) before(h Hit) bool {
	return c.IsZero() || compareHits(Hit{Offer: &directory.Offer{ID: c.id}, Distance: c.distance, Points: c.points}, h) < 0
}

// after returns what the candidates of a page come behind.
func (s *Snapshot) after(c Cursor) candidate {
	if c.IsZero() {
		return candidate{distance: geo.Distance(math.Inf(-1))}
	}
	d, known := c.distance.Lookup()
	e, _ := slices.BinarySearchFunc(s.row, c.id, func(row uint32, id directory.ID) int {
		return cmp.Or(s.compareRow(row, id), -1) // behind the last that has it
	})
	if e == 0 { // all entries are behind it: as is the one before the first
		if !known {
			return candidate{unknown: true, distance: geo.Distance(math.Inf(-1))}
		}
		return candidate{distance: geo.Distance(math.Nextafter(float64(d), -1)), entry: math.MaxUint32}
	}
	return candidate{distance: d, unknown: !known, entry: uint32(e - 1)}
}

// MarshalText writes c for an address or a form. It says how far away an offer is.
func (c Cursor) MarshalText() ([]byte, error) {
	if c.IsZero() {
		return nil, nil
	}
	d, known := c.distance.Lookup()
	b := binary.AppendUvarint(nil, uint64(c.points))
	b = flag(b, known)
	if known {
		b = decimal(b, float64(d))
	}
	b = append(b, c.id...)
	return base64.RawURLEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText reads what [Cursor.MarshalText] writes. The error is [sp.ErrInvalid].
func (c *Cursor) UnmarshalText(text []byte) error {
	*c = Cursor{}
	if len(text) == 0 {
		return nil
	}
	b, err := base64.RawURLEncoding.AppendDecode(nil, text)
	points, size := binary.Uvarint(b)
	read := Cursor{points: int(points)}
	if err == nil && size > 0 && points <= math.MaxInt32 && len(b) > size && b[size] <= 1 {
		b, read.distance = distanceOf(b[size:])
		read.id = directory.ID(b)
	}
	if read.id == "" {
		return sp.Invalid("cursor", "", sp.Malformed, "must be one that an earlier answer gave")
	}
	*c = read
	return nil
}

// distanceOf reads a distance and returns what stands behind it, nothing if it is none.
func distanceOf(b []byte) ([]byte, sp.Known[geo.Distance]) {
	if b[0] == 0 {
		return b[1:], sp.Known[geo.Distance]{}
	}
	if len(b) < 9 {
		return nil, sp.Known[geo.Distance]{}
	}
	d := math.Float64frombits(binary.LittleEndian.Uint64(b[1:]))
	if math.IsNaN(d) || d < 0 {
		return nil, sp.Known[geo.Distance]{}
	}
	return b[9:], sp.Know(geo.Distance(d))
}
