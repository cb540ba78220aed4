package specimen

import (
	"math/rand/v2"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
)

// Need returns a need or a strength.
func Need(r *rand.Rand) needs.Need {
	n := needs.Need{
		ID: "N-1", Code: one(r, needs.Debt, needs.Loneliness, needs.DomesticAbuse, needs.Housing), Taxonomy: needs.Standard().Canonical(), Source: one(r, "", sp.RolePerson),
		Since: one(r, sp.Date(0), day(r)), Severity: needs.Severity(r.IntN(5)), Rank: r.IntN(3),
	}
	switch r.IntN(4) {
	case 0:
		n.Outcome, n.MetBy = needs.Met, needs.BySessions
	case 1:
		n.Outcome = one(r, needs.PartlyMet, needs.NotMet, needs.Withdrawn)
	}
	if maybe(r) {
		n.Ratings = []needs.Rating{{At: moment(r), Severity: needs.Mild}}
	}
	return n
}

// Goal returns a goal.
func Goal(r *rand.Rand) needs.Goal {
	g := needs.Goal{ID: "G-1", Needs: some(r, needs.ID("N-1"), "N-2"), Outcome: one(r, "", needs.Met, needs.PartlyMet, needs.NotMet, needs.Withdrawn)}
	if g.Outcome == "" {
		g.Review = day(r)
	}
	for range r.IntN(3) {
		g.Reviews = append(g.Reviews, needs.Review{At: moment(r), Reviewed: needs.Reviewed{Goal: "G-1", Reached: r.IntN(11), Next: one(r, sp.Date(0), day(r))}})
	}
	return g
}

// Plan returns a plan in somebody's own words.
func Plan(r *rand.Rand) needs.Plan {
	p := needs.Plan{Assessment: "A-7", Person: "P-55"}
	for range r.IntN(3) {
		p.Matters = append(p.Matters, sp.Hide(word(r)))
	}
	if maybe(r) {
		p.Support = sp.Hide(word(r))
	}
	for i := range r.IntN(3) {
		item := needs.Item{Goal: needs.ID("G-" + strconv.Itoa(i)), Words: sp.Hide(word(r))}
		for range r.IntN(3) {
			item.Steps = append(item.Steps, needs.Step{
				Words: sp.Hide(word(r)), Who: one(r, sp.RolePerson, sp.RoleLinkWorker), By: one(r, sp.Date(0), day(r)), Done: one(r, sp.Date(0), day(r)), Carrier: one(r, "", "", "PL-1"),
			})
		}
		p.Items = append(p.Items, item)
	}
	return p
}
