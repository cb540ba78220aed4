package extract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/person"
)

// What others may know of somebody, as columns of [subjectOf.who].
const (
	ageAt = iota
	genderAt
	ethnicAt
	areaAt
	quarterAt
	whoColumns
)

// Words that stand in place of a value.
const (
	other     = "other"     // no code of the list
	sensitive = "sensitive" // told only where a permission names it
	hidden    = "withheld"  // too few people are alike
)

// steps are the columns that are withheld of people who are too few alike, one after the other.
func steps() [whoColumns]int { return [...]int{areaAt, ethnicAt, quarterAt, genderAt, ageAt} }

// describe says what others may know of p, from their profile on the day of their first referral.
func (p *subjectOf) describe(o *Options, r *Report) {
	first := p.cases[0]
	var profile person.Profile
	if o.Profiles != nil {
		profile, _ = o.Profiles(p.id, first.received)
	}
	if _, known := profile.Age.Lookup(); known {
		p.who[ageAt] = person.StandardBands().Of(profile.Age)
	} else {
		p.who[ageAt] = spelt(listed(r, "age_band", first.opening.AgeBand, band))
	}
	p.who[genderAt] = listed(r, "gender", string(profile.Gender), in(genders()...))
	p.who[ethnicAt] = listed(r, "ethnic_category", profile.Equality[person.EthnicCategory], in(ethnic()...))
	p.who[areaAt] = o.area(profile.Home)
	var quarters []string
	for _, c := range p.cases {
		quarters = append(quarters, quarter(c.received))
	}
	p.who[quarterAt] = strings.Join(quarters, " ")
}

// area returns the code of the area of the kind that o names, and nothing but a GSS code.
func (o *Options) area(home directory.Home) string {
	for _, a := range home.Areas {
		if entity, ok := a.GSS(); ok && entity == o.Area {
			return a.Code
		}
	}
	return ""
}

func quarter(d sp.Date) string {
	year, month, _ := d.Civil()
	return fmt.Sprintf("%d-Q%d", year, (int(month)+2)/3)
}

// band reports whether a text is an age band such as "65-74" or "85+": numbers of at most three
// digits, so that no identifier of a person passes for one.
func band(s string) bool {
	from, to, ok := strings.Cut(strings.TrimSuffix(s, "+"), "-")
	return age(from) && (age(to) || !ok && strings.HasSuffix(s, "+"))
}

// spelt writes an age band as a profile does: "65 to 74", "85 and over".
func spelt(band string) string {
	return strings.NewReplacer("-", " to ", "+", " and over").Replace(band)
}

func age(s string) bool {
	return len(s) > 0 && len(s) <= 3 && !strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' })
}

func genders() []string {
	return []string{string(person.Female), string(person.Male), string(person.OtherGender)}
}

// ethnic returns the words in which a profile tells of ethnic categories.
func ethnic() []string {
	all := []string{"not-stated", "stated"}
	list, ok := person.ListOf(person.EthnicCategory)
	if !ok {
		return all
	}
	for code := range list.All() {
		if fact, ok := list.Fact(code.Code); ok {
			all = append(all, person.Equality{person.EthnicCategory: fact}.Bands()[person.EthnicCategory])
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

func in(codes ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(codes, s) }
}

// listed returns a code that is on a list or empty, and counts what is not.
func listed(r *Report, column, code string, is func(string) bool) string {
	if code == "" || is(code) {
		return code
	}
	r.Unlisted[column]++
	return other
}

// alike withholds, column by column, what others may know of those who are too few alike, and
// returns the people of whom there are enough.
func alike(all []*subjectOf, k int, r *Report) (kept []*subjectOf, err error) {
	if r.Before, err = disclosure.KAnonymity(known(all), k); err != nil {
		return nil, err
	}
	for _, column := range steps() {
		if !differ(all, column) { // so that nobody would be more alike
			continue
		}
		_, few := divided(all, k)
		for _, p := range few {
			p.who[column] = hidden
		}
	}
	kept, few := divided(all, k)
	for _, p := range few {
		r.LeftOut[TooFew] += len(p.cases)
	}
	for _, p := range kept {
		for column, name := range whoNames() {
			if p.who[column] == hidden {
				r.Withheld[name]++
			}
		}
	}
	if r.After, err = disclosure.KAnonymity(known(kept), k); err != nil {
		return nil, err
	}
	r.Diversity, err = disclosure.LDiversity(known(kept), sensitiveOf(kept))
	return kept, err
}

// differ reports whether people differ in a column.
func differ(all []*subjectOf, column int) bool {
	return slices.ContainsFunc(all, func(p *subjectOf) bool { return p.who[column] != all[0].who[column] })
}

// divided returns the people of whom at least k are alike, and those of whom there are fewer.
func divided(all []*subjectOf, k int) (enough, few []*subjectOf) {
	classes := map[[whoColumns]string]int{}
	for _, p := range all {
		classes[p.who]++
	}
	for _, p := range all {
		if classes[p.who] < k {
			few = append(few, p)
		} else {
			enough = append(enough, p)
		}
	}
	return enough, few
}

func known(all []*subjectOf) [][]string {
	rows := make([][]string, len(all))
	for i, p := range all {
		rows[i] = p.who[:]
	}
	return rows
}

// sensitiveOf returns the needs of each person, as one text.
func sensitiveOf(all []*subjectOf) []string {
	texts := make([]string, len(all))
	for i, p := range all {
		for _, c := range p.cases {
			texts[i] += fmt.Sprint(c.opening.Reasons, c.found)
		}
	}
	return texts
}
