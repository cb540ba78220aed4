package ohana_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// In whatever column of a table markup stands, none of it comes out of the reader.
func TestReadMakesEveryFieldPlain(t *testing.T) {
	tables := map[string][2]string{ // the header, and a row
		"organizations.csv":     {"id,name,alternate_name,description,email,website,legal_status", "1,Tidewell,,,,,"},
		"locations.csv":         {"id,organization_id,name,alternate_name,description,transportation,latitude,longitude,accessibility,languages,virtual,email,website", "7,1,Centre,,,,54.07,-2.86,,,,,"},
		"services.csv":          {"id,location_id,name,alternate_name,description,email,fees,application_process,eligibility,languages,service_areas,status,website,taxonomy_ids", "12,7,Table,,,,,,,,,,,"},
		"addresses.csv":         {"id,location_id,address_1,address_2,city,state_province,postal_code,country", "1,7,1 Road,,,,,"},
		"phones.csv":            {"id,service_id,number,extension,department,number_type,vanity_number", "1,12,01632 960101,,,,"},
		"contacts.csv":          {"id,service_id,name,title,email,department", "1,12,Ann Persona,,,"},
		"taxonomy.csv":          {"id,name,taxonomy_id,parent_id,parent_name", "1,Meals,101,,"},
		"regular_schedules.csv": {"id,service_id,weekday,opens_at,closes_at", "1,12,Friday,,"},
		"holiday_schedules.csv": {"id,service_id,closed,start_date,end_date,opens_at,closes_at", "1,12,true,,,,"},
	}
	var pairs []string
	for name, table := range tables {
		pairs = append(pairs, name, table[0]+"\n"+table[1]+"\n")
	}
	for name, table := range tables {
		importertest.Cells(strings.Split(table[0], ","), []string{table[1]}, func(what, changed string) {
			c, _ := read(t, importertest.Folder(append(slices.Clip(pairs), name, changed)...))
			importertest.Plain(t, c, name+" "+what)
		})
	}
}
