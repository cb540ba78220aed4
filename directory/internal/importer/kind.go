package importer

import (
	"strings"

	"github.com/socialprescribing/sp"
)

// A table is what a list of records, an endpoint or a file of a folder holds.
type table string

const (
	tableOrganisations table = "organizations"
	tableServices      table = "services"
	tableLocations     table = "locations"
	tableVenues        table = "service_at_locations"
	tableTerms         table = "taxonomy_terms"
	tableTaxonomies    table = "taxonomies"

	tablePhones       table = "phones"
	tableSchedules    table = "schedules"
	tableRegular      table = "regular_schedules"
	tableHolidays     table = "holiday_schedules"
	tableAddresses    table = "addresses"
	tablePostal       table = "postal_addresses"
	tableContacts     table = "contacts"
	tableCosts        table = "cost_options"
	tableLanguages    table = "languages"
	tableAreas        table = "service_areas"
	tableAttributes   table = "attributes"
	tableAccess       table = "accessibility"
	tableIdentifiers  table = "organization_identifiers"
	tableCapacities   table = "capacities"
	tableEligibility  table = "eligibilitys"
	tableTaxonomyRows table = "service_taxonomys"
	tableLinks        table = "link_taxonomies" // of terms with records or their parts
	tableUnits        table = "units"           // in which capacities are counted

	tableFunding   table = "funding"
	tableDocuments table = "required_documents"
	tablePrograms  table = "programs"
	tableURLs      table = "urls"
	tableMetadata  table = "metadata"
)

// tables are the names by which lists, endpoints and files are called.
var tables = map[string]table{
	"organizations": tableOrganisations, "organization": tableOrganisations, "organisations": tableOrganisations, "organisation": tableOrganisations,
	"services": tableServices, "service": tableServices,
	"locations": tableLocations, "location": tableLocations,
	"service_at_locations": tableVenues, "service_at_location": tableVenues, "services_at_location": tableVenues, "services_at_locations": tableVenues,
	"taxonomy_terms": tableTerms, "taxonomy_term": tableTerms, "terms": tableTerms, "taxonomies": tableTaxonomies,
	"phones": tablePhones, "phone": tablePhones, "phone_numbers": tablePhones,
	"schedules": tableSchedules, "schedule": tableSchedules, "regular_schedules": tableRegular, "regular_schedule": tableRegular,
	"holiday_schedules": tableHolidays, "holiday_schedule": tableHolidays,
	"addresses": tableAddresses, "address": tableAddresses, "physical_addresses": tableAddresses, "physical_address": tableAddresses,
	"postal_addresses": tablePostal, "postal_address": tablePostal, "mail_addresses": tablePostal,
	"contacts": tableContacts, "contact": tableContacts, "cost_options": tableCosts, "cost_option": tableCosts,
	"languages": tableLanguages, "language": tableLanguages, "service_areas": tableAreas, "service_area": tableAreas,
	"attributes": tableAttributes, "attribute": tableAttributes, "service_attributes": tableAttributes, "other_attributes": tableAttributes,
	"accessibility": tableAccess, "accessibility_for_disabilities": tableAccess,
	"organization_identifiers": tableIdentifiers, "organization_identifier": tableIdentifiers,
	"capacities": tableCapacities, "service_capacities": tableCapacities, "service_capacity": tableCapacities,
	"eligibilitys": tableEligibility, "eligibilities": tableEligibility, "eligibility": tableEligibility,
	"units": tableUnits, "unit": tableUnits,
	"link_taxonomies": tableLinks, "link_taxonomy": tableLinks, "link_taxonomys": tableLinks,
	"service_taxonomys": tableTaxonomyRows, "service_taxonomies": tableTaxonomyRows, "service_taxonomy": tableTaxonomyRows,
}

// ofLinks are the parts of services that have terms of their own, in HSDS 1 and 2.
var ofLinks = map[table]bool{tableEligibility: true, tableCosts: true, tableAreas: true}

// keptTables are the names of files of which there is no place for the rows, which are
// kept with those to whom they belong.
var keptTables = map[string]table{
	"funding": tableFunding, "fundings": tableFunding, "required_documents": tableDocuments, "required_document": tableDocuments,
	"programs": tablePrograms, "program": tablePrograms, "urls": tableURLs, "url": tableURLs, "additional_urls": tableURLs, "additional_websites": tableURLs,
	"metadata": tableMetadata,
}

// wrappers are the names of lists and objects around records that say nothing
// about what is in them.
var wrappers = map[string]bool{
	"contents": true, "content": true, "data": true, "items": true, "results": true, "result": true, "response": true, "payload": true,
	"records": true, "included": true, "body": true, "value": true, "documents": true, "objects": true, "list": true, "entries": true, "rows": true,
	"nodes": true, "node": true, "edges": true, "hits": true, "_source": true, "_embedded": true,
}

