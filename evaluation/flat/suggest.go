package flat

import (
	"fmt"
	"io"
	"strings"

	"github.com/socialprescribing/sp/internal/csvfile"
)

// Suggest proposes a mapping from the header of a sheet: the fields that the names of its columns
// probably mean, and the names of those of which it has no idea. Nothing below the header is
// looked at. The proposal is not valid before somebody has named how days are written
// ([Mapping.Dates]), added what the codes of the sheet mean, and looked at it: a name can mislead.
// It fails with an error that is [sp.ErrInvalid] if the file is no CSV, and otherwise with that of r.
func Suggest(r io.Reader, name string) (m Mapping, others []string, err error) {
	file, err := csvfile.Open(r, name)
	if err != nil {
		return Mapping{}, nil, fmt.Errorf("flat: %w", err)
	}
	m.Source = name
	taken := map[Field]bool{}
	for _, column := range file.Header {
		to := meant(column)
		if to == "" || taken[to] {
			others = append(others, column)
			continue
		}
		taken[to] = true
		m.Columns = append(m.Columns, Column{Column: column, To: to})
	}
	return m, others, nil
}

// meant returns the field that the name of a column probably means. The first of the list holds
// whose words all stand in the name.
func meant(column string) Field {
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(column), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	}), " ") + " "
	for _, row := range synonyms() {
		all := true
		for w := range strings.FieldsSeq(row.words) {
			all = all && strings.Contains(words, " "+w)
		}
		if all {
			return row.to
		}
	}
	return ""
}

type synonym struct {
	words string // each of which begins a word of the name
	to    Field
}

// synonyms lists how sheets name the fields, the more exact names first. What may hold a name, a
// number of the NHS or free text is there as no field.
func synonyms() []synonym {
	return []synonym{
		{"nhs", ""},
		{"name", ""},
		{"note", ""},
		{"comment", ""},
		{"address", ""},
		{"postcode", ""},
		{"email", ""},
		{"phone", ""},
		{"birth", ""},
		{"dob", ""},
		{"date referral", Received},
		{"referral date", Received},
		{"received", Received},
		{"referred on", Received},
		{"accepted", Accepted},
		{"date declined", Declined},
		{"declined date", Declined},
		{"rejected", Declined},
		{"first contact", Contacted},
		{"contacted", Contacted},
		{"first spoke", Contacted},
		{"initial contact", Contacted},
		{"assess", Assessed},
		{"needs found", Assessed},
		{"plan date", Assessed},
		{"date plan", Assessed},
		{"offered", Offered},
		{"onward referral", Offered},
		{"signposted on", Offered},
		{"service asked", Offered},
		{"first session", Begun},
		{"first attend", Begun},
		{"began", Begun},
		{"begun", Begun},
		{"start date", Begun},
		{"started", Begun},
		{"date completed", Finished},
		{"completed", Finished},
		{"finished", Finished},
		{"course end", Finished},
		{"dropped", Stopped},
		{"stopped", Stopped},
		{"left early", Stopped},
		{"reason", Reason},
		{"why", Reason},
		{"date closed", Ended},
		{"closed", Ended},
		{"closure", Ended},
		{"discharge", Ended},
		{"case end", Ended},
		{"ended", Ended},
		{"feedback", Feedback},
		{"gp told", Feedback},
		{"referrer told", Feedback},
		{"result", Result},
		{"outcome", Outcome},
		{"unmet", Unmet},
		{"need", Needs},
		{"issue", Needs},
		{"presenting", Needs},
		{"urgen", Urgency},
		{"priority", Urgency},
		{"practice", Practice},
		{"surgery", Practice},
		{"source", Route},
		{"route", Route},
		{"referred by", Route},
		{"referrer", Route},
		{"method", Medium},
		{"medium", Medium},
		{"age", AgeBand},
		{"link worker", Worker},
		{"worker", Worker},
		{"navigator", Worker},
		{"provider", Provider},
		{"organisation", Provider},
		{"ward", Group},
		{"ethnic", Group},
		{"quintile", Group},
		{"decile", Group},
		{"group", Group},
		{"before date", BeforeDay},
		{"after date", AfterDay},
		{"before", Before},
		{"baseline", Before},
		{"score start", Before},
		{"after", After},
		{"follow", After},
		{"score end", After},
		{"client id", Person},
		{"person", Person},
		{"patient id", Person},
		{"pseudonym", Person},
		{"client", Person},
		{"case", Case},
		{"ref", Case},
		{"id", Case},
	}
}
