package person

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
)

// An ODSCode names an organisation of the NHS, such as a practice: letters and digits,
// in capitals. Source: NHS England, Organisation Data Service.
type ODSCode string

// ODSSystem is the URI under which FHIR resources state an ODS code.
const ODSSystem = "https://fhir.nhs.uk/Id/ods-organization-code"

const odsRule = "must be an ODS code: from 2 to 12 letters and digits, as in P81001"

// ParseODSCode reads the code of an organisation. Space around it is removed and letters
// become capitals. Lengths are not fixed, so no narrower form is asked for.
func ParseODSCode(s string) (ODSCode, error) {
	c := ODSCode(strings.ToUpper(strings.TrimSpace(s)))
	if !c.valid() {
		return "", sp.Invalid("ods code", "", sp.Malformed, odsRule)
	}
	return c, nil
}

func (c ODSCode) valid() bool {
	for _, r := range c {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return len(c) >= 2 && len(c) <= 12
}

// A Registration is the practice that a person is registered with, whether or not it
// referred them: whoever is to be told is their own doctor.
type Registration struct {
	Practice ODSCode `json:"practice,omitempty"`
	Supplier string  `json:"supplier,omitempty"` // of its system: a code of [Suppliers], or one with a namespace
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (r Registration) Format(f fmt.State, _ rune) { sp.Personal[struct{}]{}.Format(f, 'v') }

func (r Registration) check(e *sp.InvalidError) {
	e.Check(r.Practice == "" || r.Practice.valid(), "registration.practice", sp.Malformed, odsRule)
	e.Check(r.Supplier == "" || onList(Suppliers(), r.Supplier), "registration.supplier", sp.NotListed, `must be on the list of suppliers, or have a namespace as in "bay:own-system"`)
}

// onList reports whether a code is on a list, or has a namespace of its own.
func onList(l *CodeList, code string) bool {
	_, ok := l.entry(code)
	return ok || sp.ValidCode(code) && strings.Contains(code, ":")
}
