package register_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

var (
	noon   = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC) // a Friday
	policy = consent.StandardPolicy()
	facts  = register.Facts{Born: sp.Hide(sp.NewDate(1950, 5, 1)), Holder: "ann"}
)

func by(id string, role sp.Role, hours int) sp.Stamp {
	return sp.By(sp.Actor{ID: id, Role: role}, noon.Add(time.Duration(hours)*time.Hour))
}

func ann(hours int) sp.Stamp { return by("ann", sp.RoleLinkWorker, hours) }

func opened(t *testing.T, id person.ID) *register.Register {
	t.Helper()
	r := register.New(id, transition.TableOnly{})
	require.NoError(t, r.Open(consent.England, ann(0)))
	return r
}

func choice(id consent.ChoiceID, of person.ID) consent.Choice {
	return consent.Choice{
		ID: id, By: of, As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
		Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity, consent.Contact}},
	}
}

var garden = consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare}

func telling(id register.TellingID, q consent.Ask, fields ...string) register.Telling {
	t := register.Telling{ID: id, Ask: q}
	for _, f := range fields {
		t.Items = append(t.Items, consent.Item{Field: f})
	}
	return t
}

func TestNothingIsNotedAsToldWithoutAnAuthority(t *testing.T) {
	r := opened(t, "P-1")
	_, err := r.Tell(policy, facts, telling("T-1", garden, "name"), ann(1))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.Empty(t, r.Told())
	require.NoError(t, r.Choose(choice("C-1", "P-1"), ann(1)))
	_, err = r.Tell(policy, facts, telling("T-1", garden, "name", "needs"), ann(2))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.ErrorContains(t, err, "needs: consent: no-agreement")
	require.Empty(t, r.Told(), "all of it or nothing")
	told, err := r.Tell(policy, facts, telling("T-1", garden, "name", "phone"), ann(2))
	require.NoError(t, err)
	require.Equal(t, "C-1", told.Facts[1].Source)
	_, err = r.Tell(policy, facts, telling("T-2", garden, "name"), by("sam", sp.RoleProvider, 3))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.NoError(t, r.Withdraw("C-1", ann(3)))
	_, err = r.Tell(policy, facts, telling("T-2", garden, "name"), ann(1))
	require.ErrorIs(t, err, sp.ErrDenied, "a clock that goes back revives nothing")
}

// The answer was lost, and the request comes again once the permission has been taken back.
func TestTellThatComesAgainIsWhatWasToldThen(t *testing.T) {
	r := opened(t, "P-1")
	require.NoError(t, r.Choose(choice("C-1", "P-1"), ann(1)))
	first, err := r.Tell(policy, facts, telling("T-1", garden, "name"), ann(2).Under("k-1"))
	require.NoError(t, err)
	_, err = r.Tell(policy, facts, telling("T-2", garden, "phone"), ann(3).Under("k-2"))
	require.NoError(t, err)
	require.NoError(t, r.Withdraw("C-1", ann(4)))
	again, err := r.Tell(policy, facts, telling("T-1", garden, "name"), ann(5).Under("k-1"))
	require.NoError(t, err)
	require.Equal(t, first, again, "and not what was told last")
	require.Len(t, r.Told(), 2)
	other := garden
	other.To = "bay/choir"
	for name, c := range map[string]struct {
		t register.Telling
		s sp.Stamp
	}{
		"another field":           {telling("T-1", garden, "phone"), ann(5).Under("k-1")},
		"more fields":             {telling("T-1", garden, "name", "phone"), ann(5).Under("k-1")},
		"under another ID":        {telling("T-2", garden, "name"), ann(5).Under("k-1")},
		"to another":              {telling("T-1", other, "name"), ann(5).Under("k-1")},
		"under another key":       {telling("T-1", garden, "name"), ann(5).Under("k-3")},
		"without a key":           {telling("T-1", garden, "name"), ann(5)},
		"by somebody else":        {telling("T-1", garden, "name"), by("ben", sp.RoleLinkWorker, 5).Under("k-1")},
		"by somebody who may not": {telling("T-1", garden, "name"), by("ann", sp.RoleProvider, 5).Under("k-1")},
	} {
		_, err := r.Tell(policy, facts, c.t, c.s)
		require.Error(t, err, name)
		require.Len(t, r.Told(), 2, name)
	}
}

