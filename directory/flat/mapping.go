package flat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/decode"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// A Mapping says what the columns of a sheet mean. It is a value: keep it beside
// the sheet, and correct it without anybody's release.
type Mapping struct {
	Version string `json:"version,omitempty"` // for whoever keeps it
	Source  string `json:"source,omitempty"`  // who made it, for what sheet

	Records   string   `json:"records,omitempty"`   // what a row is: "services" if empty, "organizations" or "locations"
	Parent    string   `json:"parent,omitempty"`    // the column by which a row says which other row it continues, by that row's id
	Separator string   `json:"separator,omitempty"` // between the items of a list in one cell; a semicolon if empty
	Yes       []string `json:"yes,omitempty"`       // words for yes beside true, yes, y and 1, in any case
	No        []string `json:"no,omitempty"`        // words for no beside false, no, n and 0, in any case

	NoUpperAge int         `json:"noUpperAge,omitempty"` // a highest age of so many years or more is no limit; 0 leaves it to the reader
	Currency   sp.Currency `json:"currency,omitempty"`   // of amounts; that of the options if empty
	Taxonomy   string      `json:"taxonomy,omitempty"`   // the code system of topics

	Columns []Column `json:"columns"`
}

// A Column says what one column means. A column may be named more than once.
type Column struct {
	Column string `json:"column"`         // its name in the header, in any case
	To     string `json:"to"`             // a field, see [Fields]
	When   string `json:"when,omitempty"` // "yes" or "no": it says Value where the cell does; empty: it says what stands in the cell
	Value  string `json:"value,omitempty"`
}

// fields are the fields of HSDS that a column can say, and of its parts, of which
// every row may add one.
var fields = []string{
	"id", "name", "alternate_name", "description", "url", "website", "email", "status", "fees", "application_process", "alert",
	"eligibility_description", "minimum_age", "maximum_age", "minimum_age_months", "maximum_age_months", "age_range", "age_unit", "assured_date", "last_modified", "attending_type", "interpretation_services",
	"identifier.GB-CHC", "identifier.GB-SC", "identifier.GB-NIC", "identifier.GB-COH",
	"organization.identifier.GB-CHC", "organization.identifier.GB-SC", "organization.identifier.GB-NIC", "organization.identifier.GB-COH",
	"organization.id", "organization.name", "organization.description", "organization.website", "organization.email",
	"location.id", "location.name", "location.description", "location.latitude", "location.longitude", "location.coordinates", "location.grid_reference", "location.easting", "location.northing", "location.transportation",
	"location.address_1", "location.address_2", "location.city", "location.region", "location.postal_code", "location.country",
	"location.mask_exact_address", "location.confidential", "location.accessibility",
	"latitude", "longitude", "coordinates", "grid_reference", "easting", "northing", "address_1", "address_2", "city", "region", "postal_code", "country", "location_type", "parent_organization_id",
	"cost.option", "cost.amount", "cost.amount_description", "cost.currency", "cost.valid_from", "cost.valid_to",
	"schedule.freq", "schedule.interval", "schedule.rrule", "schedule.valid_from", "schedule.valid_to", "schedule.byday", "schedule.opens_at", "schedule.closes_at", "schedule.dtstart", "schedule.until", "schedule.description",
	"phone.number", "phone.type", "phone.description", "contact.name", "contact.title", "contact.email",
	"attribute.topic", "attribute.access", "attribute.eligibility-group", "attribute.eligibility-restricted", "attribute.referral-route",
	"attribute.delivery", "attribute.funded-until", "attribute.wait-days",
	"attribute.eligibility-excluded", "attribute.activity", "attribute.group-size", "attribute.drop-in", "attribute.first-contact", "attribute.intake-point", "language.name",
}

// lists are the fields of which one cell may hold several.
var lists = []string{
	"attribute.topic", "attribute.access", "attribute.eligibility-group", "attribute.eligibility-excluded", "attribute.referral-route", "attribute.delivery",
	"language.name", "location.accessibility",
}

