package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// A stage is a desk on which June has been offered something, and its provider has been asked.
type stage struct {
	*app.Desk
	t     *testing.T
	now   time.Time
	june  referral.ID
	pl    placement.ID
	green sp.Actor
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, now: monday}
	s.Desk = openAt(t, memstore.New(), "sandholme", seal.Folder(t.TempDir()), func() time.Time { return s.now })
	s.june = found(t, s.Desk)
	options, err := s.Options(t.Context(), seed.Ann, s.june, needs.Loneliness)
	require.NoError(t, err)
	offer := options.Fits[0].Offer
	s.pl, err = s.Offer(t.Context(), app.Acting{By: seed.Ann, Key: "k-offer"}, s.june, app.Offer{Offer: offer.ID, Need: needs.Loneliness})
	require.NoError(t, err)
	s.green = app.ProviderDoor(s.pl, offer.Organisation, monday.AddDate(0, 0, 14)).Actor
	return s
}

// page returns what Ann sees of June.
func (s *stage) page() app.Page {
	s.t.Helper()
	p, err := s.Person(s.t.Context(), seed.Ann, s.june)
	require.NoError(s.t, err)
	return p
}

func (s *stage) by(who sp.Actor, key string) app.Acting { return app.Acting{By: who, Key: key} }

func TestDeskKeepsGoalsInTheWordsOfThePerson(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	goal := app.Goal{Need: needs.Loneliness, Words: sp.Hide("See the sea again."), Review: sp.DateOf(monday).Add(28)}
	seen := app.Acting{By: seed.Ann, Key: "k-goal", Seen: s.page().Version}
	for range 2 {
		require.NoError(t, s.SetGoal(ctx, seen, s.june, goal), "sent twice, set once")
	}
	require.ErrorIs(t, s.SetGoal(ctx, app.Acting{By: seed.Ann, Key: "k-late", Seen: seen.Seen}, s.june, goal), store.ErrChanged)
	require.NoError(t, s.SetGoal(ctx, s.by(seed.Ann, "k-goal-2"), s.june, app.Goal{Need: needs.Inactivity, Words: sp.Hide("Walk."), Review: goal.Review}))
	require.ErrorIs(t, s.SetGoal(ctx, s.by(seed.Ben, "k-ben"), s.june, goal), sp.ErrDenied)
	goals := s.page().Goals
	require.Len(t, goals, 2)
	require.Equal(t, "See the sea again.", goals[0].Words.Reveal())
	require.NoError(t, s.ReviewGoal(ctx, s.by(seed.Ann, "k-review"), s.june, needs.Reviewed{Goal: goals[0].ID, Reached: 8, Outcome: needs.Met}))
	require.Equal(t, needs.Met, s.page().Goals[0].Outcome)
}

func TestDeskRaisesAConcernWithTheAnswerThatGivesCauseForIt(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	result, err := s.Measure(ctx, s.by(seed.Ann, "k-ons"), s.june, app.Filled{Instrument: "ons-loneliness", Answers: measure.Answers{"1": 4}})
	require.NoError(t, err)
	require.Len(t, result.Scores, 1)
	require.Empty(t, s.page().Concerns)
	phq := measure.Answers{"1": 2, "2": 2, "3": 1, "4": 1, "5": 0, "6": 1, "7": 0, "8": 0, "9": 1}
	for range 2 {
		result, err = s.Measure(ctx, s.by(seed.Ann, "k-phq"), s.june, app.Filled{Instrument: "phq-9", Answers: phq})
		require.NoError(t, err)
		require.Equal(t, sp.Yes, result.Alert("self-harm"))
	}
	page := s.page()
	require.Len(t, page.Measured, 2)
	require.Len(t, page.Concerns, 1)
	flag := page.Concerns[0].ID
	require.NoError(t, s.AskTeam(ctx, s.by(seed.Ann, "k-ask"), s.june, referral.HandOverOffered{Flag: flag, To: "crisis-team"}))
	require.NoError(t, s.AnswerConcern(ctx, s.by(seed.Ann, "k-told"), s.june, referral.HandOverAnswered{Flag: flag, By: "crisis-team", Answer: concern.Unconfirmed}))
	require.Error(t, s.HandedOver(ctx, s.by(seed.Ann, "k-alone"), s.june, referral.HandedOver{Flag: flag, To: "crisis-team", Reference: "ref-1"}), "who asked does not say yes for the team")
	require.True(t, s.page().Concerns[0].Open())
	require.NoError(t, s.HandedOver(ctx, s.by(seed.Ben, "k-second"), s.june, referral.HandedOver{Flag: flag, To: "crisis-team", Reference: "ref-1"}))
	page = s.page()
	require.False(t, page.Concerns[0].Open())
	for _, x := range page.Case.Assessments {
		for alert := range x.Alerts() {
			t.Errorf("%s waits still", alert)
		}
	}
}

