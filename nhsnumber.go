package sp

import (
	"encoding/json"
	"strings"
)

// An NHSNumber identifies a patient of the NHS in England, Wales and the Isle
// of Man. It is personal data and prints itself as "[personal]"; Reveal returns
// its ten digits. The zero NHSNumber is unknown.
type NHSNumber struct{ Personal[string] }

// ParseNHSNumber reads ten digits, with or without white space and hyphens, and
// checks the modulus 11 check digit. It refuses 0000000000, which passes that
// check and identifies nobody. Source: NHS Data Dictionary, NHS NUMBER.
func ParseNHSNumber(s string) (NHSNumber, error) {
	d := strings.ReplaceAll(strings.Join(strings.Fields(s), ""), "-", "")
	if len(d) != 10 || !digits(d) {
		return NHSNumber{}, invalidValue("NHS number", Malformed, "must have ten digits")
	}
	number := [10]byte([]byte(d))
	if number == noNHSNumber {
		return NHSNumber{}, invalidValue("NHS number", Malformed, "is 0000000000, which identifies nobody")
	}
	if !checked(number) {
		return NHSNumber{}, invalidValue("NHS number", Malformed, "fails its check digit: look for a mistyped or swapped digit")
	}
	return NHSNumber{Hide(d)}, nil
}

// noNHSNumber passes the check and identifies nobody.
var noNHSNumber = [10]byte([]byte("0000000000"))

// checked reports whether the last of ten digits is the check digit of the others.
func checked(d [10]byte) bool {
	sum := 0
	for i := range 9 {
		sum += int(d[i]-'0') * (10 - i)
	}
	return (11-sum%11)%11 == int(d[9]-'0') // 10 has no digit: such numbers are not issued
}

// Equal reports whether n and o are the same number.
func (n NHSNumber) Equal(o NHSNumber) bool { return n.Personal.Equal(o.Personal) }

// UnmarshalJSON reads a string of digits and checks it as [ParseNHSNumber] does.
func (n *NHSNumber) UnmarshalJSON(data []byte) error {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil {
		return invalidValue("NHS number", WrongType, "must be a string of ten digits")
	}
	if s == nil {
		*n = NHSNumber{}
		return nil
	}
	return n.UnmarshalText([]byte(*s))
}

// UnmarshalText reads what [ParseNHSNumber] reads, such as a field of a form, or nothing.
func (n *NHSNumber) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*n = NHSNumber{}
		return nil
	}
	v, err := ParseNHSNumber(string(text))
	if err != nil {
		return err
	}
	*n = v
	return nil
}

// Scan implements sql.Scanner: it reads text, and NULL as unknown.
func (n *NHSNumber) Scan(src any) error { return scanText("NHS number", src, n) }
