package duplicate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/duplicate"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var stamp = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))

// add adds a service at a place with a postcode.
func add(c *directory.Catalogue, id directory.ID, name, phone, postcode string) {
	s := directory.Service{ID: id, Name: name}
	if phone != "" {
		s.Phones = []directory.Phone{{Number: phone}}
	}
	c.Services = append(c.Services, s)
	if postcode != "" {
		c.Places = append(c.Places, directory.Place{ID: id + "-p", Address: directory.Address{Lines: []string{"1 High Street"}, Postcode: postcode}})
		c.Venues = append(c.Venues, directory.Venue{Service: id, Place: id + "-p"})
	}
}

func Example() {
	var c directory.Catalogue
	add(&c, "bay/1", "The Long Table lunch club", "01524 111222", "LA4 5AB")
	add(&c, "council/77", "Lunch Club: the Long Table", "+44 1524 111222", "LA4 5AB")
	add(&c, "bay/2", "Art Ease Group - Tuesday", "01524 333444", "LA4 5AB")
	add(&c, "bay/3", "Art Ease Group - Wednesday", "01524 333444", "LA4 5AB")
	for _, p := range duplicate.Candidates(c) {
		fmt.Println(p.A, p.B, p.Score, p.Reasons)
	}
	// Output: bay/1 council/77 83 [phone address name]
}

func TestPairsThatMustNotBeMergedAreNoCandidates(t *testing.T) {
	for name, pair := range map[string][2][3]string{
		"days of the week": {{"Art Ease Group - Tuesday", "01524 333444", "LA4 5AB"}, {"Art Ease Group - Wednesday", "01524 333444", "LA4 5AB"}},
		"numbers":          {{"1st Bay Scouts", "01524 333444", "LA4 5AB"}, {"2nd Bay Scouts", "01524 333444", "LA4 5AB"}},
		"whom it is for":   {{"Walking football, men", "01524 333444", "LA4 5AB"}, {"Walking football, women", "01524 333444", "LA4 5AB"}},
		"branches":         {{"Citizens Advice", "01524 333444", "LA4 5AB"}, {"Citizens Advice", "01524 333444", "LA1 1AA"}},
		"a name alone":     {{"Citizens Advice", "", "LA4 5AB"}, {"Citizens Advice", "", ""}},
		"a number alone":   {{"Citizens Advice", "01524 333444", ""}, {"Bay Choir", "01524 333444", ""}},
		"no names":         {{"", "01524 333444", "LA4 5AB"}, {"", "01524 333444", "LA4 5AB"}},
		"short numbers":    {{"Samaritans", "116 123", ""}, {"Samaritans", "116 123", ""}},
	} {
		var c directory.Catalogue
		add(&c, "bay/1", pair[0][0], pair[0][1], pair[0][2])
		add(&c, "bay/2", pair[1][0], pair[1][1], pair[1][2])
		require.Empty(t, duplicate.Candidates(c), name)
	}
}

func TestCandidatesSayWhatTheyHaveInCommon(t *testing.T) {
	var c directory.Catalogue
	add(&c, "bay/2", "Bay Bereavement Support", "01524 333444", "")
	add(&c, "bay/1", "Bay Bereavement Supports", "(01524) 333 444", "LA4 5AB")
	pairs := duplicate.Candidates(c)
	require.Equal(t, []duplicate.Pair{{A: "bay/1", B: "bay/2", Score: 48, Reasons: []duplicate.Reason{duplicate.Phone, duplicate.Similar}}}, pairs)
	c.Services[0].Email, c.Services[1].Email = "A@example.org", "a@example.org "
	c.Services[0].URL, c.Services[1].URL = "https://www.example.org/grief/", "http://example.org/grief"
	require.Equal(t, []duplicate.Reason{duplicate.Phone, duplicate.Email, duplicate.Website, duplicate.Similar}, duplicate.Candidates(c)[0].Reasons)
}

func TestReviewsOnlyGrow(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	reviews := duplicate.NewReviews(db)
	r, err := reviews.LoadOrNew(t.Context(), "council/77", "bay/1")
	require.NoError(t, err)
	require.Empty(t, r.Decision())
	require.NoError(t, r.Decide(duplicate.Same, duplicate.Pair{A: "bay/1", B: "council/77", Score: 83}, stamp))
	require.NoError(t, store.Save(t.Context(), db, r))
	r, err = reviews.LoadOrNew(t.Context(), "bay/1", "council/77")
	require.NoError(t, err)
	require.NoError(t, r.Decide(duplicate.Different, duplicate.Pair{}, stamp))
	require.NoError(t, store.Save(t.Context(), db, r))
	n := 0
	for found, err := range reviews.All(t.Context(), duplicate.Different) {
		require.NoError(t, err)
		for range found.History() {
			n++
		}
	}
	require.Equal(t, 2, n, "what was decided before stays")
	for name, err := range map[string]error{
		"another word":           r.Decide("perhaps", duplicate.Pair{}, stamp),
		"one service":            duplicate.NewReview("a", "a").Decide(duplicate.Same, duplicate.Pair{}, stamp),
		"the pair of two others": r.Decide(duplicate.Same, duplicate.Pair{A: "x", B: "y", Score: 50}, stamp),
	} {
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	r.Stale()
	require.ErrorIs(t, r.Decide(duplicate.Same, duplicate.Pair{}, stamp), store.ErrStale)
}

func decided(t *testing.T, a, b directory.ID, d duplicate.Decision) *duplicate.Review {
	t.Helper()
	r := duplicate.NewReview(a, b)
	require.NoError(t, r.Decide(d, duplicate.Pair{}, stamp))
	return r
}

func TestLinksNeverJoinWhatSomebodyKeptApart(t *testing.T) {
	links, refused := duplicate.Links([]*duplicate.Review{
		decided(t, "a", "b", duplicate.Same), decided(t, "b", "c", duplicate.Same), decided(t, "a", "c", duplicate.Different),
		decided(t, "x", "y", duplicate.Same), decided(t, "y", "z", duplicate.Same), decided(t, "p", "q", duplicate.Undecided),
	})
	require.Equal(t, map[directory.ID]directory.ID{"b": "a", "y": "x", "z": "x"}, links)
	require.Equal(t, []duplicate.Pair{{A: "b", B: "c"}}, refused)
}

func BenchmarkCandidates100000(b *testing.B) {
	var c directory.Catalogue
	for i := range 100_000 {
		id := directory.ID(fmt.Sprintf("bay/%d", i))
		add(&c, id, fmt.Sprintf("%c%c club of %c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26, 'a'+i%7, 'a'+i%11), fmt.Sprintf("01524 %06d", i/5), fmt.Sprintf("LA%d %d%cB", i%90+1, i%10, "ABDEFGHJ"[i%8]))
	}
	for b.Loop() {
		duplicate.Candidates(c)
	}
}
