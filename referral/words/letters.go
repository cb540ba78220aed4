package words

import (
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
)

// letters are the headings and sentences of the message to whoever referred, of package
// letter. They speak of the person, and not to them.
var letters = map[string]string{
	"title":                 "Referral {referral}",
	"heading/referral":      "Referral",
	"heading/contact":       "Contact",
	"heading/needs":         "Needs",
	"heading/options":       "Options",
	"heading/support":       "Support",
	"heading/nothing-found": "Nothing found",
	"heading/concerns":      "Concerns",
	"heading/outcome":       "Outcome",
	"received":              "Received on {day}, {urgency}{needs}.",
	"not-spoken":            "Not spoken to, after {attempts}.",
	"not-spoken-yet":        "Not spoken to yet, after {time} and {attempts}.",
	"spoken":                "First spoken to on {day}, after {time}; {conversations}.",
	"spoken/minutes":        "First spoken to on {day}, after {time}; {conversations}, {minutes} in all.",
	"needs":                 "Found in conversation: {needs}.",
	"options":               "Shown{needs}: {options}. Chosen: {chosen}{reason}.",
	"options/none":          "Shown{needs}: {options}. None of it was chosen{reason}.",
	"support":               "{service}{needs}.",
	"support/standing":      "{service}{needs}: {standing}{outcome}{reason}.",
	"nothing-found":         "For {need}{reason}.",
	"ended":                 "Ended: {state}{reason}.",
	"closed":                "Closed{outcome}{unmet}{reason}.",
	"closed/goals":          "Closed: goals met{reason}.",
	"concern/flagged":       "A {kind} concern ({flag}) was raised on {day}.",
	"concern/offered":       "{team} was asked to take concern {flag} over on {day}.",
	"concern/answered":      "Concern {flag} on {day}: {team} {answer}.",
	"concern/mistake":       "Concern {flag} on {day}: it was raised by mistake, as a second person has found.",
	"concern/handed-over":   "Concern {flag} was taken over by {team} on {day}.",
}

// dates are the words of a day. A language that writes the month first, or declines it,
// changes "day".
var dates = map[string]string{
	"day": "{day} {month} {year}",
	"1":   "January", "2": "February", "3": "March", "4": "April", "5": "May", "6": "June",
	"7": "July", "8": "August", "9": "September", "10": "October", "11": "November", "12": "December",
}

// counts are numbers of things. A language that counts otherwise has more lines:
// "day/2" is of exactly two days, and "day" of every number that has no line.
var counts = map[string]string{
	"day": "{n} days", "day/0": "less than a day", "day/1": "1 day",
	"attempt": "{n} attempts", "attempt/1": "1 attempt",
	"conversation": "{n} conversations", "conversation/1": "1 conversation",
	"minute": "{n} minutes", "minute/1": "1 minute",
}

// fields are what was told of somebody: "your ...".
var fields = map[string]string{
	"name": "name", "phone": "telephone number", "telephone-number": "telephone number", "email": "email address", "address": "address",
	"need": "need", "needs": "needs", "adjustment": "what makes it easier to come", "adjustments": "what makes it easier to come",
	"age-band": "age", "born": "date of birth", "language": "language", "gender": "gender", "contacts": "ways to reach you",
}

// needNames returns the names of needs as sentences have them, from the standard taxonomy.
func needNames() map[needs.Code]string {
	names := make(map[needs.Code]string)
	for t := range needs.Standard().All() {
		names[t.Code] = strings.ToLower(t.Display)
	}
	return names
}

// Day returns a day as people write it, such as "2 March 2026"; that which is unknown is empty.
func (t Table) Day(d sp.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.Civil()
	return t.Sentence(Dates, "day", "day", strconv.Itoa(day), "month", t.month(m), "year", strconv.Itoa(y))
}

func (t Table) month(m time.Month) string { return t.Say(Dates, strconv.Itoa(int(m))) }

// Count returns a number of things by their code, such as "3 days". The line for exactly
// that number ("day/3") stands before the one for every number ("day"), in t as in English.
func (t Table) Count(n int, of string) string {
	number := strconv.Itoa(n)
	for _, own := range []Table{t, english} {
		for _, code := range []string{of + "/" + number, of} {
			if own[Counts][code] != "" {
				return own.Sentence(Counts, code, "n", number)
			}
		}
	}
	return number + " " + of
}

// Field returns what a field is called that was told of somebody.
func (t Table) Field(name string) string {
	if said := t.Say(Fields, name); said != name {
		return said
	}
	return strings.ReplaceAll(name, "-", " ")
}
