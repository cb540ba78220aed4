package extract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
)

// The groups of the national minimum dataset.
const (
	who     = "who"
	need    = "need"
	offered = "offered"
	outcome = "outcome"
)

// A column is one of the table, and what the dictionary says of it.
type column struct {
	group string
	export.Field
	codes string // or the form of its values; empty where the type says it
	known bool   // others may know it of somebody
}

// whoNames are the names of the columns of [subjectOf.who].
func whoNames() [whoColumns]string {
	return [...]string{"age_band", "gender", "ethnic_category", "area", "received"}
}

func text(group, name, meaning, codes string) column {
	names := whoNames()
	return column{group: group, Field: export.Field{Name: name, Type: export.Text, Meaning: meaning}, codes: codes, known: slices.Contains(names[:], name)}
}

func count(name, unit, meaning string) column {
	return column{group: offered, Field: export.Field{Name: name, Type: export.Integer, Unit: unit, Meaning: meaning}}
}

func days(group, name, until string) column {
	return column{group: group, Field: export.Field{Name: name, Type: export.Integer, Unit: "days", Meaning: "Days from receipt to " + until + "; empty if it has not happened or was not recorded"}}
}

func score(name, meaning string) column {
	return column{group: outcome, Field: export.Field{Name: name, Type: export.Number, Unit: "points", Decimals: 2, Meaning: meaning}}
}

// columns returns those of the table, in order.
func columns() []column {
	const needCodes = "terms of the taxonomy of needs; sensitive; other; with semicolons"
	reasons := strings.Join(reasonCodes(), " ")
	return []column{
		text(who, "person", "Pseudonym, the same for one person in every extract of the project under one key", ""),
		text(who, "age_band", "Age in years at the first referral of the table; empty if nobody knows", "bands such as 65 to 74, 85 and over; other; withheld"),
		text(who, "gender", "Gender as stated; empty if nobody knows", strings.Join(genders(), " ")+" withheld"),
		text(who, "ethnic_category", "Ethnic category in broad groups; empty if nobody has asked", strings.Join(ethnic(), " ")+" other withheld"),
		text(who, "area", "GSS code of the area of the home; empty if it is not known or the extract has none", "GSS codes of the Office for National Statistics; withheld"),
		{group: need, Field: export.Field{Name: "referral", Type: export.Integer, Meaning: "Number of the referral among those of the person in this table, in the order of receipt"}},
		text(need, "received", "Calendar quarter of receipt", "such as 2026-Q2; withheld"),
		text(need, "urgency", "How soon the person should hear from somebody", strings.Join(urgencies(), " ")+" other"),
		text(need, "route", "Who refers; empty if it was not stated", "codes that the extract names, by default gp self community; other"),
		text(need, "medium", "How the referral reached the scheme; empty if it was not stated", strings.Join(media(), " ")+" other"),
		text(need, "needs_referred", "Needs as whoever refers sees them", needCodes),
		text(need, "needs_found", "Needs that were found with the person; empty if none were", needCodes),
		days(offered, "days_to_contact", "the first conversation"),
		days(offered, "days_to_needs", "the day on which needs were found with the person"),
		days(offered, "days_to_offer", "the day on which a service was first asked for a place"),
		days(offered, "days_to_start", "the day on which the person was first at a service"),
		count("services_offered", "services", "Services that were asked for a place"),
		count("services_started", "services", "Services at which the person was"),
		count("services_completed", "services", "Services with a planned end"),
		count("sessions_attended", "sessions", "Sessions to which the person came"),
		count("sessions_missed", "sessions", "Sessions that the person missed"),
		text(offered, "reasons_declined", "Why services were declined, by the person or the provider; empty if none was", reasons+"; with semicolons"),
		text(offered, "reasons_stopped", "Why services stopped before the planned end; empty if none did", reasons+"; with semicolons"),
		text(outcome, "state", "How the referral stood on the last day", strings.Join([]string{open, closed, declined, rerouted, expired, withdrawn}, " ")),
		text(outcome, "reason_ended", "Why it ended before it was done; empty if it did not", reasons),
		days(outcome, "days_to_end", "the end of the referral"),
		text(outcome, "outcome", "What became of the needs; empty if the referral was not closed", strings.Join(outcomes(), " ")+" other"),
		text(outcome, "needs_unmet", "Needs that were left at the end", needCodes),
		score("wellbeing_before", "First metric score of the Short Warwick-Edinburgh Mental Wellbeing Scale in the assessment of the referral, from 7 to 35; empty if there is none"),
		score("wellbeing_after", "Last one, if there is more than one"),
	}
}

func schema(asOf sp.Date) export.Schema {
	s := export.Schema{Name: "extract", Title: fmt.Sprintf("Referrals, pseudonymous, followed to %s", asOf), Key: []string{"person", "referral"}}
	for _, c := range columns() {
		s.Fields = append(s.Fields, c.Field)
	}
	return s
}

// Dictionary returns the data dictionary: a row for each column, with its group, type, unit,
// meaning and codes, and whether others may know it of somebody. It is of no people and may be
// published.
func Dictionary() (export.Table, error) {
	said := func(name, meaning string) export.Field {
		return export.Field{Name: name, Type: export.Text, Meaning: meaning}
	}
	rows, err := disclosure.NotPeople[export.Rows](func(yield func([]export.Value, error) bool) {
		for _, c := range columns() {
			known := "no"
			if c.known {
				known = "yes"
			}
			row := []export.Value{export.String(c.group), export.String(c.Name), export.String(string(c.Type)), export.String(c.Unit), export.String(c.Meaning), export.String(c.codes), export.String(known)}
			if !yield(row, nil) {
				return
			}
		}
	}, "says what the columns of a table are")
	if err != nil {
		return export.Table{}, err
	}
	return export.New(export.Schema{Name: "dictionary", Title: "Columns of the extract", Key: []string{"column"}, Fields: []export.Field{
		said("group", "Group of the minimum dataset: who, need, offered or outcome"),
		said("column", "Name of the column"),
		said("type", "Type of its values in the words of Table Schema"),
		said("unit", "What a number counts; empty of others"),
		said("meaning", "What the column holds"),
		said("codes", "Codes, or the form of values; empty where the type says it"),
		said("quasi_identifier", "Whether others may know it of somebody, so that enough people must be alike in it: yes or no"),
	}}, rows)
}

func outcomes() []string {
	return []string{string(needs.Met), string(needs.PartlyMet), string(needs.NotMet), string(needs.Withdrawn), string(needs.UnknownOutcome), string(needs.Signposted), string(needs.SelfReferred)}
}

func urgencies() []string {
	return []string{string(referral.Routine), string(referral.Soon), string(referral.Urgent)}
}

func media() (all []string) {
	for _, m := range referral.Media() {
		all = append(all, string(m))
	}
	return all
}

func reasonCodes() (all []string) {
	for _, r := range reason.List() {
		all = append(all, r.Code)
	}
	return all
}