// paging are fields of envelopes that count pages; they are not believed, or even read.
var paging = func() map[string]bool {
	known := map[string]bool{}
	for field := range strings.FieldsSeq(`
		total_items total_pages page_number size first_page last_page empty totalElements totalPages number first last page count total
		next previous limit offset version schema_version metadata meta links jsonapi status success pageInfo page_info pagination paging
	`) {
		known[field] = true
	}
	return known
}()

// Fields that records of one kind alone have.
var (
	ofOrganisations = []string{
		"services", "organization_identifiers", "legal_status", "year_incorporated", "parent_organization_id",
		"tax_status", "tax_id", "logo", "additional_websites",
	}
	ofLocations = []string{"latitude", "longitude", "location_type", "physical_addresses", "address_1"}
	ofTerms     = []string{"term_uri", "taxonomy", "taxonomy_id", "taxonomy_detail", "version", "vocabulary"}
	ofServices  = []string{
		"status", "organization", "organization_id", "service_at_locations", "schedules", "service_areas", "cost_options",
		"minimum_age", "maximum_age", "eligibility_description", "fees", "fees_description", "assured_date", "capacities",
		"application_process", "url", "eligibilitys", "regular_schedules", "service_taxonomys", "attending_type",
	}
	ofServicesAlone = []string{
		"status", "minimum_age", "maximum_age", "fees", "fees_description", "cost_options", "eligibility_description", "eligibilitys", "assured_date",
		"application_process", "service_areas",
	}
	ofHours = []string{"freq", "byday", "opens_at", "closes_at", "dtstart", "weekday"}
)

// Record takes a record. What it is follows from the name of the list, endpoint
// or file that it stands in, or else from its fields: a name and a description
// are had by all of them.
func (im *Importer) Record(in string, o *Object) {
	in, o = im.plainly(in, o)
	kind := tables[in]
	if o.mayWrap(kind) && im.unwrap(in, o) {
		return
	}
	if kind != "" {
		im.take(kind, o)
		return
	}
	switch {
	case !o.has("id", "name", "service_id", "service", "location", "latitude", "address_1"):
		im.report(sp.Error, "", "", "no-record", "has neither an identifier nor a name; nothing is made of it")
	case o.has(ofHours...) && o.has("service_id", "location_id", "service_at_location_id") && !o.has("name", "status"):
		im.take(tableSchedules, o)
	case o.has("service", "service_id") && o.has("location", "location_id"):
		im.take(tableVenues, o)
	case o.has(ofOrganisations...), o.locationsHold("services"), o.has("website") && !o.has("status", "organization", "organization_id"):
		im.take(tableOrganisations, o)
	case o.has("location_type"), o.has(ofLocations...) && !o.has(ofServicesAlone...):
		im.take(tableLocations, o)
	case o.has(ofTerms...):
		im.take(tableTerms, o)
	case o.has(ofServices...):
		im.take(tableServices, o)
	case o.has("id") && o.has("name", "description") && isMain(tableOf(im.file)): // nothing but the name of the file tells
		im.take(tableOf(im.file), o)
	case o.has("id") && o.has("name", "description"):
		im.undecided = append(im.undecided, im.wait("", o))
	default:
		im.report(sp.Error, o.peek("id"), "", "unknown-record", "has no field that tells whether it is a service, an organisation or a location")
	}
}

// locationsHold reports whether the locations of a record have a field: those that
// hold services are of an organisation.
func (o *Object) locationsHold(field string) bool {
	j := o.find("locations")
	if j == 0 || o.t.nodes[j+1].kind != list {
		return false
	}
	for i := j + 2; i < o.t.nodes[j+1].next; i = o.t.nodes[i].next {
		if location := (Object{t: o.t, at: i}); o.t.nodes[i].kind == object && location.find(field) > 0 {
			return true
		}
	}
	return false
}

// take takes a record or a part of known kind.
func (im *Importer) take(kind table, o *Object) {
	switch kind {
	case tableOrganisations:
		im.organisation(o, true)
	case tableServices:
		im.service(o, "", true)
	case tableLocations:
		im.location(o, true)
	case tableVenues:
		im.venue(o, "", true)
	case tableTerms:
		im.term(o)
	case tableTaxonomies:
		im.taxonomy(o)
	case tableUnits:
		im.unit(o)
	default:
		im.linked = im.linked || kind == tableLinks
		if !o.states() {
			im.report(sp.Error, "", "", "dangling-reference", "belongs to nobody")
			return
		}
		im.waiting = append(roomy(im.waiting), im.wait(kind, o))
	}
}

// isMain reports whether a table holds records, not parts of them.
func isMain(t table) bool {
	return t == tableServices || t == tableOrganisations || t == tableLocations
}
