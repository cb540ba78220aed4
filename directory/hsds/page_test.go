package hsds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func TestReadJSONReadsTermsInEnvelopesOfTheirOwn(t *testing.T) {
	const term = `{"id":"T1","name":"Loneliness","taxonomy":"needs"}`
	const tea = `{"id":"1","name":"Tea","taxonomy_terms":["T1"]}`
	want := []sp.Code{{System: "needs", Code: "T1", Display: "Loneliness"}}
	for name, text := range map[string]string{
		"a page of terms beside services":   `{"taxonomy_terms":{"contents":[` + term + `]},"services":[` + tea + `]}`,
		"a page of each":                    `{"taxonomy_terms":{"total_items":1,"page_number":1,"items":[` + term + `]},"services":{"totalElements":1,"content":[` + tea + `]}}`,
		"the edges of GraphQL":              `{"data":{"taxonomyTerms":{"edges":[{"node":` + term + `}],"pageInfo":{"hasNextPage":false}},"services":{"edges":[{"node":` + tea + `}]}}}`,
		"a page in the service":             service(`"taxonomy_terms":{"contents":[` + term + `]}`),
		"one term that is no list":          service(`"taxonomy_terms":` + term),
		"terms in what links them":          service(`"taxonomy_terms":[{"id":"x","taxonomy_term":` + term + `}]`),
		"terms whose taxonomy is an object": service(`"taxonomy_terms":[{"id":"T1","name":"Loneliness","taxonomy":{"id":"9","name":"needs"}}]`),
		"identifiers in one text":           `{"taxonomy_terms":[` + term + `],"services":[{"id":"1","name":"Tea","taxonomy_term_ids":"T1"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, text)
			require.Len(t, c.Services, 1)
			require.Equal(t, want, c.Services[0].Topics)
			require.Zero(t, importertest.Codes(issues)["note not-imported"])
		})
	}
	c, issues := parse(t, service(`"taxonomy_terms":"Loneliness; Debt"`))
	require.Empty(t, c.Services[0].Topics, "words are no terms")
	require.Equal(t, map[string]int{"note taxonomy_terms unknown-term": 2}, faults(issues))
}

func TestReadJSONReadsPartsInEnvelopesOfTheirOwn(t *testing.T) {
	c, issues := parse(t, service(`"phones":{"contents":[{"number":"0117 496 0000"}]},"schedules":{"count":1,"items":[{"freq":"WEEKLY","byday":"TU"}]},
		"cost_options":{"edges":[{"node":{"amount":2}}]},"service_at_locations":{"data":[{"id":"v","location":{"id":"l","name":"Hall","latitude":51.4,"longitude":-2.5}}]}`))
	s := c.Services[0]
	require.Equal(t, []int{1, 1, 1, 1}, []int{len(s.Phones), len(s.Schedules), len(s.Cost.Prices), len(c.Venues)})
	require.Equal(t, sp.Yes, s.Schedules[0].Occurs(importertest.Day("2027-06-01")))
	require.Equal(t, 4, importertest.Codes(issues)["note object-for-list"])

	c, _ = parse(t, service(`"phones":[{"number":"0117 496 0000","data":{"number":"1"}}]`))
	require.Equal(t, "0117 496 0000", c.Services[0].Phones[0].Number, "what has a number is no envelope")
}

// A year of two figures is that of nobody knows which part of a date, unless the options say.
func TestReadJSONKnowsNoYearOfTwoFigures(t *testing.T) {
	for written, want := range map[string]map[feed.DateOrder]string{
		"31/03/26": {feed.OneReading: "", feed.DayFirst: "2026-03-31", feed.MonthFirst: ""}, "03/04/26": {feed.OneReading: "", feed.DayFirst: "2026-04-03", feed.MonthFirst: "2026-03-04"},
		"31-Mar-26": {feed.OneReading: "", feed.DayFirst: "2026-03-31", feed.MonthFirst: "2026-03-31"},
	} {
		for order, day := range want {
			c, issues, err := hsds.ReadJSON(t.Context(), strings.NewReader(service(`"schedules":[{"freq":"WEEKLY","byday":"TU","dtstart":"2026-01-06","until":"`+written+`"}]`)), "bay.json", feed.Options{Feed: "bay", Dates: order})
			require.NoError(t, err)
			s := c.Services[0].Schedules[0]
			if day == "" {
				require.Equal(t, sp.Unknown, s.Occurs(importertest.Day("2026-03-24")), written)
				require.Equal(t, 1, importertest.Codes(issues)["warning bad-date"], written)
				continue
			}
			require.Equal(t, day, s.Until.String(), written)
		}
	}
}
