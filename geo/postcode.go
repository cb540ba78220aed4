package geo

import (
	"database/sql/driver"
	"regexp"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Postcode is a postcode of the United Kingdom in its written form, such as "LA4
// 5AB". A person's full postcode is personal data: hold it as an [sp.Personal] of a
// Postcode. The zero Postcode is unknown.
type Postcode string

// Forms of outward and inward code. Source: BS 7666 and the Cabinet Office's
// bulk data transfer schema; Q, V and X do not come first, I, J and Z not
// second, and C, I, K, M, O and V are not used in the inward letters.
var postcodeForm = regexp.MustCompile(
	`^(GIR ?0AA|(?:[A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]) ?[0-9][ABD-HJLNP-UW-Z]{2})$`)

// ParsePostcode reads a postcode in any case and spacing. It checks the form,
// not whether the postcode is in use.
func ParsePostcode(s string) (Postcode, error) {
	compact := strings.ToUpper(strings.Join(strings.Fields(s), ""))
	if !postcodeForm.MatchString(compact) {
		return "", sp.Invalid("postcode", "", sp.Malformed, "must be a full postcode, written as LA4 5AB")
	}
	cut := len(compact) - 3
	return Postcode(compact[:cut] + " " + compact[cut:]), nil
}

// Outward returns the part before the space, the postcode district: "LA4".
func (p Postcode) Outward() string {
	outward, _, _ := strings.Cut(string(p), " ")
	return outward
}

// Sector returns the district and the first digit after the space, "LA4 5":
// coarse enough, as a rule, not to point at one household.
func (p Postcode) Sector() string {
	if len(p) < 5 {
		return ""
	}
	return string(p[:len(p)-2])
}

// UnmarshalText reads what [ParsePostcode] reads, and nothing as unknown; JSON, forms and
// XML go by it.
func (p *Postcode) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = ""
		return nil
	}
	v, err := ParsePostcode(string(text))
	if err != nil {
		return err
	}
	*p = v
	return nil
}

// Value implements [driver.Valuer]: the postcode as text, and NULL for unknown.
func (p Postcode) Value() (driver.Value, error) {
	if p == "" {
		return nil, nil //nolint:nilnil // driver.Valuer calls NULL so
	}
	return string(p), nil
}

// Scan implements sql.Scanner and reads what [ParsePostcode] reads. NULL is unknown.
func (p *Postcode) Scan(src any) error { return scan("postcode", src, p) }
