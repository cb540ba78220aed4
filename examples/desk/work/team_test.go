package work_test

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

// staff has the lead note that a worker is on leave for some days, or works a quarter of the
// week, in which they carry a quarter of the cases.
func (l *life) staff() request {
	id, today := pick(l, workers).ID, sp.DateOf(l.at)
	leave := pick(l, [][]sp.Period{nil, nil, {{Start: today, End: today.Add(1 + l.rng.IntN(14))}}})
	wte := pick(l, []int{25, 100, 100})
	return func() error {
		r, err := workforce.Workers(l.desk.Store()).Load(l.Context(), id)
		require.NoError(l, err)
		w := r.Document()
		m := w.Employment.Reveal()
		if m.WTE == wte && slices.Equal(m.Leave, leave) {
			return nil
		}
		m.WTE, m.Leave = wte, leave
		w.Employment = sp.Hide(m)
		require.NoError(l, r.Amend(w, sp.By(seed.Lena, l.at)))
		return store.Save(l.Context(), l.desk.Store(), r)
	}
}

// object has somebody say that whoever referred them is to hear nothing.
func (l *life) object() request {
	of := l.some(under...).Person()
	s := sp.By(sp.Actor{ID: string(of), Role: sp.RolePerson, For: string(of)}, l.at).Under(l.by(sp.Actor{}).Key)
	return func() error {
		r, err := register.NewRepository(l.desk.Store(), transition.TableOnly{}).Load(l.Context(), of)
		if err != nil {
			return err
		}
		none := consent.Scope{To: []string{string(consent.ToReferrer)}}
		if err := r.Object(consent.Objection{ID: consent.ObjectionID("O-" + s.Key), By: of, Scope: none}, s); err != nil {
			return err
		}
		l.quiet[of] = true
		return store.Save(l.Context(), l.desk.Store(), r)
	}
}

// owners returns who has each case.
func (l *life) owners() map[referral.ID]referral.WorkerID {
	owners := map[referral.ID]referral.WorkerID{}
	for _, r := range l.all() {
		owners[r.ID()] = r.Worker()
	}
	return owners
}

// given: nobody is given a case while they are away, or beyond what they can carry in their
// hours. What nobody else takes is the lead's.
func (l *life) given(before map[referral.ID]referral.WorkerID) {
	limits, err := caseload.LimitsOf(l.Context(), l.desk.Store(), caseload.ProposedCaps(), sp.DateOf(l.at))
	require.NoError(l, err)
	for id, to := range l.owners() {
		if to == "" || to == before[id] || to == "lena" {
			continue
		}
		at := slices.IndexFunc(limits.Team, func(w workforce.Worker) bool { return w.ID == to })
		require.True(l, limits.Team[at].There(limits.On), "%s was given to somebody who is away", id)
		c, err := l.referrals().Caseload(l.Context(), to)
		require.NoError(l, err)
		rooms, err := limits.Rooms([]*referral.Caseload{c}, l.at)
		require.NoError(l, err)
		require.False(l, rooms[0].Over(), "%s was given to somebody who cannot carry it: %s", id, rooms[0])
	}
}

// letters: a message back names nobody and says nothing that the person objects to; what it
// told stands in their register.
func (l *life) letters() {
	for _, name := range l.outbox(l.T) {
		text, err := os.ReadFile(filepath.Join(l.folder, "outbox", "sandholme", name))
		require.NoError(l, err)
		require.NotContains(l, string(text), "Marker", name)
	}
	for _, r := range l.all() {
		m, err := l.desk.MessageBack(l.Context(), r.ID(), l.at)
		require.NoError(l, err)
		if l.quiet[r.Person()] {
			require.Empty(l, m.Told, "%s is told what %s objects to", r.ID(), r.Person())
			continue
		}
		told := l.register(r.Person()).Told()
		for e := range r.History() {
			if sent, is := e.Event.(referral.FeedbackSent); is {
				require.True(l, slices.ContainsFunc(told, func(t register.Telling) bool {
					return string(t.ID) == string(sent.Document)
				}), "%s was sent and is not in the register", sent.Document)
			}
		}
	}
}