// Fields returns the fields that a column can be mapped to: those of a service,
// or of whatever else a row is, and those of its parts, written as
// "location.name". Days of the week go to "schedule.byday", one column or seven.
// Numbers of registers go to "identifier." and what org-id.guide calls the register:
// GB-CHC, GB-SC and GB-NIC those of charities in England and Wales, Scotland and
// Northern Ireland, GB-COH that of companies. Of a service they are its organisation's,
// "organization.identifier.GB-CHC".
func Fields() []string { return slices.Clone(fields) }

func isList(to string) bool { return slices.Contains(lists, to) }

// ParseMapping reads a mapping from JSON. The error is an [*sp.InvalidError] that lists
// every field that is wrong by its path, such as "columns[3].to". See package decode.
func ParseMapping(text []byte) (Mapping, error) {
	m, err := decode.JSON[Mapping](text, decode.Options{Subject: "mapping of a sheet"})
	if err != nil {
		return Mapping{}, fmt.Errorf("flat: %w", err)
	}
	return m, m.Validate()
}

// Validate fails with an [sp.InvalidError] that lists what is wrong with m.
func (m Mapping) Validate() error {
	e := &sp.InvalidError{Subject: "mapping of a sheet"}
	e.Check(len(m.Columns) > 0, "columns", sp.Missing, "must map at least one column")
	e.Check(slices.Contains([]string{"", "services", "organizations", "locations"}, m.Records), "records", sp.NotListed, "must be services, organizations or locations")
	e.Check(m.NoUpperAge >= 0, "noUpperAge", sp.OutOfRange, "must not be negative")
	for i, c := range m.Columns {
		at := fmt.Sprintf("columns[%d].", i)
		e.Check(c.Column != "", at+"column", sp.NotListed, "must be the name of a column")
		e.Check(slices.Contains(fields, c.To), at+"to", sp.NotListed, "must be one of the fields that package flat lists")
		e.Check(slices.Contains([]string{"", "yes", "no"}, c.When), at+"when", sp.NotListed, "must be yes, no or empty")
		e.Check((c.When == "") == (c.Value == ""), at+"value", sp.Inconsistent, "must be stated where when is, and only there")
	}
	return e.Err()
}

func (m Mapping) records() string {
	if m.Records == "" {
		return "services"
	}
	return m.Records
}

func (m Mapping) separator() string {
	if m.Separator == "" {
		return ";"
	}
	return m.Separator
}

// columns returns the names of the columns that are mapped, each once.
func (m Mapping) columns() []string {
	var names []string
	for _, c := range m.Columns {
		if name := csvfile.Fold(c.Column); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// value returns what a cell says under a column of the mapping that has a yes or a no for
// it, and false if that is nothing.
func (m Mapping) value(c Column, cell string) (string, bool) {
	if c.When == "yes" && m.isYes(cell) || c.When == "no" && m.isNo(cell) {
		return c.Value, true
	}
	return "", false
}

func (m Mapping) isYes(cell string) bool { return isWord(cell, m.Yes, "true", "yes", "y", "1", "1.0") }

func (m Mapping) isNo(cell string) bool { return isWord(cell, m.No, "false", "no", "n", "0", "0.0") }

// answers reports whether a cell says yes or no.
func (m Mapping) answers(cell string) bool { return m.isYes(cell) || m.isNo(cell) }

// asked returns the columns, by their names, of which nothing but a yes or a no is taken.
func (m Mapping) asked(names []string) map[string]bool {
	asked := map[string]bool{}
	for i, c := range m.Columns {
		asked[names[i]] = c.When != ""
	}
	for i, c := range m.Columns {
		asked[names[i]] = asked[names[i]] && c.When != ""
	}
	return asked
}

func isWord(cell string, more []string, usual ...string) bool {
	is := func(word string) bool { return strings.EqualFold(word, cell) }
	return slices.ContainsFunc(usual, is) || slices.ContainsFunc(more, is)
}
