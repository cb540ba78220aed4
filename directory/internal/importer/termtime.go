package importer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

var (
	// apartFrom finds words that say that something does not happen at times that are known
	// to others: the holidays of a school.
	apartFrom = regexp.MustCompile(`(?i)\bterm[ -]?time\b|\b(?:except(?:ing)?|excluding|excl|excepted|not|no sessions?|closed|outside|apart from)\b[^.;]{0,24}\b(?:school(?:,| and| or| &)|holidays?|half[ -]?terms?)\b|\bholidays? excepted\b`)
	// ofACountry are holidays of which there are some days in a year: too few to doubt all others.
	ofACountry = regexp.MustCompile(`(?i)\b(?:bank|public|national)(?:(?: and| or| &) (?:bank|public))? holidays?\b`)
)

// holidaysApart notes that a schedule does not happen in school holidays, if its words say so:
// the days of its rule are unknown, since nobody knows here which are holidays.
func (o *Object) holidaysApart(s *directory.Schedule) {
	if s.Rule.IsZero() || s.Unclear {
		return
	}
	for i, words := range [...]string{s.Text, o.peek("notes")} {
		if words = words[:min(len(words), longestRemark)]; !mentionsTerm(words) || !apartFrom.MatchString(ofACountry.ReplaceAllString(words, "")) {
			continue
		}
		s.Unclear = true
		o.report(sp.Note, [...]string{"description", "notes"}[i], "unclear-days", "says that it does not happen in holidays, or in term time only: on which of its days it does is unknown")
		return
	}
}

// longestRemark is how many bytes of a text are looked at: remarks are short.
const longestRemark = 1 << 11

// mentionsTerm reports whether a text has a part of a word that it needs to say so, which is
// found sooner.
func mentionsTerm(words string) bool {
	return slices.ContainsFunc([]string{"olida", "erm", "OLIDA", "ERM"}, func(part string) bool { return strings.Contains(words, part) })
}