// By its ID a telling is corrected, and a request answered.
func TestTellTakesNoIDThatHasBeenTold(t *testing.T) {
	r := opened(t, "P-1")
	require.NoError(t, r.Choose(choice("C-1", "P-1"), ann(1)))
	_, err := r.Tell(policy, facts, telling("T-1", garden, "name"), ann(2).Under("k-1"))
	require.NoError(t, err)
	for name, again := range map[string]sp.Stamp{"under another key": ann(3).Under("k-2"), "without a key": ann(3)} {
		for _, items := range []string{"name", "phone"} {
			_, err := r.Tell(policy, facts, telling("T-1", garden, items), again)
			require.ErrorIs(t, err, sp.ErrInvalid, name)
			require.ErrorContains(t, err, "must be of nothing that was told before", name)
			require.Len(t, r.Told(), 1, name)
		}
	}
	_, err = r.Tell(policy, facts, telling("T-2", garden, "phone"), ann(3))
	require.NoError(t, err)
}

func TestAnOverrideIsAnsweredForAndUsedOnce(t *testing.T) {
	r, q := opened(t, "P-1"), consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.ForSafeguarding}
	o := consent.Override{ID: "O-1", Ground: consent.AdultAtRisk, To: "bay/green", Kinds: []consent.Kind{consent.Identity}, Facts: "N-7", Asked: sp.No, Told: sp.No}
	require.ErrorContains(t, r.Override(policy, o, ann(1)), "whyNot")
	o.WhyNot = "raises-risk"
	require.ErrorIs(t, r.Override(policy, o, sp.BySystem("timer", noon)), sp.ErrDenied, "a person with a name")
	require.NoError(t, r.Override(policy, o, ann(1)))
	_, err := r.Tell(policy, facts, telling("T-1", q, "name"), ann(2))
	require.NoError(t, err)
	_, err = r.Tell(policy, facts, telling("T-2", q, "name"), ann(3))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.Equal(t, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), r.File(facts).Overrides[0].Review, "by the end of Monday")
	require.ErrorIs(t, r.Review("O-1", sp.Yes, by("ann", sp.RoleTeamLead, 4)), sp.ErrInvalid, "not by who did it")
	require.NoError(t, r.Review("O-1", sp.Yes, by("lee", sp.RoleTeamLead, 4)))
}

func TestThreeOpenReviewsStopTheNextBrokenGlass(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	repo := register.NewRepository(db, transition.TableOnly{})
	for i := range 4 {
		r := opened(t, person.ID(fmt.Sprint("P-", i)))
		w, err := repo.Waiting(t.Context(), "ben")
		require.NoError(t, err)
		require.Equal(t, min(i, 3), w.Open)
		err = r.BreakGlass(policy, consent.Glass{ID: "G-1", Ground: consent.DangerToLife, Facts: "N-1"}, w, by("ben", sp.RoleLinkWorker, i))
		require.Equal(t, i == 3, err != nil, "%v", err)
		require.NoError(t, store.Save(t.Context(), db, r))
	}
	n := 0
	for r, err := range repo.ReviewsDue(t.Context(), noon.AddDate(0, 0, 7)) {
		require.NoError(t, err)
		require.NoError(t, r.Review("G-1", sp.No, by("lee", sp.RoleSafeguardingLead, 9)))
		require.NoError(t, store.Save(t.Context(), db, r))
		n++
	}
	require.Equal(t, 3, n)
	w, err := repo.Waiting(t.Context(), "ben")
	require.NoError(t, err)
	require.Zero(t, w.Open)
}

