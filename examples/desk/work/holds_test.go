package work_test

import (
	"errors"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// audit holds what is stored against what the rooms promise each other.
func (l *life) audit() {
	l.places()
	for _, id := range l.asked {
		l.told(id)
	}
	l.cases()
	l.erased()
	l.letters()
	l.tallies()
}

// places: they are held for what goes on, and for nothing else.
func (l *life) places() {
	placements := placement.NewRepository(l.desk.Store(), nil)
	for p, err := range place.NewRepository(l.desk.Store()).All(l.Context()) {
		require.NoError(l, err)
		for _, h := range p.Holds() {
			x, err := placements.Load(l.Context(), placement.ID(h.For))
			require.NoError(l, err, "a place is held for nobody")
			require.True(l, x.State().Open(), "%s is %s and holds a place", x.ID(), x.State())
			require.Equal(l, held.OfferOf(x), p.Offer())
		}
	}
}

// told: a provider sees who it is only after its yes and while the person lets it, and whatever
// it was told stands in the register of the person.
func (l *life) told(id placement.ID) {
	p, err := placement.NewRepository(l.desk.Store(), nil).Load(l.Context(), id)
	if errors.Is(err, sp.ErrNotFound) {
		return // erased
	}
	require.NoError(l, err)
	q, err := l.desk.Question(l.Context(), sp.Actor{ID: "sam", Role: sp.RoleProvider, For: string(p.Provider())}, id)
	if err != nil {
		require.ErrorIs(l, err, sp.ErrNotFound)
		return
	}
	r := l.register(p.Person())
	if !agreed(r) {
		require.True(l, q.Name.IsZero() && q.Telephone.Reveal() == "" && len(q.More) == 0, "%s shows who it is, which nobody agrees to", id)
	}
	fields := map[string]bool{}
	for _, t := range r.Told() {
		for _, f := range t.Facts {
			fields[t.Ask.To+" "+f.Field] = true
		}
	}
	for _, x := range p.Disclosed() {
		require.True(l, fields[string(p.Provider())+" "+x.Field], "%s: %s was told and is not in the register", id, x.Field)
	}
	if !q.Name.IsZero() {
		require.True(l, slices.ContainsFunc(p.Disclosed(), func(x placement.Item) bool { return x.Field == "name" }), id)
	}
}

// agreed reports whether the last choice that was not taken back lets a provider be told.
func agreed(r *register.Register) bool {
	stands := slices.DeleteFunc(r.Choices(), func(c consent.Choice) bool { return !c.Withdrawn.IsZero() })
	return len(stands) > 0 && !stands[len(stands)-1].Refused
}

// cases: whoever is open has an owner or waits, is on exactly one list, and nothing goes on
// behind what has ended.
func (l *life) cases() {
	lists := map[referral.ID]int{}
	for _, who := range workers {
		day, err := l.desk.Morning(l.Context(), who)
		require.NoError(l, err)
		mine := map[referral.ID]bool{}
		for _, t := range slices.Concat(day.Safety, day.Due, day.Coming, day.Without) {
			mine[t.Referral] = true
		}
		if who.ID == "ann" { // who waits is on everybody's list
			for _, w := range day.Waiting {
				mine[w.Referral] = true
			}
		}
		for id := range mine {
			lists[id]++
		}
	}
	team, err := l.desk.Team(l.Context(), seed.Lena)
	require.NoError(l, err)
	risks := map[concern.ID]bool{}
	for _, c := range team.Concerns {
		risks[c.Concern.ID] = true
	}
	for _, r := range l.all() {
		open := r.State().Open()
		require.LessOrEqual(l, lists[r.ID()], 1, "%s is with two", r.ID())
		if open && r.Worker() != "lena" { // who has ended is there as long as somebody is to be told
			require.Equal(l, 1, lists[r.ID()], "%s is %s with %q and on nobody's list", r.ID(), r.State(), r.Worker())
		}
		require.False(l, open && r.State() != referral.StateReceived && r.Worker() == "", "%s has no owner", r.ID())
		for _, c := range r.Concerns() {
			require.False(l, c.Open() && !risks[c.ID], "nobody holds %s of %s", c.ID, r.ID())
		}
		c, err := l.referrals().Case(l.Context(), r.ID())
		require.NoError(l, err)
		require.Empty(l, c.Missing)
		for _, p := range c.Placements {
			require.False(l, !open && p.State().Open(), "%s goes on in %s, which has ended", p.ID(), r.ID())
			if _, waits := p.Waiting(); p.State() == placement.StateOffered && !waits {
				kept, err := place.NewRepository(l.desk.Store()).LoadOrNew(l.Context(), held.OfferOf(p))
				require.NoError(l, err)
				require.True(l, kept.Holding(string(p.ID())), "%s is asked for and has no place", p.ID())
			}
		}
	}
}

// erased: nothing is left that says whose it is, in the clear or under the name of the person.
func (l *life) erased() {
	for of := range l.gone {
		_, err := l.desk.Copy(l.Context(), sp.Actor{ID: string(of), Role: sp.RolePerson, For: string(of)})
		require.ErrorIs(l, err, sp.ErrNotFound)
		for _, kind := range subject.Kinds() {
			for r, err := range l.desk.Store().Scan(l.Context(), store.Query{Kind: kind.Name, Where: store.Where{"person": {string(of)}}}) {
				require.NoError(l, err)
				require.Fail(l, "left of an erased person", "%s %s", r.Kind, r.ID)
			}
		}
	}
	for e, err := range l.desk.Store().Log(l.Context(), "", "") {
		require.NoError(l, err)
		require.NotContains(l, string(e.Data), "Marker", "%s says who it is", e.Type)
	}
}

// tallies: what two halves of the log count, merged, is what the whole of it counts, and what
// a plain pass counts.
func (l *life) tallies() {
	o := evaluation.Options{AsOf: sp.DateOf(l.at)}
	whole, one, other := l.run(o), l.run(o), l.run(o)
	for e, err := range l.desk.Store().Log(l.Context(), "", "") {
		require.NoError(l, err)
		require.NoError(l, whole.Add(e))
		half := one
		if strings.HasSuffix(e.Key.ID, "0") || strings.HasSuffix(e.Key.ID, "a") || strings.HasSuffix(e.Key.ID, "5") {
			half = other
		}
		require.NoError(l, half.Add(e))
	}
	require.NoError(l, one.Merge(other))
	merged, err := one.Figures(l.Context())
	require.NoError(l, err)
	figures, err := whole.Figures(l.Context())
	require.NoError(l, err)
	require.Equal(l, figures, merged)
	for _, f := range figures {
		require.LessOrEqual(l, f.Estimate.Numerator, f.Estimate.Denominator, f.Indicator)
	}
}

func (l *life) run(o evaluation.Options) *evaluation.Run {
	run, err := evaluation.New(o, catalogue.All(catalogue.Standards{})...)
	require.NoError(l, err)
	return run
}
