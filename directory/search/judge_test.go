package search_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/directory/taxonomy"
)

func TestAJudgementIsWhatEveryOfferAnswers(t *testing.T) {
	w := world{rand.New(rand.NewPCG(27, 28))}
	snapshot := search.Build(w.offers(300)).With([]directory.Offer{w.offer(7), w.offer(900)}, "bay/00012")
	parts := map[search.Fact]directory.Query{
		search.Organisation: {Organisations: []directory.ID{"bay/a"}}, search.Opening: {Open: true, At: now}, search.Assurance: {MaxAge: 92, At: now},
		search.Ages: {Age: sp.Know(directory.Years(30))}, search.Cost: {Free: true, At: now}, search.Capacity: {Room: true, At: now},
		search.Topic: {Topics: [][]sp.Code{{{System: "needs", Code: "grief"}}}}, search.Eligibility: {Groups: directory.Truths[directory.Group]{directory.Men: sp.Yes}},
		search.Modes: {Delivery: []directory.Mode{directory.Online}}, search.Spoken: {Languages: []directory.Language{"pl"}},
		search.Accessibility: {Access: []directory.Access{directory.StepFree}}, search.WaysIn: {Routes: []directory.Route{directory.SelfReferral}},
		search.Schedules: {Hours: directory.Hours{From: 540, Until: 720}, At: now}, search.Area: {Home: directory.Home{Postcode: "LA4 5AA"}},
	}
	var a search.Answer
	for fact, part := range parts {
		asked := 0
		j := snapshot.Judge(fact, func(o *directory.Offer) sp.Truth {
			asked++
			return part.Fits(*o)
		})
		require.LessOrEqual(t, asked, 302)
		snapshot.Find(search.Query{Query: directory.Query{Limit: 1}}, &a)
		met := 0
		for row := range snapshot.Rows(&a) {
			met++
			require.Equal(t, part.Fits(*snapshot.At(row)), j.Of(row), "fact %d of %s", fact, snapshot.At(row).ID)
		}
		require.Equal(t, snapshot.Len(), met)
	}
}

func TestRowsAreAllThatAQueryFinds(t *testing.T) {
	w := world{rand.New(rand.NewPCG(29, 30))}
	snapshot := search.Build(w.offers(200)).With([]directory.Offer{w.offer(7), w.offer(900)}, "bay/00012")
	var a search.Answer
	for range 100 {
		q := w.query()
		q.Limit = 0
		snapshot.Find(search.Query{Query: q}, &a)
		var want, got []directory.ID
		for _, h := range a.Hits {
			want = append(want, h.Offer.ID)
		}
		for row := range snapshot.Rows(&a) {
			got = append(got, snapshot.At(row).ID)
		}
		slices.Sort(want)
		slices.Sort(got)
		require.Equal(t, want, got)
	}
}

func TestSearchRollsTermsUp(t *testing.T) {
	code := func(c string) sp.Code { return sp.Code{System: "needs", Code: c} }
	h, err := taxonomy.New([]directory.Link{{From: code("debt"), To: code("money")}, {From: code("grief"), To: code("mood")}, {From: code("money"), To: code("worry")}})
	require.NoError(t, err)
	w := world{rand.New(rand.NewPCG(31, 32))}
	offers := h.Offers(w.offers(300))
	index, snapshot := directory.NewIndex(offers), search.Build(offers)
	var a search.Answer
	for _, c := range []string{"debt", "money", "worry", "mood"} {
		q := search.Query{Query: directory.Query{Topics: [][]sp.Code{{code(c)}}, Unknown: directory.ExcludeUnknown}, Facets: []search.Facet{search.Topics}}
		snapshot.Find(q, &a)
		same(t, index.Find(q.Query), &a, c)
		require.Equal(t, a.Total, a.Counts[0].Of["needs|"+c])
		require.Positive(t, a.Total)
	}
}
