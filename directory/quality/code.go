package quality

import "slices"

// A Code names a kind of issue.
type Code struct {
	Code    string `json:"code"`
	Group   Group  `json:"group"`
	Meaning string `json:"meaning"` // what is wrong, and what became of it
}

// A Group is what issues of one sort mean for whoever uses the directory.
type Group string

// The groups.
const (
	Repaired      Group = "repaired"      // read all the same; nothing was lost
	Unreadable    Group = "unreadable"    // stated, and cannot be read: the fact is unknown
	Missing       Group = "missing"       // not stated
	Contradicting Group = "contradicting" // told twice, in ways that do not agree
	Dangling      Group = "dangling"      // refers to what is not there
	Unused        Group = "unused"        // there is no place for it, or nothing can be made of it
)

// Codes returns every code that the readers of this library report, by group and
// code. The slice is the caller's.
func Codes() []Code { return slices.Clone(codes) }

// CodeOf returns what a code means, and false if no reader reports it.
func CodeOf(code string) (Code, bool) {
	i := slices.IndexFunc(codes, func(c Code) bool { return c.Code == code })
	if i < 0 {
		return Code{}, false
	}
	return codes[i], true
}

var codes = []Code{
	{"bad-encoding", Repaired, "text was UTF-8 and read as Windows-1252, or is no UTF-8; with a warning, what cannot be read is marked"},
	{"bare-quote", Repaired, "a quotation mark in a table stands for itself"},
	{"confidential-place", Repaired, "a place that must not be told to anybody"},
	{"coordinate-form", Repaired, "a point in another form that has one reading, such as 51°30'N 0°7'W or a reference of the national grid"},
	{"control-characters", Repaired, "raw control characters in JSON were read as spaces"},
	{"date-form", Repaired, "a day in another form that has one reading, such as 31/03/2026"},
	{"decimal-comma", Repaired, "a number with a comma before its decimals"},
	{"detected", Repaired, "what a file or folder was taken for, and why"},
	{"email-form", Repaired, "an e-mail address with something before it"},
	{"escaped-breaks", Repaired, "line breaks written out as a backslash and a letter"},
	{"field-form", Repaired, "names of fields in another form than that of the standard, such as minimumAge"},
	{"id-form", Repaired, "identifiers such as 2.0, or UUIDs in capitals, are compared without decimals and capitals"},
	{"index-column", Repaired, "a first column that only numbers the rows"},
	{"json-api", Repaired, "records are in the form of JSON:API, with attributes and relationships"},
	{"json-form", Repaired, "JSON with a comma behind the last of a list, or with NaN for nothing"},
	{"list-for-value", Repaired, "a list or an object of one value where that value should be, or one text in several languages"},
	{"markup", Repaired, "HTML was reduced to its text"},
	{"masked-place", Repaired, "a place of which only the district may be told"},
	{"mixed-encoding", Repaired, "a table holds text in UTF-8 and in the code page of Windows"},
	{"nested-location", Repaired, "a location in the service itself was read as a service at that location"},
	{"no-upper-age", Repaired, "a highest age that nobody reaches is no limit"},
	{"number-for-text", Repaired, "a number where a text should be"},
	{"object-for-list", Repaired, "one object where a list should be, or objects by their identifiers"},
	{"odd-phone", Repaired, "a text that is no telephone number anywhere, kept as written"},
	{"odd-postcode", Repaired, "a text that is no postcode of the United Kingdom, kept as written"},
	{"old-envelope", Repaired, "the page is in the form of Open Referral UK 1"},
	{"placeholder", Repaired, "a word that stands for nothing, such as null or N/A"},
	{"postcode-form", Repaired, "a postcode was brought into its written form"},
	{"phone-extension", Repaired, "a telephone number with that of an extension behind it in one field"},
	{"quoted-phone", Repaired, "a telephone number in quotation marks"},
	{"rule-form", Repaired, "days or a frequency in words"},
	{"separator", Repaired, "fields of a table are separated by something else than commas"},
	{"short-time-of-day", Repaired, "a time of day with an hour of one digit"},
	{"status-form", Repaired, "a status in another word, or in a yes or no, that has one reading"},
	{"text-for-number", Repaired, "a text where a number should be, or a number in words that have one reading"},
	{"text-for-object", Repaired, "a text where an object should be was read as a telephone number, or as the organisation of that identifier or name"},
	{"time-of-day-form", Repaired, "a time of day in another form, such as 9.30am"},
	{"time-of-day-offset", Repaired, "the offset from UTC, or the date, of a time of day is left out: sessions follow the clock on the wall"},
	{"title-rows", Repaired, "what stands above the header of a table is no part of it"},
	{"url-form", Repaired, "the address of a page that lacked its scheme"},
	{"windows-1252", Repaired, "a table in the code page of Windows"},

	{"bad-age", Unreadable, "an age is none, or the lowest lies above the highest"},
	{"bad-amount", Unreadable, "an amount of money is none"},
	{"bad-answer", Unreadable, "an answer is neither yes nor no"},
	{"bad-count", Unreadable, "a number of sessions that leads to no last one"},
	{"bad-date", Unreadable, "a day that has no reading, or more than one"},
	{"bad-email", Unreadable, "an e-mail address is none"},
	{"bad-holiday", Unreadable, "the days of a closure cannot be read"},
	{"bad-latitude", Unreadable, "a latitude is none"},
	{"bad-longitude", Unreadable, "a longitude is none"},
	{"bad-period", Unreadable, "a period ends before it begins, or an end of it cannot be read"},
	{"bad-rule", Unreadable, "a rule of recurrence, or a part of one, is not understood"},
	{"bad-size", Unreadable, "the size of a group is no number of people"},
	{"bad-time", Unreadable, "a date with a time is none"},
	{"bad-time-of-day", Unreadable, "a time of day is none"},
	{"bad-url", Unreadable, "the address of a page is none, or would run a program"},
	{"bad-wait", Unreadable, "a wait is no number of whole days"},
	{"future-date", Unreadable, "something that has happened lies after the fetching"},
	{"swapped-coordinates", Unreadable, "latitude and longitude are the wrong way round"},
	{"unclear-days", Unreadable, "a schedule that does not happen in holidays, or in term time only: nobody knows here when these are"},
	{"unlisted-code", Unreadable, "a status or a kind of place that the standard does not list, kept as written"},
	{"wrong-type", Unreadable, "a value of another type than the field's"},

	{"empty-attribute", Missing, "an attribute states nothing"},
	{"empty-language", Missing, "a language has neither code nor name"},
	{"empty-rows", Missing, "rows with nothing in them"},
	{"missing-column", Missing, "a table lacks a column"},
	{"missing-id", Missing, "a record has no identifier; a hash of it stands in"},
	{"missing-name", Missing, "a record has no name"},
	{"missing-reference", Missing, "a service at a location that does not say which service or which location"},
	{"no-coordinates", Missing, "a place has no coordinates, or half of them"},
	{"no-location", Missing, "a service names no place and is not said to need none"},
	{"no-postcode", Missing, "a place has no postcode"},

	{"closes-before-opens", Contradicting, "a session ends before it begins"},
	{"contradicting-cost", Contradicting, "a text says free and there is a price, which is used; or it says an amount and there is nothing to pay, and it is unknown"},
	{"contradicting-fact", Contradicting, "a record says yes and no; it is unknown"},
	{"contradicting-record", Contradicting, "a record is told twice and differs: a fact is unknown, of two texts the first is used"},
	{"contradicting-reference", Contradicting, "a record names another than the one that it is nested with, which is used, or an organisation that it does not stand in, which is used"},
	{"duplicate-column", Contradicting, "a table has a column twice; the first is used"},
	{"duplicate-id", Contradicting, "an identifier stands for two records, or a record stands twice"},
	{"duplicate-row", Contradicting, "a row stands twice; the first is used"},
	{"duplicate-stop", Contradicting, "two stops of a library differ in little; both are kept"},
	{"miscounted-list", Contradicting, "a list of an API that says it has more records than it has"},
	{"over-capacity", Contradicting, "more is available than there is; both are unknown"},
	{"repeated-header", Contradicting, "the header stands among the rows; it is no record"},
	{"repeated-venue", Contradicting, "a service is told to be at a place twice; the two were joined"},
	{"second-address", Contradicting, "a place has more than one address; one is used, the others are kept"},
	{"several-capacities", Contradicting, "a service has more than one capacity; the first is used, the others are kept"},
	{"shifting-list", Contradicting, "a list of an API that changed each time that it was walked; records may be missing"},
	{"start-off-day", Contradicting, "a series does not begin on its day of the week"},

	{"dangling-reference", Dangling, "a reference to a record that is not there"},
	{"gone", Dangling, "a service that stands in a list and is not there any more"},
	{"unknown-term", Dangling, "a reference to a term that is not there; it is no topic"},
	{"withheld", Dangling, "a service that stands in a list and that the server cannot give in full; it is as the list tells it"},

	{"bad-csv", Unused, "a row of a table that cannot be read"},
	{"empty-file", Unused, "there is nothing in the file"},
	{"field-count", Unused, "a row has more or fewer fields than the header"},
	{"invalid-json", Unused, "a record is not JSON"},
	{"no-directory", Unused, "a file or folder that is no directory, or needs a mapping"},
	{"no-record", Unused, "something that has no identifier and no name, or says nothing"},
	{"no-room", Unused, "a record for which so small an input has no room"},
	{"not-a-record", Unused, "something that is no JSON object"},
	{"not-csv", Unused, "the file holds something else than a table"},
	{"not-imported", Unused, "there is no place for it"},
	{"summary-row", Unused, "a row that sums up others, or a note beneath a table"},
	{"told-too-often", Unused, "a record that is told in too many ways"},
	{"too-deep", Unused, "a record is nested too deep"},
	{"too-long", Unused, "a record is too long"},
	{"too-many", Unused, "a record with too many parts of one kind"},
	{"truncated", Unused, "a record does not end"},
	{"unclosed-quote", Unused, "a quotation mark in a table that nothing closes"},
	{"unknown-record", Unused, "a record of which nothing tells what it is"},
}
