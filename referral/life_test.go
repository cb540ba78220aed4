package referral_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A life is a scheme in which anybody does anything, late, out of order and at once
// with somebody else. Whatever comes of it is held against its log, read once more.
type life struct {
	*testing.T
	rng    *rand.Rand
	db     store.Driver
	now    time.Time
	names  int
	cases  []referral.ID
	person string         // of the case that was loaded last
	done   map[string]int // commands that were allowed, by name
}

// days is how long a life lasts.
const days = 60

func TestACaseKeepsItsPromisesThroughTheLifeOfAScheme(t *testing.T) {
	done := make(map[string]int)
	for seed := range tier.Pick[uint64](12, 100, 3000) {
		l := &life{T: t, rng: rand.New(rand.NewPCG(seed, 17)), db: store.Tenant(memstore.New(), "bay"), now: referraltest.Day(0), done: done}
		for range days * 10 {
			l.now = l.now.Add(time.Duration(l.rng.IntN(5*3600)) * time.Second)
			if len(l.cases) == 0 || l.rng.IntN(50) == 0 {
				l.receive()
			} else {
				l.act()
			}
		}
		l.audit()
	}
	for _, a := range acts {
		require.Positive(t, done[a.name], "%s was never allowed", a.name)
	}
}

func (l *life) name(prefix string) string {
	l.names++
	return fmt.Sprintf("%s%d", prefix, l.names)
}

func any1[T any](l *life, list []T) T { return list[l.rng.IntN(len(list))] }

// stamp is by one of two people of a role, sometimes of another than would be right,
// and often of something that happened up to three days ago.
func (l *life) stamp(roles ...sp.Role) sp.Stamp {
	role := any1(l, roles)
	if l.rng.IntN(20) == 0 {
		role = any1(l, []sp.Role{sp.RoleReferrer, sp.RoleLinkWorker, sp.RoleProvider, sp.RolePerson, sp.RoleSystem})
	}
	behalf := map[sp.Role]string{sp.RoleProvider: "bay/green", sp.RolePerson: l.person}[role]
	s := sp.By(sp.Actor{ID: fmt.Sprintf("%s-%d", role, l.rng.IntN(2)), Role: role, For: behalf}, l.now.Add(-time.Duration(l.rng.IntN(120))*time.Second))
	if role == sp.RoleSystem {
		s = sp.BySystem(s.By.ID, s.At)
	}
	if l.rng.IntN(3) == 0 {
		s = s.Happened(s.At.Add(-time.Duration(l.rng.IntN(72*3600)) * time.Second))
	}
	return s
}

func (l *life) reason() reason.Reason { return any1(l, reason.List()).Reason }

var lacks = []needs.Code{needs.Loneliness, needs.Debt, needs.Housing, needs.Grief}

func (l *life) receive() {
	id := referral.ID(l.name("R"))
	a := referral.Submission{ID: id, Person: person.ID(fmt.Sprintf("P-%d", l.rng.IntN(9))), Urgency: referral.Soon, Reasons: lacks[:1+l.rng.IntN(3)]}
	s := l.stamp(sp.RoleReferrer)
	s.By.Role = any1(l, []sp.Role{sp.RoleReferrer, sp.RoleReferrer, sp.RolePerson})
	s.By.For = string(a.Person)
	r, err := referraltest.Receive(a, referraltest.AllowAll{}, s)
	require.NoError(l, err)
	require.NoError(l, store.Save(l.Context(), l.db, r))
	l.cases = append(l.cases, id)
}

func (l *life) load(id referral.ID) *referral.Case {
	c, err := referral.NewRepository(l.db, referraltest.AllowAll{}).Case(l.Context(), id)
	require.NoError(l, err)
	l.person = string(c.Referral.Person())
	return c
}