func TestDeskTellsAProviderMoreOnlyOnceTheWorkerSaysSo(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	require.NoError(t, s.Answer(ctx, s.by(s.green, "k-yes"), s.pl, app.Answer{Yes: true}))
	require.ErrorIs(t, s.AskMore(ctx, s.by(s.green, "k-odd"), s.pl, app.Wish{Fields: []string{"notes"}, Why: "curious"}), sp.ErrInvalid)
	require.NoError(t, s.AskMore(ctx, s.by(s.green, "k-more"), s.pl, app.Wish{Fields: []string{"born"}, Why: "insurance"}))
	asked := s.page().Asked
	require.Len(t, asked, 1)
	require.ErrorIs(t, s.AnswerMore(ctx, s.by(seed.Ben, "k-ben"), s.june, app.Reply{Request: asked[0].Request, Yes: true}), sp.ErrDenied)
	q, err := s.Question(ctx, s.green, s.pl)
	require.NoError(t, err)
	require.Empty(t, q.More)
	require.NoError(t, s.AnswerMore(ctx, s.by(seed.Ann, "k-tell"), s.june, app.Reply{Request: asked[0].Request, Yes: true}))
	q, err = s.Question(ctx, s.green, s.pl)
	require.NoError(t, err)
	require.Equal(t, "1950-05-01", q.More["born"].Reveal())
	require.Len(t, s.page().Told, 3, "with the question, with the yes, and what was asked for")

	require.NoError(t, s.AskMore(ctx, s.by(s.green, "k-more-2"), s.pl, app.Wish{Fields: []string{"address"}, Why: "pick-up"}))
	require.NoError(t, s.AnswerMore(ctx, s.by(seed.Ann, "k-no"), s.june, app.Reply{Request: s.page().Asked[1].Request, Why: "not-needed"}))
	q, err = s.Question(ctx, s.green, s.pl)
	require.NoError(t, err)
	require.NotContains(t, q.More, "address")
	require.Equal(t, "not-needed", q.Asked[1].Refused)
}

func TestDeskEndsACaseAndRecordsWhatTheReferrerIsTold(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	require.NoError(t, s.Answer(ctx, s.by(s.green, "k-yes"), s.pl, app.Answer{Yes: true}))
	require.NoError(t, s.Attend(ctx, s.by(s.green, "k-came"), s.pl, app.Attendance{Start: monday, Minutes: 60}))
	require.NoError(t, s.Attempt(ctx, s.by(seed.Ann, "k-rang"), s.june, app.Attempted{Channel: person.Phone}))
	met := needs.Result{Outcome: needs.Met}
	require.Error(t, s.End(ctx, s.by(seed.Ann, "k-early"), s.june, app.Ending{Result: met}), "it goes on")
	require.NoError(t, s.Finish(ctx, s.by(s.green, "k-done"), s.pl, app.Done{Result: met}))
	require.NoError(t, s.End(ctx, s.by(seed.Ann, "k-end"), s.june, app.Ending{Result: met}))
	require.Equal(t, referral.StateClosed, s.page().Case.Referral.State())
	m, err := s.MessageBack(ctx, s.june, monday)
	require.NoError(t, err)
	before := len(s.page().Told)
	for range 2 {
		require.NoError(t, s.SentBack(ctx, m, "message-1"))
	}
	told := s.page().Told
	require.Len(t, told, before+1)
	require.Equal(t, seed.DrKhan.For, told[before].Ask.To)
	require.Len(t, told[before].Items, len(m.Told))
}

func TestDeskHandsOverWhatNobodyAnsweredToTheLead(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	offer := caseload.Offering{From: "ann", Lead: "lena", Why: caseload.OnLeave, By: sp.DateOf(monday).Add(2), Cases: []caseload.Pass{{Referral: s.june, To: "ben"}}}
	h, err := s.HandOver(ctx, s.by(seed.Lena, "k-h"), offer)
	require.NoError(t, err)
	theirs, err := s.HandOvers(ctx, seed.Ben)
	require.NoError(t, err)
	require.Len(t, theirs, 1)
	take := app.Acting{By: seed.Lena, Key: "k-take", Seen: theirs[0].Version()}
	for range 2 {
		require.NoError(t, s.Take(ctx, take, h, s.june, app.Taking{}), "pressed twice")
	}
	require.ErrorIs(t, s.Take(ctx, app.Acting{By: seed.Ben, Key: "k-late", Seen: take.Seen}, h, s.june, app.Taking{Yes: true}), store.ErrChanged)
	p, err := s.Person(ctx, seed.Lena, s.june)
	require.NoError(t, err)
	require.Equal(t, referral.WorkerID("lena"), p.Case.Referral.Worker())
	_, err = s.HandOver(ctx, s.by(seed.Lena, "k-again"), offer)
	require.ErrorIs(t, err, store.ErrChanged, "it is not with Ann any more")
}

