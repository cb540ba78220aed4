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
	inName   bool // of the hit
}

func cursorOf(h Hit) Cursor { return Cursor{h.Distance, h.Offer.ID, h.InName} }

// IsZero reports whether c is the beginning.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// before reports whether a hit comes behind c.
func (c Cursor) before(h Hit) bool {
	return c.IsZero() || compareHits(Hit{Offer: &directory.Offer{ID: c.id}, Distance: c.distance, InName: c.inName}, h) < 0
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
	b := []byte{0}
	if known {
		b = binary.LittleEndian.AppendUint64([]byte{byDistance}, math.Float64bits(float64(d)))
	}
	if c.inName {
		b[0] |= byName
	}
	b = append(b, c.id...)
	return base64.RawURLEncoding.AppendEncode(nil, b), nil
}

// What the first byte of a cursor says, a bit each.
const (
	byDistance = 1 << iota
	byName
)

// UnmarshalText reads what [Cursor.MarshalText] writes. The error is [sp.ErrInvalid].
func (c *Cursor) UnmarshalText(text []byte) error {
	*c = Cursor{}
	if len(text) == 0 {
		return nil
	}
	b, err := base64.RawURLEncoding.AppendDecode(nil, text)
	malformed := sp.Invalid("cursor", "", sp.Malformed, "must be one that an earlier answer gave")
	switch {
	case err != nil || len(b) < 2 || b[0] > byDistance|byName || b[0]&byDistance != 0 && len(b) < 10:
		return malformed
	case b[0]&byDistance != 0:
		d := math.Float64frombits(binary.LittleEndian.Uint64(b[1:]))
		if math.IsNaN(d) || d < 0 {
			return malformed
		}
		c.distance, c.inName = sp.Know(geo.Distance(d)), b[0]&byName != 0
		c.id = directory.ID(b[9:])
		return nil
	}
	c.inName = b[0]&byName != 0
	c.id = directory.ID(b[1:])
	return nil
}
