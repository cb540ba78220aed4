package hsds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
)

func TestHSDSKeepsACodeThatIsNotOnTheListWithAnIssue(t *testing.T) {
	const source = `[{"id":"s1","name":"Walks","status":"brand-new"},{"id":"s2","name":"Lunch","status":"Active"},
		{"id":"s3","name":"Choir","status":"inactive","service_at_locations":[{"id":"v","location":{"id":"L","name":"Hall","location_type":"moonbase","latitude":54.07,"longitude":-2.86}}]}]`
	c, issues, err := hsds.ReadJSON(t.Context(), strings.NewReader(source), "bay.json", feed.Options{Feed: "bay"})
	require.NoError(t, err)
	require.Equal(t, directory.Status("brand-new"), c.Services[0].Status)
	require.Equal(t, sp.Unknown, c.Services[0].Status.Open())
	require.Equal(t, directory.PlaceKind("moonbase"), c.Places[0].Kind)
	var found []string
	for _, i := range issues {
		if i.Code == "unlisted-code" {
			found = append(found, i.Severity.String()+" "+i.Record+" "+i.Field)
			require.NotContains(t, i.Error(), "brand-new")
		}
	}
	require.ElementsMatch(t, []string{"warning s1 status", "note L location_type"}, found)
}
