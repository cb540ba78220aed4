package importer

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// fieldNames are the fields that are read, as the standards write them.
var fieldNames = strings.Fields(`
	accessibility accessibility_for_disabilities additional_urls additional_websites address address_1 address_2 address_confidential address_type addresses
	age_range age_unit alert alternate_name amount amount_description application_process assured_date attending_type attention attributes available
	byday day_of_week days_of_week location_ids byhour byminute bymonth bymonthday bysetpos byweekno byyearday
	capacities city closed closes_at code confidential contact_id contacts coordinates cost_option cost_options count country country_code currency
	department description details dtstart
	easting eligibility eligibility_description eligibilitys email end_date extension extent extent_type external_identifier external_identifier_type
	fees fees_description freq grid_reference holiday_schedule holiday_schedules id identifier identifier_scheme identifier_type interval is_confidential
	language languages last_modified lat_lng latitude legal_status link_entity link_id link_type location location_id location_type locations logo longitude
	mask_exact_address masked maximum maximum_age maximum_age_months maximum_age_unit minimum_age minimum_age_months minimum_age_unit name northing number number_type opens_at option organization organization_id organization_identifiers organizations
	parent_id parent_name parent_organization_id phone_numbers phones physical_addresses postal_code postcode programs region regular_schedule regular_schedules
	schedule schedules service service_area service_areas service_at_location_id service_at_locations service_attributes service_id
	service_taxonomys services start_date state_province status
	taxonomy taxonomy_detail taxonomy_id taxonomy_ids taxonomy_term taxonomy_term_id taxonomy_terms term term_uri title transportation type
	unit until updated uri url valid_from valid_to value virtual vocabulary website weekday wkst
`)

// otherNames are what feeds call some of them.
var otherNames = map[string]string{
	"organisation": "organization", "organisations": "organizations", "organisation_id": "organization_id", "parent_organisation_id": "parent_organization_id",
	"organisation_identifiers": "organization_identifiers", "service_at_location": "service_at_locations", "eligibilities": "eligibilitys",
	"lat": "latitude", "lng": "longitude", "lon": "longitude", "long": "longitude", "post_code": "postal_code", "postcode": "postal_code", "zip_code": "postal_code",
	"latlng": "lat_lng", "lat_long": "lat_lng", "lat_lon": "lat_lng", "latitude_longitude": "lat_lng", "lat_and_long": "lat_lng", "gps": "coordinates", "gps_coordinates": "coordinates",
	"geo_coordinates": "coordinates", "location_coordinates": "coordinates", "geom": "geometry", "grid_ref": "grid_reference", "os_grid_reference": "grid_reference", "os_grid_ref": "grid_reference",
	"national_grid_reference": "grid_reference", "eastings": "easting", "northings": "northing", "os_easting": "easting", "os_northing": "northing",
	"address_line_1": "address_1", "address_line_2": "address_2", "address1": "address_1", "address2": "address_2", "town": "city",
	"email_address": "email", "phone_number": "number",
	"min_age": "minimum_age", "max_age": "maximum_age", "age_min": "minimum_age", "age_max": "maximum_age", "age_from": "minimum_age", "age_to": "maximum_age",
	"minimum_age_years": "minimum_age", "maximum_age_years": "maximum_age", "min_age_years": "minimum_age", "max_age_years": "maximum_age",
	"minimum_age_in_months": "minimum_age_months", "maximum_age_in_months": "maximum_age_months", "min_age_months": "minimum_age_months", "max_age_months": "maximum_age_months",
	"min_age_in_months": "minimum_age_months", "max_age_in_months": "maximum_age_months", "min_age_unit": "minimum_age_unit", "max_age_unit": "maximum_age_unit",
	"age_units": "age_unit", "age_group": "age_range", "age_groups": "age_range", "age_band": "age_range", "age_bands": "age_range", "ages": "age_range",
	"regular_schedule_collection": "regular_schedules", "holiday_schedule_collection": "holiday_schedules",
	"frequency": "freq", "opens": "opens_at", "closes": "closes_at", "open_time": "opens_at", "close_time": "closes_at",
	"opening_time": "opens_at", "closing_time": "closes_at", "start_time": "opens_at", "end_time": "closes_at",
	"phone_type": "type", "taxonomy_term_ids": "taxonomy_terms",
}

// byLetters are the fields by their letters and digits alone, byOther those that have
// other names by these, with underscores and without, and otherLengths their lengths by
// their marks, as bits, so that a name that is none of them is known without a look-up.
var byLetters, byOther, otherLengths = func() (letters, other map[string]string, lengths [64]uint64) {
	letters, other = map[string]string{}, map[string]string{}
	for _, n := range fieldNames {
		letters[strings.ReplaceAll(n, "_", "")] = n
	}
	for _, n := range slices.Concat(masking, secrecy, hiding, showing, byWord) { // in whatever form, nobody's address gets out
		letters[strings.ReplaceAll(n, "_", "")] = n
	}
	for n := range wrappers {
		if known := strings.ReplaceAll(n, "_", ""); letters[known] == "" {
			letters[known] = n
		}
	}
	for _, lists := range []map[string]table{tables, keptTables} { // of tables that are written as JSON, "services.csv"
		for list := range lists {
			letters[strings.ReplaceAll(list, "_", "")+"csv"] = list
		}
	}
	for name, n := range otherNames {
		for _, written := range []string{name, strings.ReplaceAll(name, "_", "")} {
			letters[strings.ReplaceAll(name, "_", "")], other[written] = n, n
			lengths[mark(written)] |= 1 << len(written)
		}
	}
	return letters, other, lengths
}()

// longestField is how many bytes the longest name of a field has that is known in
// another form, with what may stand between its words.
const longestField = 40

// isBetween reports whether c is what stands between the words of a name, as in
// "Min. age (months)".
func isBetween(c byte) bool {
	return c == '_' || c == '-' || c == ' ' || c == '.' || c == '(' || c == ')'
}

// fieldCalled returns the field of the standards that a name means which is in
// another form: in capitals, with spaces or hyphens, or in other words. It is "" where
// the name is that of the standard, or of no field that is known.
func fieldCalled(name string) string {
	if len(name) > longestField || len(name) < len("id") {
		return ""
	}
	between := false
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c >= 'A' && c <= 'Z' || isBetween(c):
			between = between || c != '_'
		default:
			return ""
		}
	}
	if !between {
		if otherLengths[mark(name)]&(1<<len(name)) == 0 {
			return ""
		}
		return byOther[name]
	}
	letters := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r < utf8.RuneSelf && isBetween(byte(r)):
			return -1
		}
		return r
	}, name)
	if field := byLetters[letters]; field != name {
		return field
	}
	return ""
}