func TestDeskTellsWhoeverActsOnWhatHasChanged(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	of, seen := s.page().Person.ID, s.page().Version
	door, err := s.PersonDoor(ctx, seed.Ann, s.june)
	require.NoError(t, err)
	mine, err := s.Mine(ctx, door.Actor)
	require.NoError(t, err)
	require.NoError(t, s.Answer(ctx, s.by(s.green, "k-yes"), s.pl, app.Answer{Yes: true}))
	for name, act := range map[string]func() error{
		"note": func() error {
			return s.Note(ctx, app.Acting{By: seed.Ann, Key: "k", Seen: seen}, s.june, app.Noted{Text: sp.Hide("x")})
		},
		"erase": func() error {
			_, err := s.Erase(ctx, app.Acting{By: seed.Ann, Key: "k", Seen: seen}, of, "request")
			return err
		},
		"attend": func() error {
			return s.Attend(ctx, app.Acting{By: s.green, Key: "k", Seen: 99}, s.pl, app.Attendance{Start: monday})
		},
		"withdraw": func() error {
			_, err := s.Withdraw(ctx, app.Acting{By: door.Actor, Key: "k", Seen: mine.Version}, of, app.Sharing)
			return err
		},
		"end": func() error {
			return s.End(ctx, app.Acting{By: seed.Ann, Key: "k", Seen: seen}, s.june, app.Ending{Why: reason.Because(reason.PersonsChoice)})
		},
	} {
		require.ErrorIs(t, act(), store.ErrChanged, name)
	}
	mine, err = s.Mine(ctx, door.Actor)
	require.NoError(t, err)
	again := app.Acting{By: door.Actor, Key: "k-stop", Seen: mine.Version}
	for range 2 {
		_, err = s.Withdraw(ctx, again, of, app.Sharing)
		require.NoError(t, err, "by the link to their own page, and twice")
	}
	_, err = s.PersonDoor(ctx, seed.Ben, s.june)
	require.ErrorIs(t, err, sp.ErrDenied)
}

func TestDeskHoldsToWhatSomebodySaidLast(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	options, err := s.Options(ctx, seed.Ann, s.june, needs.Inactivity)
	require.NoError(t, err)
	first, _ := s.page().Case.Placement(s.pl)
	others := slices.DeleteFunc(options.Fits, func(p matching.Proposal) bool { return p.Offer.Service == first.Service() })
	for i, said := range []sp.Truth{sp.Yes, sp.No, sp.Yes} {
		key := string(rune('a' + i))
		s.now = s.now.Add(time.Minute)
		talk := app.Talk{Channel: person.Phone, Minutes: 5, Needs: []needs.Code{needs.Loneliness, needs.Inactivity}, Agrees: said}
		require.NoError(t, s.Talk(ctx, s.by(seed.Ann, "k-talk-"+key), s.june, talk))
		_, err := s.Offer(ctx, s.by(seed.Ann, "k-offer-"+key), s.june, app.Offer{Offer: others[(i+1)/2].Offer.ID, Need: needs.Inactivity})
		if said == sp.No {
			require.ErrorIs(t, err, sp.ErrDenied)
			continue
		}
		require.NoError(t, err)
	}
}

func TestDeskLetsNobodyTakeWhatAColleagueHas(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	require.ErrorIs(t, s.Accept(ctx, s.by(seed.Ben, "k"), s.june), sp.ErrDenied)
	require.Equal(t, referral.WorkerID("ann"), s.page().Case.Referral.Worker())
}

func TestDeskShowsOptionsToWhoHoldsTheCaseAndTheLead(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	for who, is := range map[sp.Actor]error{seed.Ann: nil, seed.Lena: nil, seed.Ben: sp.ErrDenied, seed.DrKhan: sp.ErrDenied, seed.Bo: sp.ErrDenied, s.green: sp.ErrDenied} {
		_, err := s.Options(ctx, who, s.june, needs.Loneliness)
		require.ErrorIs(t, err, is, "%s", who)
	}
}

func TestDeskErasesWhatClientsWereAnsweredAboutAPerson(t *testing.T) {
	s, ctx := newStage(t), t.Context()
	of := s.page().Person.ID
	answers := rest.Answers{DB: s.Store()}
	done := 0
	for _, about := range []person.ID{of, of, ""} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		_, err := answers.Once(ctx, sp.By(seed.Ann, s.now).Under("k-"+string(about)), r, nil, func() (rest.Answer, store.Terms, error) {
			done++
			return rest.NewAnswer(http.StatusOK, []byte(`{}`)), store.Terms{"person": string(about)}, nil
		})
		require.NoError(t, err)
	}
	require.Equal(t, 2, done, "one came twice")
	kept := func() int {
		n, err := store.Count(ctx, s.Store(), store.Query{Kind: rest.KindAnswer})
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 2, kept())
	_, err := s.Erase(ctx, s.by(seed.Ann, "k-erase"), of, "request")
	require.NoError(t, err)
	require.Equal(t, 1, kept(), "that about nobody")
	_, err = s.Erase(ctx, s.by(seed.Ann, "k-erase"), of, "request")
	require.NoError(t, err, "asked for again")
	page, _, err := s.Sent(ctx, seed.DrKhan, 100, store.Cursor{})
	require.NoError(t, err)
	require.Len(t, page, 2)
}
