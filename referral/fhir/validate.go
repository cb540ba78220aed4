package fhir

import (
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/fhir/rule"
)

// Validate returns what is wrong with a resource, or with a bundle and what is in it, by R4
// and by the shapes of the profile, whether or not it claims them; see [rule.Check].
func (p Profile) Validate(o *resource.Object) []sp.Issue {
	names := make([]string, 0, len(p.Shapes))
	for _, url := range slices.Sorted(maps.Values(p.Shapes)) {
		names = append(names, url[strings.LastIndexByte(url, '/')+1:])
	}
	return rule.Check(o, names...)
}

// sdohcc reports whether the guide is SDOHCC.
func (p Profile) sdohcc() bool { return strings.HasPrefix(p.Name, "SDOHCC") }