// act has somebody do something to one of the latest cases, and now and then has
// somebody else do something to it at the same moment.
func (l *life) act() {
	id := l.cases[max(0, len(l.cases)-1-l.rng.IntN(3))]
	mine, theirs := l.load(id), l.load(id)
	before := picture(mine)
	switch err := l.give(mine); {
	case err != nil:
		require.Equal(l, before, picture(mine), "a refusal changes nothing")
		require.NotEqual(l, errors.Is(err, sp.ErrInvalid), errors.Is(err, sp.ErrDenied), "%v", err)
		return
	case l.rng.IntN(5) == 0 && l.give(theirs) == nil:
		if err := store.Save(l.Context(), l.db, theirs); err != nil {
			require.ErrorIs(l, err, sp.ErrExists)
			return
		}
		between := picture(l.load(id))
		if err := store.Save(l.Context(), l.db, mine); err != nil {
			require.True(l, errors.Is(err, sp.ErrConflict) || errors.Is(err, sp.ErrExists), "%v", err)
			require.Equal(l, between, picture(l.load(id)), "a conflict changes nothing")
		}
		return
	}
	err := store.Save(l.Context(), l.db, mine)
	if errors.Is(err, sp.ErrExists) {
		require.Equal(l, before, picture(l.load(id)), "who is being offered a service in another case is not offered it here")
		return
	}
	require.NoError(l, err)
	require.Equal(l, picture(mine), picture(l.load(id)), "what is loaded is what was saved")
}

// picture is everything that a case tells, its parts in order of their IDs.
func picture(c *referral.Case) []string {
	all := []string{fmt.Sprint(snapshot(c.Referral))}
	for _, p := range c.Placements {
		expected, waiting := p.Waiting()
		all = append(all, fmt.Sprint(p.ID(), p.State(), p.Step(), p.Sent(), expected, waiting, p.Result(), p.Reason(), p.OwedSince(), slices.Collect(p.History())))
	}
	for _, x := range c.Sessions {
		all = append(all, fmt.Sprint(x.ID(), x.State(), x.Plan(), x.Cause(), x.Minutes(), slices.Collect(x.History())))
	}
	slices.Sort(all)
	return all
}

// give tries acts until one can be tried on the case.
func (l *life) give(c *referral.Case) error {
	for {
		a := any1(l, acts)
		if err := a.do(l, c); !errors.Is(err, errNothing) {
			if err == nil {
				l.done[a.name]++
			}
			return err
		}
	}
}

// audit holds what is stored against the log.
func (l *life) audit() {
	log := make(map[store.Key][]store.Entry[store.Event])
	for e, err := range l.db.Log(l.Context(), "", "") {
		require.NoError(l, err)
		e.Key.Tenant = ""
		event, err := referral.DecodeEvent(e.Type, e.Data)
		require.NoError(l, err)
		log[e.Key] = append(log[e.Key], store.Entry[store.Event]{Stamp: e.Stamp, Event: event})
		require.EqualValues(l, len(log[e.Key]), e.Version)
	}
	flagged, owed := map[referral.ID]time.Time{}, map[referral.ID]time.Time{}
	for _, id := range l.cases {
		c := l.load(id)
		r := retell(log[store.Key{Kind: referral.Kind, ID: string(id)}])
		require.Equal(l, r.attempts, c.Referral.Attempts(), id)
		require.Equal(l, r.due, c.Referral.FollowUpDue(), id)
		require.Equal(l, r.worker, c.Referral.Worker(), id)
		require.True(l, r.owed.Equal(c.Referral.OwedSince()), "%s: %s and %s", id, r.owed, c.Referral.OwedSince())
		require.True(l, r.flagged.Equal(c.Referral.FlaggedSince()), id)
		require.True(l, r.touched.Equal(c.Referral.Touched()), id)
		require.Empty(l, r.broken, id)
		if !r.flagged.IsZero() {
			flagged[id] = r.flagged
		}
		if !r.owed.IsZero() {
			owed[id] = r.owed
		}
		for _, p := range c.Placements {
			require.False(l, !r.ended.IsZero() && p.State().Open(), "%s goes on in %s, which has ended", p.ID(), id)
		}
		for _, x := range c.Sessions {
			if x.State() == session.StatePlanned {
				require.False(l, !r.ended.IsZero() && x.Plan().Start.After(r.ended), "%s is to come in %s, which has ended", x.ID(), id)
			}
		}
	}
	repo := referral.NewRepository(l.db, nil)
	l.inOrder(flagged, repo.Flagged(l.Context()))
	l.inOrder(owed, repo.FeedbackOwed(l.Context(), l.now.AddDate(1, 0, 0)))
}

