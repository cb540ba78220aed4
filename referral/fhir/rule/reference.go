package rule

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// reference checks that what is referred to is there, where that can be seen, and that it
// is of a type that can stand here; targets are empty where all can.
func (c *checker) reference(at *place, targets []string, v resource.Value) {
	text := v.Get("reference").Text()
	if id, local := strings.CutPrefix(text, "#"); local && id != "" && !c.has(id) {
		c.wrong(at.to("reference"), "dangling", "what is contained is not there (ref-1)")
		return
	}
	named := c.targetOf(text, v)
	if stated := v.Get("type").Text(); stated != "" && named != "" && named != stated {
		c.wrong(at.to("type"), "inconsistent", "the reference is to another type")
	}
	if named == "" {
		named = v.Get("type").Text()
	}
	if len(targets) > 0 && named != "" && !slices.Contains(targets, named) {
		c.wrong(at, "wrong-target", "must refer to "+strings.Join(targets, ", "))
	}
}

// targetOf returns the type to which a reference leads, and nothing where it does not say.
func (c *checker) targetOf(text string, v resource.Value) string {
	if id, local := strings.CutPrefix(text, "#"); local {
		if id == "" {
			return c.whole.Get("resourceType").Text()
		}
		for _, one := range c.whole.Get("contained").All() {
			if one.Get("id").Is(id) {
				return one.Get("resourceType").Text()
			}
		}
	}
	if c.bundle != nil {
		if o, _, found := c.bundle.Find(c.entry, v); found {
			return o.Type()
		}
	}
	if strings.HasPrefix(text, "urn:") || text == "" {
		return ""
	}
	text, _, conditional := strings.Cut(text, "?")
	text, _, _ = strings.Cut(text, "/_history/")
	parts := strings.Split(text, "/")
	i := len(parts) - 2
	if conditional {
		i++
	}
	if i < 0 || parts[i] == "" || parts[i][0] < 'A' || parts[i][0] > 'Z' {
		return ""
	}
	return parts[i]
}

func (c *checker) has(id string) bool {
	for _, one := range c.whole.Get("contained").All() {
		if one.Get("id").Is(id) {
			return true
		}
	}
	return false
}

// snomed is the system of SNOMED CT.
const snomed = "http://snomed.info/sct"

// coding warns of a code that nobody can look up: R4 allows it.
func (c *checker) coding(at *place, v resource.Value) {
	code := v.Get("code").Text()
	if code == "" {
		return
	}
	system := v.Get("system").Text()
	if system == "" && v.Get("_system").IsZero() {
		c.add(sp.Warning, at, "no-system", "a code means nothing without its system")
	}
	if _, err := sp.ParseSCTID(code); err != nil && system == snomed {
		c.add(sp.Warning, at.to("code"), "bad-check-digit", "no identifier of SNOMED CT: spreadsheets round those of more than 15 digits")
	}
}
