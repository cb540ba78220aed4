package taxonomy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
)

func kind(from, to string) directory.Link {
	return directory.Link{From: sp.Code{System: "bay", Code: from}, To: sp.Code{System: "bay", Code: to}}
}

func TestAServiceIsFoundByTheTermsAboveItsOwn(t *testing.T) {
	h, err := taxonomy.New([]directory.Link{kind("debt", "money"), kind("bailiffs", "debt"), kind("money", "advice"), kind("debt", "worry"), kind("debt", "money")})
	require.NoError(t, err)
	code := func(c string) sp.Code { return sp.Code{System: "bay", Code: c} }
	require.Equal(t, []sp.Code{code("debt"), code("money"), code("worry"), code("advice")}, h.Above(code("bailiffs")), "the nearest first")
	require.Empty(t, h.Above(code("advice")))

	given := []directory.Offer{{ID: "bay/1"}, {ID: "bay/2"}}
	given[0].Topics = []sp.Code{code("bailiffs"), code("worry")}
	given[1].Topics = []sp.Code{code("gardens")}
	rolled := h.Offers(given)
	require.Equal(t, []sp.Code{code("bailiffs"), code("worry"), code("debt"), code("money"), code("advice")}, rolled[0].Topics, "each once")
	require.Equal(t, []sp.Code{code("bailiffs"), code("worry")}, given[0].Topics, "the offer that was given is as it was")
	require.Equal(t, given[1], rolled[1])
	found := directory.NewIndex(rolled).Find(directory.Query{Topics: [][]sp.Code{{code("money")}}})
	require.Equal(t, given[0].ID, found.Hits[0].Offer.ID)
	require.Len(t, found.Hits, 1)
	require.Equal(t, given[0].Topics, taxonomy.Hierarchy{}.Tag(given[0].Topics))
}

func TestHierarchyHasNoTermThatIsAKindOfItself(t *testing.T) {
	for _, links := range [][]directory.Link{
		{kind("debt", "debt")},
		{kind("debt", "money"), kind("money", "worry"), kind("worry", "debt")},
	} {
		_, err := taxonomy.New(links)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}
