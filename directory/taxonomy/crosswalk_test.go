package taxonomy_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
)

func TestACrosswalkIsReadWithThePathOfEveryFault(t *testing.T) {
	c, err := taxonomy.ParseCrosswalk([]byte(`{"version":"1","links":[{"from":{"system":"bay","code":"7"},"to":{"code":"debt"}}],"words":[{"text":"money advice","to":{"code":"debt"}}]}`))
	require.NoError(t, err)
	needs, missing := c.Needs([]sp.Code{{System: "bay", Code: "7"}, {Code: "8"}})
	require.Len(t, needs, 1)
	require.Len(t, missing, 1)
	for text, want := range map[string][]string{
		`{"links":[{"from":{"code":"7"},"to":{"code":5}},{"form":{}}]}`:                         {"links[0].to.code wrong-type", "links[1] unknown-member"},
		`{"links":[{"from":{"code":"7"},"to":{}}],"words":[{"text":" ","to":{"code":"debt"}}]}`: {"links[0].to.code missing", "words[0].text missing"},
		`{`: {" malformed"},
	} {
		_, err := taxonomy.ParseCrosswalk([]byte(text))
		broken, ok := errors.AsType[*sp.InvalidError](err)
		require.True(t, ok, text)
		var got []string
		for _, f := range broken.Fields {
			got = append(got, f.Path+" "+string(f.Code))
		}
		require.Equal(t, want, got, text)
	}
}

func TestACrosswalkSuggestsByWholeWords(t *testing.T) {
	food := sp.Code{System: "needs", Code: "food"}
	debt := sp.Code{System: "needs", Code: "debt"}
	c := taxonomy.Crosswalk{Words: []taxonomy.Word{{Text: "Food pantry", To: food}, {Text: "debt", To: debt}, {Text: "pantry", To: food}, {Text: " ", To: debt}}}
	o := directory.Offer{Name: "St Anne's", Description: "A food-pantry for the indebted."}
	require.Equal(t, []sp.Code{food}, c.Suggest(o))
	require.Empty(t, c.Suggest(directory.Offer{}))
	require.Equal(t, []sp.Code{debt, food}, taxonomy.Crosswalk{Links: []directory.Link{{From: debt, To: food}, {From: debt, To: debt}}}.Tag([]sp.Code{debt}))
}
