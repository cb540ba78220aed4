package sp

import (
	"database/sql/driver"
	"strconv"

	"github.com/socialprescribing/sp/internal/column"
)

// An SCTID identifies a component of SNOMED CT: a concept, description or
// relationship. It holds at most 18 digits. The zero SCTID is none.
type SCTID uint64

// ParseSCTID reads 6 to 18 digits without a leading zero and checks the partition
// and the Verhoeff check digit. Some identifiers in real data fail that check; an
// importer should keep what its source states and report the fault. Source:
// SNOMED International, Release File Specification, section 6.
func ParseSCTID(s string) (SCTID, error) {
	if len(s) < 6 || len(s) > 18 || !digits(s) || s[0] == '0' {
		return 0, invalidValue("SNOMED CT identifier", Malformed, "must have from 6 to 18 digits and no leading zero")
	}
	if p := s[len(s)-3 : len(s)-1]; (p[0] != '0' && p[0] != '1') || p[1] > '5' {
		return 0, invalidValue("SNOMED CT identifier", Malformed, "has a partition that identifies no kind of component")
	}
	if !verhoeff(s) {
		return 0, invalidValue("SNOMED CT identifier", Malformed, "fails its check digit: look for a mistyped or swapped digit")
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return SCTID(n), err
}

// IsConcept reports whether id identifies a concept, rather than a description
// or a relationship.
func (id SCTID) IsConcept() bool { p := id / 10 % 100; return id != 0 && (p == 0 || p == 10) }

// Code returns id as a [Code] of SNOMED CT.
func (id SCTID) Code(display string) Code {
	return Code{System: systemSNOMED, Code: id.String(), Display: display}
}

// String returns the digits of id.
func (id SCTID) String() string { return strconv.FormatUint(uint64(id), 10) }

// MarshalText writes the digits of id, and none for the zero SCTID. In JSON that
// makes a string: numbers of 18 digits do not survive readers that use floating point.
func (id SCTID) MarshalText() ([]byte, error) {
	if id == 0 {
		return []byte{}, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what [ParseSCTID] reads, or nothing, which is no SCTID.
func (id *SCTID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = 0
		return nil
	}
	v, err := ParseSCTID(string(text))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// verhoeff reports whether the digits of s, the last being the check digit, add
// up to 0 in the dihedral group of order ten (Verhoeff 1969).
func verhoeff(s string) bool {
	c := 0
	for i := range len(s) {
		digit := int(s[len(s)-1-i] - '0')
		for range i % 8 {
			digit = verhoeffPermutation[digit]
		}
		c = dihedral(c, digit)
	}
	return c == 0
}

// verhoeffPermutation has order 8: position i applies it i times.
var verhoeffPermutation = [10]int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}

// dihedral multiplies in the group of the symmetries of a pentagon: 0 to 4 are
// rotations, 5 to 9 reflections.
func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b-5)%5
	case b < 5:
		return 5 + (a-b)%5
	}
	return (a - b + 5) % 5
}

// Value implements [driver.Valuer]: the digits as text, and NULL for the zero SCTID.
func (id SCTID) Value() (driver.Value, error) { return column.Value(id, id == 0) }

// Scan implements sql.Scanner. It reads digits as text or as a whole number. NULL is no
// SCTID.
func (id *SCTID) Scan(src any) error {
	if n, ok := src.(int64); ok {
		return id.UnmarshalText(strconv.AppendInt(nil, n, 10))
	}
	return scanText("SNOMED CT identifier", src, id)
}