// Of two glasses that are broken at the same moment for different people one meets a
// conflict, and counts anew: however many try, no more reviews wait than the policy says.
func TestRegisterGlassIsNotBrokenTwiceAtTheSameMoment(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	repo := register.NewRepository(db, transition.TableOnly{})
	glass := consent.Glass{ID: "G-1", Ground: consent.DangerToLife, Facts: "N-1"}
	ben := by("ben", sp.RoleLinkWorker, 1)
	w, err := repo.Waiting(t.Context(), "ben")
	require.NoError(t, err)
	first, second := opened(t, "P-1"), opened(t, "P-2")
	require.ErrorIs(t, first.BreakGlass(policy, glass, register.Waiting{Reader: "cat"}, ben), sp.ErrInvalid, "another's count")
	require.NoError(t, first.BreakGlass(policy, glass, w, ben))
	require.NoError(t, second.BreakGlass(policy, glass, w, ben))
	require.NoError(t, store.Save(t.Context(), db, first))
	require.ErrorIs(t, store.Save(t.Context(), db, second), sp.ErrConflict)

	var wait sync.WaitGroup
	var broken atomic.Int64
	for i := range 8 {
		wait.Go(func() {
			err := store.Retry(t.Context(), 20, func(ctx context.Context) error {
				w, err := repo.Waiting(ctx, "ben")
				if err != nil {
					return err
				}
				r := register.New(person.ID(fmt.Sprint("P-1", i)), transition.TableOnly{})
				if err := errors.Join(r.Open(consent.England, ann(0)), r.BreakGlass(policy, glass, w, ben)); err != nil {
					return err
				}
				return store.Save(ctx, db, r)
			})
			if err == nil {
				broken.Add(1)
			} else if !errors.Is(err, sp.ErrInvalid) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	require.Equal(t, int64(2), broken.Load(), "one was broken before")
	w, err = repo.Waiting(t.Context(), "ben")
	require.NoError(t, err)
	require.Equal(t, policy.Glass, w.Open)
}

func TestRegisterCountsAGlassThatIsBrokenTwiceBeforeItIsSaved(t *testing.T) {
	r, w := opened(t, "P-1"), register.Waiting{Reader: "ben", Open: 2}
	ben := by("ben", sp.RoleLinkWorker, 1)
	require.NoError(t, r.BreakGlass(policy, consent.Glass{ID: "G-1", Ground: consent.DangerToLife, Facts: "N-1"}, w, ben))
	require.ErrorIs(t, r.BreakGlass(policy, consent.Glass{ID: "G-2", Ground: consent.DangerToLife, Facts: "N-1"}, w, ben), sp.ErrInvalid)
}

func TestAnOrderCompelsUntilItIsCompliedWith(t *testing.T) {
	r := opened(t, "P-1")
	require.NoError(t, r.Order(consent.Order{ID: "CO-1", Duty: consent.CourtOrder, By: "court", To: []string{"court"}, Kinds: []consent.Kind{consent.Identity}}, ann(1)))
	court := consent.Ask{To: "court", As: consent.ToAuditor, Purpose: consent.ForSafeguarding}
	_, err := r.Tell(policy, facts, telling("T-1", court, "name"), ann(2))
	require.NoError(t, err)
	require.ErrorIs(t, r.Comply("CO-9", ann(3)), sp.ErrInvalid)
	require.NoError(t, r.Comply("CO-1", ann(3)))
	require.ErrorIs(t, r.Comply("CO-1", ann(4)), sp.ErrInvalid, "twice")
	_, err = r.Tell(policy, facts, telling("T-2", court, "name"), ann(4))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.Len(t, r.Told(), 1)
}

func TestAnUnfoundedOverrideIsCorrectedWithWhoeverWasTold(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r, q := opened(t, "P-1"), consent.Ask{To: "bay/council", As: consent.ToProvider, Purpose: consent.ForSafeguarding}
	o := consent.Override{ID: "O-1", Ground: consent.AdultAtRisk, To: "bay/council", Kinds: []consent.Kind{consent.Identity}, Facts: "N-7", Asked: sp.No, Told: sp.Yes}
	require.NoError(t, r.Override(policy, o, ann(1)))
	_, err := r.Tell(policy, facts, telling("T-1", q, "name"), ann(2))
	require.NoError(t, err)
	require.Empty(t, r.Corrections())
	require.NoError(t, r.Review("O-1", sp.No, by("lee", sp.RoleSafeguardingLead, 3)))
	require.Equal(t, []register.Correction{{"T-1", "bay/council", noon.Add(3 * time.Hour)}}, r.Corrections())
	require.NoError(t, store.Save(t.Context(), db, r))
	due := func() (n int) {
		for range register.NewRepository(db, nil).CorrectionsDue(t.Context(), noon.AddDate(0, 0, 9)) {
			n++
		}
		return n
	}
	require.Equal(t, 1, due())
	require.ErrorIs(t, r.Correct("T-9", ann(4)), sp.ErrInvalid)
	require.NoError(t, r.Correct("T-1", ann(4)))
	require.ErrorIs(t, r.Correct("T-1", ann(5)), sp.ErrInvalid, "twice")
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Zero(t, due())
	require.Len(t, r.Told(), 1, "what was told stays on record")
}

func TestRegisterTellsThePersonWhatOthersLearnedInAnIncident(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := opened(t, "P-1")
	require.ErrorIs(t, r.Expose(register.Exposed{Incident: "B-1"}, ann(1)), sp.ErrInvalid)
	require.NoError(t, r.Expose(register.Exposed{Incident: "B-1", To: "bay/neighbour", Kinds: []consent.Kind{consent.Identity, consent.Needs}}, ann(1)))
	require.NoError(t, store.Save(t.Context(), db, r))
	waiting := func() (n int) {
		for range register.NewRepository(db, nil).Uninformed(t.Context(), noon.AddDate(0, 0, 9)) {
			n++
		}
		return n
	}
	require.Equal(t, 1, waiting())
	require.NoError(t, r.Inform("B-1", ann(2)))
	require.ErrorIs(t, r.Inform("B-1", ann(3)), sp.ErrInvalid, "twice")
	require.Equal(t, noon.Add(2*time.Hour), r.Exposures()[0].Informed)
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Zero(t, waiting())
}

func TestWhoAsksARegisterForMoreGetsAnAnswerWithItsAge(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	repo, r := register.NewRepository(db, transition.TableOnly{}), opened(t, "P-1")
	ask := register.Requested{Request: "Q-1", By: "bay/green", As: consent.ToProvider, Fields: []string{"phone"}, Reason: "to-call"}
	sam := by("sam", sp.RoleProvider, 1)
	require.ErrorContains(t, r.Request(ask, sam), "by must be who asks, or for whom they act")
	sam.By.For = "bay/green"
	require.NoError(t, r.Request(ask, sam))
	require.ErrorIs(t, r.Request(ask, sam), sp.ErrInvalid, "twice")
	require.NoError(t, store.Save(t.Context(), db, r))
	waiting := 0
	for range repo.RequestsOpen(t.Context(), noon.AddDate(0, 0, 1)) {
		waiting++
	}
	require.Equal(t, 1, waiting)
	require.Equal(t, 4*time.Hour, r.Requests()[0].Age(noon.Add(5*time.Hour)))
	require.ErrorIs(t, r.Reply(register.Replied{Request: "Q-1", Telling: "T-9"}, ann(6)), sp.ErrInvalid, "never: they had it already")
	require.NoError(t, r.Reply(register.Replied{Request: "Q-1", Refused: "no-agreement"}, ann(7)))
	require.Equal(t, 6*time.Hour, r.Requests()[0].Age(noon.AddDate(1, 0, 0)))
	require.ErrorIs(t, r.Reply(register.Replied{Request: "Q-1", Refused: "no-agreement"}, ann(8)), sp.ErrInvalid)
}

func TestARegisterRefusesWhatIsNotWhole(t *testing.T) {
	r := opened(t, "P-1")
	for name, err := range map[string]error{
		"a yes to nothing":           r.Choose(consent.Choice{ID: "C-1", By: "P-1", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "w", Version: "1"}}, ann(1)),
		"without the wording":        r.Choose(func() consent.Choice { c := choice("C-1", "P-1"); c.Wording.Version = ""; return c }(), ann(1)),
		"somebody else as themself":  r.Choose(func() consent.Choice { c := choice("C-1", "P-2"); return c }(), ann(1)),
		"Fraser for money":           r.Find(consent.Finding{ID: "F-1", Scope: choice("", "").Scope, Result: sp.Yes, Standard: consent.Fraser}, ann(1)),
		"best interests in Scotland": register.New("P-2", transition.TableOnly{}).Open("narnia", ann(1)),
		"areas without delegation":   r.Appoint(consent.Decider{ID: "P-2", Authority: person.ParentalResponsibility, Areas: []consent.Area{consent.LeisureArea}}, ann(1)),
		"a warning of nothing":       r.Warn(register.Warned{}, ann(1)),
		"an unknown withdrawal":      r.Withdraw("C-9", ann(1)),
	} {
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	require.Len(t, slicesOf(r), 1, "nothing was recorded")
}

func slicesOf(r *register.Register) (all []string) {
	for e := range r.History() {
		all = append(all, string(e.Event.EventType()))
	}
	return all
}

// Everything is stored and read again, and the log holds none of what was told.
func TestARegisterIsReadAsItWasSaved(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := opened(t, "P-1")
	c := choice("C-1", "P-1")
	c.Until = noon.AddDate(0, 1, 0)
	require.NoError(t, r.Choose(c, ann(1)))
	require.NoError(t, r.Object(consent.Objection{ID: "B-1", By: "P-1", Scope: consent.Scope{To: []string{"gp"}}}, ann(1)))
	require.NoError(t, r.Lift("B-1", ann(2)))
	require.NoError(t, r.Order(consent.Order{ID: "CO-1", Duty: consent.CourtOrder, By: "court", To: []string{"court"}, Kinds: consent.Kinds()}, ann(2)))
	require.NoError(t, r.Find(consent.Finding{ID: "F-1", Scope: c.Scope, Result: sp.Yes, Standard: consent.MCA, Review: sp.NewDate(2027, 1, 1)}, ann(2)))
	require.NoError(t, r.Appoint(consent.Decider{ID: "P-5", Authority: person.PowerOfAttorney}, ann(2)))
	require.NoError(t, r.Warn(register.Warned{Harm: []string{"P-6"}, Abuse: sp.Yes}, ann(2)))
	_, err := r.Tell(policy, facts, telling("T-1", garden, "name"), ann(3))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	again, err := register.NewRepository(db, transition.TableOnly{}).Load(t.Context(), "P-1")
	require.NoError(t, err)
	require.Equal(t, r.Told(), again.Told())
	require.Equal(t, r.Choices(), again.Choices())
	q := garden
	q.At, q.Field = noon.AddDate(0, 0, 1), "name"
	require.Equal(t, policy.Decide(r.File(facts), q), policy.Decide(again.File(facts), q))
	expiring := 0
	for range register.NewRepository(db, nil).Expiring(t.Context(), noon.AddDate(0, 2, 0)) {
		expiring++
	}
	require.Equal(t, 1, expiring)
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(e.Type), "permission."))
		require.NotContains(t, string(e.Data), "1950")
	}
	require.Equal(t, "permissions of P-1", fmt.Sprintf("%v %+v", again, again)[:len("permissions of P-1")])
}

func TestTheTableHasAnEventForEachCommand(t *testing.T) {
	require.Len(t, register.Table().Events(), 19)
	for _, name := range register.Table().Events() {
		_, err := register.DecodeEvent(name, []byte(`{"v":1}`))
		require.NoError(t, err)
	}
}
