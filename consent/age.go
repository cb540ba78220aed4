package consent

import "slices"

// A Nation is a part of the United Kingdom with a law of its own about young people.
type Nation string

// The nations.
const (
	England         Nation = "england"
	Wales           Nation = "wales"
	Scotland        Nation = "scotland"
	NorthernIreland Nation = "northern-ireland"
)

// A Decision is something that a young person may be old enough to decide.
type Decision string

// The decisions.
const (
	AgreeToHelp Decision = "agree-to-help" // that somebody helps them
	AgreeToTell Decision = "agree-to-tell" // that something about them is told to others
)

// An AgeRule says from which age a person is presumed to decide for themselves. Younger
// ones may be found able to: see Competent of package person.
type AgeRule struct {
	Nation   Nation
	Decision Decision
	From     int // completed years
	Source   string
}

// AgeRules returns the ages of this package, as read in November 2026. Where the law
// states no age for telling, the age is that from which a capacity to decide is presumed.
func AgeRules() []AgeRule { return slices.Clone(ageRules[:]) }

var ageRules = [...]AgeRule{
	{England, AgreeToHelp, 16, "Family Law Reform Act 1969, section 8(1)"},
	{England, AgreeToTell, 16, "Mental Capacity Act 2005, sections 1(2) and 2(5)"},
	{Wales, AgreeToHelp, 16, "Family Law Reform Act 1969, section 8(1)"},
	{Wales, AgreeToTell, 16, "Mental Capacity Act 2005, sections 1(2) and 2(5)"},
	{Scotland, AgreeToHelp, 16, "Age of Legal Capacity (Scotland) Act 1991, section 1"},
	{Scotland, AgreeToTell, 12, "Data Protection Act 2018, section 208; GIRFEC practice guidance 4, annex D"},
	{NorthernIreland, AgreeToHelp, 16, "Mental Capacity Act (Northern Ireland) 2016, section 1"},
	{NorthernIreland, AgreeToTell, 16, "Mental Capacity Act (Northern Ireland) 2016, section 1"},
}

// DecidesFrom returns the age, in completed years, from which a person is presumed to
// decide for themselves. Where the nation is not known it is the highest of all.
func DecidesFrom(n Nation, d Decision) int {
	from := 0
	for _, r := range ageRules {
		if r.Decision != d {
			continue
		}
		if r.Nation == n {
			return r.From
		}
		from = max(from, r.From)
	}
	return from
}
