package hsds_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func months(from, before int) directory.Ages {
	var a directory.Ages
	if from >= 0 {
		a.From = sp.Know(directory.Months(from))
	}
	if before > 0 {
		a.Before = sp.Know(directory.Months(before))
	}
	return a
}

// Half a year is not six years.
func TestReadJSONReadsAgesInMonths(t *testing.T) {
	for name, tt := range map[string]struct {
		fields string
		want   directory.Ages
	}{
		"in words, beside years":              {`"minimum_age":"6 months","maximum_age":"4 years"`, months(6, 60)},
		"by a unit of each":                   {`"minimum_age":6,"minimum_age_unit":"months","maximum_age":18,"maximum_age_unit":"mths"`, months(6, 19)},
		"by one unit of both":                 {`"min_age":6,"max_age":"24","age_unit":"Months"`, months(6, 25)},
		"by the name of the field":            {`"minAgeMonths":6,"maximum_age_months":11`, months(6, 12)},
		"in one field":                        {`"minimum_age":"0-6 months"`, months(0, 7)},
		"in one field, of two units":          {`"maximum_age":"6 months - 4 years"`, months(6, 60)},
		"the first that are not served":       {`"maximum_age":"under 24 months"`, months(-1, 24)},
		"whole years are no year":             {`"maximum_age":"24 months"`, months(-1, 25)},
		"of years and months":                 {`"minimum_age":"1 year and 6 months","maximum_age":"2½"`, months(18, 31)},
		"from birth":                          {`"minimum_age":"birth","maximum_age":"5 years"`, months(0, 72)},
		"a row of eligibility":                {`"eligibilitys":[{"id":"e","minimum_age":6,"maximum_age":18,"age_unit":"months"}]`, months(6, 19)},
		"no limit is none in any unit":        {`"minimum_age":6,"maximum_age":999,"age_unit":"months"`, months(6, 0)},
		"no months beside years":              {`"minimum_age":2,"minimum_age_months":0`, months(24, 0)},
		"years that say so":                   {`"minimum_age":18,"maximum_age":65,"age_unit":"years"`, months(216, 792)},
		"a range of years":                    {`"age_range":"5 to 11"`, months(60, 144)},
		"a range of months":                   {`"age_range":"0 - 18 months"`, months(0, 19)},
		"a range without a last":              {`"ages":"18+"`, months(216, 0)},
		"a range without a first":             {`"age_range":"Under 5s"`, months(-1, 60)},
		"everybody":                           {`"age_range":"All ages"`, months(0, 0)},
		"weeks are unknown":                   {`"minimum_age":6,"maximum_age":12,"age_unit":"weeks"`, directory.Ages{}},
		"weeks in words too":                  {`"minimum_age":"6 weeks"`, directory.Ages{}},
		"months beside other years":           {`"minimum_age":0,"minimum_age_months":6`, directory.Ages{}},
		"half a month":                        {`"minimum_age":1.5,"age_unit":"months"`, directory.Ages{}},
		"a first month and a last of no unit": {`"minimum_age":"6 months - 4"`, directory.Ages{}},
		"a range in words":                    {`"age_range":"Adults"`, directory.Ages{}},
		"a range in weeks":                    {`"age_range":"6-12","age_unit":"weeks"`, directory.Ages{}},
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, service(tt.fields))
			require.Equal(t, tt.want, c.Services[0].Eligibility.Ages)
			if name != "years that say so" && name != "no months beside years" {
				require.NotEmpty(t, faults(issues))
				require.NotEmpty(t, c.Services[0].Extra)
			}
		})
	}
	c, _ := parse(t, service(`"minimum_age":6,"minimum_age_unit":"weeks","maximum_age":4`))
	require.Equal(t, sp.Unknown, c.Services[0].Eligibility.Ages.Include(12), "nobody is let in by an end in another unit")
}

func TestReadTablesReadsAgesInMonths(t *testing.T) {
	c, issues := tablesOf(t, "services.csv", "id,name,minimum_age,maximum_age,age_unit,Min Age (months)\n1,Rhymes,6,18,months,\n2,Baby Club,6 months,4 years,,\n3,Swim,6,18,terms,\n4,Crawlers,,,,7\n")
	var got []directory.Ages
	for _, s := range c.Services {
		got = append(got, s.Eligibility.Ages)
	}
	require.Equal(t, []directory.Ages{months(6, 19), months(6, 60), {}, months(7, 0)}, got)
	require.Equal(t, 2, importertest.Codes(issues)["warning bad-age"])
}

// What is written is read as it was, for every month.
func TestExporterWritesAgesThatAreReadAsTheyWere(t *testing.T) {
	for from := range 40 {
		for _, before := range []int{0, from + 1, from + 2, from + 7, 48, 49, 60} {
			if before > 0 && before <= from {
				continue
			}
			want := months(from, before)
			c := directory.Catalogue{Services: []directory.Service{{ID: "bay/s", Name: "Tea", Facts: directory.Facts{Status: directory.Active, Eligibility: directory.Eligibility{Ages: want}}}}}
			var document strings.Builder
			require.NoError(t, hsds.NewExporter(c, hsds.HSDS3).WriteJSON(&document))
			again, _, err := hsds.ReadJSON(t.Context(), strings.NewReader(document.String()), "x.json", feed.Options{Feed: "bay"})
			require.NoError(t, err)
			got, err := json.Marshal(again.Services[0].Eligibility.Ages)
			require.NoError(t, err)
			require.Equal(t, want, again.Services[0].Eligibility.Ages, string(got))
		}
	}
}