// inOrder checks that a list holds what is due, by when it is and then by ID.
func (l *life) inOrder(due map[referral.ID]time.Time, list func(func(*referral.Referral, error) bool)) {
	var want, got []referral.ID
	for id := range due {
		want = append(want, id)
	}
	slices.SortFunc(want, func(a, b referral.ID) int { return cmp.Or(due[a].Compare(due[b]), cmp.Compare(a, b)) })
	for r, err := range list {
		require.NoError(l, err)
		got = append(got, r.ID())
	}
	require.Equal(l, want, got)
}

// A tale is a referral told again from its events, as plainly as possible.
type tale struct {
	attempts                      int
	due                           sp.Date
	worker                        referral.WorkerID
	owed, flagged, touched, ended time.Time
	broken                        []string // promises that were
}

func retell(events []store.Entry[store.Event]) (t tale) {
	var worker, ended time.Time
	raised, handed := map[concern.ID]time.Time{}, map[concern.ID]time.Time{}
	for i, e := range events {
		concerns := []store.EventType{referral.EventFlagged, referral.EventHandOverOffered, referral.EventHandOverAnswered, referral.EventHandedOver}
		if e.Stamp.Recorded.After(t.touched) && !slices.Contains(concerns, e.Event.EventType()) {
			t.touched = e.Stamp.Recorded
		}
		said := func(w referral.WorkerID) {
			if !e.Stamp.At.Before(worker) {
				t.worker, worker = w, e.Stamp.At
			}
		}
		var why reason.Reason
		ends, news := false, false
		switch f := e.Event.(type) {
		case referral.Accepted:
			said(f.Worker)
			news = true
		case referral.Assigned:
			said(f.Worker)
		case referral.FollowUpPlanned:
			t.due = f.On
		case referral.FollowedUp, referral.FollowUpCalledOff:
			t.due = 0
		case referral.Flagged:
			raised[f.Flag] = e.Stamp.At
			news = true
		case referral.HandOverAnswered:
			if f.Answer == concern.AssessedNoConcern || f.Answer == concern.RaisedByMistake {
				handed[f.Flag], news = e.Stamp.At, true
			}
		case referral.HandedOver:
			handed[f.Flag], news = e.Stamp.At, true
			if e.Stamp.At.Before(raised[f.Flag]) {
				t.broken = append(t.broken, "taken over before it was raised: "+string(f.Flag))
			}
		case referral.Attempted:
			vain := true
			for k, o := range events {
				_, spoke := o.Event.(referral.Contacted)
				_, rang := o.Event.(referral.CheckedIn)
				if (spoke || rang) && (o.Stamp.At.After(e.Stamp.At) || o.Stamp.At.Equal(e.Stamp.At) && k > i) {
					vain = false
				}
			}
			if vain {
				t.attempts++
			}
		case referral.Withdrawn:
			why, ends, news, t.due = f.Reason, true, true, 0
		case referral.EnteredInError:
			ends, t.due = true, 0
		case referral.Declined, referral.Rerouted, referral.Expired, referral.Closed:
			ends, news = true, true
		}
		if news && events[0].Stamp.By.Role == sp.RoleReferrer && !e.Stamp.By.Same(events[0].Stamp.By) && !told(events[i:]) &&
			(t.owed.IsZero() || e.Stamp.At.Before(t.owed)) {
			t.owed = e.Stamp.At
		}
		if !ends {
			continue
		}
		if ended.IsZero() {
			ended = e.Stamp.At
		}
		for flag, from := range raised {
			to, over := handed[flag]
			if why.Code != reason.Died && (!over || !from.After(e.Stamp.At) && to.After(e.Stamp.At)) {
				t.broken = append(t.broken, "ended over "+string(flag))
			}
		}
	}
	for flag, from := range raised {
		if _, over := handed[flag]; !over && (t.flagged.IsZero() || from.Before(t.flagged)) {
			t.flagged = from
		}
	}
	if _, never := events[len(events)-1].Event.(referral.EnteredInError); never || slices.ContainsFunc(events, mistaken) {
		t.owed = time.Time{}
	}
	t.ended = ended
	return t
}

func mistaken(e store.Entry[store.Event]) bool {
	_, ok := e.Event.(referral.EnteredInError)
	return ok
}

// told reports whether the news that events begin with was sent on afterwards.
func told(events []store.Entry[store.Event]) bool {
	return slices.ContainsFunc(events, func(e store.Entry[store.Event]) bool {
		_, sent := e.Event.(referral.FeedbackSent)
		return sent && !e.Stamp.At.Before(events[0].Stamp.At)
	})
}
