package referral_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

func by(role sp.Role, day int) sp.Stamp { return referraltest.By(role, day) }

// alone is the case of a referral on which nothing hangs.
func alone(r *referral.Referral) *referral.Case { return referral.NewCase(r) }

var gaveUp = referral.Unreachable{Name: "bay-1", Attempts: 3, Days: 2, Channels: 2, Span: 7}

// commands gives each command of a referral with valid input.
var commands = map[string]func(*referral.Referral, sp.Stamp) error{
	"triage": func(r *referral.Referral, s sp.Stamp) error {
		return r.Triage(referral.Triaged{Criteria: "bay-1", Fits: sp.Yes}, s)
	},
	"accept": func(r *referral.Referral, s sp.Stamp) error { return r.Accept("ann", s) },
	"decline": func(r *referral.Referral, s sp.Stamp) error {
		return alone(r).Decline(reason.Because(reason.OutsideRemit), s)
	},
	"reroute": func(r *referral.Referral, s sp.Stamp) error {
		return alone(r).Reroute("bay/team", reason.Because(reason.NotSuitable), s)
	},
	"expire": func(r *referral.Referral, s sp.Stamp) error {
		return alone(r).Expire(reason.Because(reason.NoCapacity), s)
	},
	"assign":   func(r *referral.Referral, s sp.Stamp) error { return r.Assign("ben", s) },
	"attempt":  func(r *referral.Referral, s sp.Stamp) error { return r.Attempt(person.Phone, s) },
	"contact":  func(r *referral.Referral, s sp.Stamp) error { return r.Contact(referral.Visit, 45, s) },
	"check in": func(r *referral.Referral, s sp.Stamp) error { return r.CheckIn(person.Phone, referral.StillWanted, s) },
	"assess": func(r *referral.Referral, s sp.Stamp) error {
		return r.Assess("A-1", []needs.Code{needs.Grief}, nil, s)
	},
	"show options": func(r *referral.Referral, s sp.Stamp) error {
		return r.ShowOptions(referral.OptionsShown{Needs: append(r.Needs(), needs.Debt)[:1], Options: []directory.ID{"bay/garden"}}, s)
	},
	"find nothing": func(r *referral.Referral, s sp.Stamp) error {
		return r.NothingFound(append(r.Needs(), needs.Debt)[0], reason.Because(reason.NoCapacity), s)
	},
	"propose": func(r *referral.Referral, s sp.Stamp) error {
		_, err := referral.NewCase(r).Propose(placement.Proposal{ID: "PL-9", Service: "bay/garden", Provider: "bay/green", Needs: r.Needs()}, s)
		return err
	},
	"close": func(r *referral.Referral, s sp.Stamp) error {
		return alone(r).Close(needs.Result{Outcome: needs.Met}, s)
	},
	"give up": func(r *referral.Referral, s sp.Stamp) error {
		return alone(r).GiveUp(referral.Unreachable{Name: "bay-1", Attempts: 1}, s)
	},
	"withdraw": func(r *referral.Referral, s sp.Stamp) error {
		return alone(r).Withdraw(reason.Because(reason.Moved), s)
	},
	"prioritise": func(r *referral.Referral, s sp.Stamp) error { return r.Prioritise(referral.Urgent, s) },
	"raise flag": func(r *referral.Referral, s sp.Stamp) error {
		return r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Safeguarding, To: "crisis-team"}, s)
	},
	"record death": func(r *referral.Referral, s sp.Stamp) error { return alone(r).RecordDeath(s) },
	"offer hand-over": func(r *referral.Referral, s sp.Stamp) error {
		if r.FlaggedSince().IsZero() {
			_ = r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleSystem, 99))
		}
		return r.OfferHandOver("F-1", "crisis-team", s)
	},
	"answer hand-over": func(r *referral.Referral, s sp.Stamp) error {
		if r.FlaggedSince().IsZero() {
			_ = r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleSystem, 99))
		}
		return r.AnswerHandOver(referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: concern.Unreachable}, s)
	},
	"accept hand-over": func(r *referral.Referral, s sp.Stamp) error {
		if r.FlaggedSince().IsZero() { // Raise is legal wherever a hand-over is
			_ = r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleSystem, 99))
		}
		return r.AcceptHandOver("F-1", "crisis-team", "", lead(0).Happened(s.At))
	},
	"plan follow-up": func(r *referral.Referral, s sp.Stamp) error { return r.PlanFollowUp(sp.DateOf(s.At).Add(30), s) },
	"follow up": func(r *referral.Referral, s sp.Stamp) error {
		_ = r.PlanFollowUp(sp.DateOf(s.At).Add(30), by(sp.RoleLinkWorker, 99))
		return r.FollowUp(s)
	},
	"call off follow-up": func(r *referral.Referral, s sp.Stamp) error {
		_ = r.PlanFollowUp(sp.DateOf(s.At).Add(30), by(sp.RoleLinkWorker, 99))
		return r.CallOffFollowUp(reason.Because(reason.Died), s)
	},
	"send feedback": func(r *referral.Referral, s sp.Stamp) error { return r.SendFeedback("D-1", s) },
	"acknowledge feedback": func(r *referral.Referral, s sp.Stamp) error {
		_ = r.SendFeedback("D-1", by(sp.RoleLinkWorker, 99))
		return r.AcknowledgeFeedback("D-1", s)
	},
	"code feedback": func(r *referral.Referral, s sp.Stamp) error {
		_ = r.SendFeedback("D-1", by(sp.RoleLinkWorker, 99))
		return r.CodeFeedback("D-1", "871731000000106", s)
	},
	"enter in error": func(r *referral.Referral, s sp.Stamp) error {
		return alone(r).EnterInError(reason.Because(reason.Mistake), s)
	},
}

func TestEventsAreStoredUnderTheirNames(t *testing.T) {
	why, list := reason.Because(reason.NoCapacity), []needs.Code{needs.Loneliness, needs.Debt}
	goldentest.Equal(t, "testdata/events.txt", goldentest.Events(t, referral.Table().Events(), referral.DecodeEvent,
		referral.Received{Person: "P-1", Urgency: referral.Soon, Reasons: list, Source: "gp", From: "bay/practice-1", Previous: "R-0", AgeBand: "0-17", Medium: referral.Structured},
		referral.Triaged{Criteria: "bay-1", Fits: sp.No, Failed: []string{"adult"}, Unknown: []string{"lives-here"}},
		referral.Accepted{Worker: "ann"},
		referral.Declined{Reason: why, Needs: list},
		referral.Rerouted{To: "bay/team", Reason: why},
		referral.Expired{Reason: why, Needs: list},
		referral.WithdrawalAsked{Reason: why},
		referral.Withdrawn{Reason: why},
		referral.Assigned{Worker: "ben"},
		referral.Prioritised{Urgency: referral.Urgent},
		referral.Attempted{Channel: person.Phone},
		referral.Contacted{Channel: referral.Visit, Minutes: 45},
		referral.CheckedIn{Channel: person.Phone, Answer: referral.GotWorse},
		referral.Assessed{Assessment: "A-1", Needs: list},
		referral.OptionsShown{
			Needs: list, Options: []directory.ID{"bay/garden", "bay/choir"}, Chosen: []directory.ID{"bay/choir"}, Why: []reason.Choice{reason.ChoseNear},
		},
		referral.PlacementProposed{Placement: "PL-1", Service: "bay/garden", Provider: "bay/green", Needs: list},
		referral.NothingFound{Need: needs.Debt, Reason: why},
		referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"},
		referral.HandOverOffered{Flag: "F-1", To: "crisis-team"},
		referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: concern.Unconfirmed},
		referral.HandedOver{Flag: "F-1", To: "crisis-team"},
		referral.FollowUpPlanned{On: sp.NewDate(2026, 6, 1)},
		referral.FollowedUp{},
		referral.FollowUpCalledOff{Reason: why},
		referral.FeedbackSent{Document: "D-1"},
		referral.FeedbackAcknowledged{Document: "D-1"},
		referral.FeedbackCoded{Document: "D-1", Code: "871731000000106"},
		referral.Closed{Result: needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt}}, Reason: why, Policy: "bay-1"},
		referral.EnteredInError{Reason: why},
	))
	for name, want := range map[store.EventType]store.Event{"placement.accepted": placement.Accepted{}, "session.attended": session.Attended{}} {
		got, err := referral.DecodeEvent(name, []byte("{}"))
		require.NoError(t, err)
		require.Equal(t, want, got, "the decoder of the log knows the whole pathway")
	}
	for _, name := range []store.EventType{"referral.accepted", "placement.declined", "session.missed"} {
		_, err := referral.DecodeEvent(name, []byte(`{"worker":1,"reason":2,"cause":3}`))
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestARefusalSaysWhatWouldHaveBeenLegal(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateReceived)
	err := alone(r).Close(needs.Result{Outcome: needs.Met}, by(sp.RoleLinkWorker, 1))
	te, ok := errors.AsType[*transition.Refusal](err)
	require.True(t, ok)
	require.Equal(t, []string{"active"}, te.States)
	require.Contains(t, te.Legal, "accept")
	require.ErrorIs(t, err, sp.ErrInvalid)

	err = r.Accept("ann", by(sp.RoleReferrer, 1))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.ErrorContains(t, err, "is not yours to do; a link worker may")
}

func TestACommandThatComesTwiceHappensOnceAndOneThatComesTooLateIsRefused(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateReceived)
	key := by(sp.RoleLinkWorker, 1).Under("k-1")
	require.NoError(t, r.Accept("ann", key))
	require.NoError(t, r.Contact(person.Phone, 10, by(sp.RoleLinkWorker, 2)))
	again := by(sp.RoleLinkWorker, 2).Under("k-1")
	require.NoError(t, r.Accept("ann", again), "though things have moved on since")
	require.ErrorIs(t, r.Accept("ben", again), sp.ErrInvalid, "what was asked under that key was something else")
	require.ErrorContains(t, r.Accept("ann", by(sp.RoleLinkWorker, 2)), "cannot be done now")
	require.Equal(t, referral.WorkerID("ann"), r.Worker())

	p := referraltest.Placement("PL-1", placement.StateOffered)
	require.NoError(t, p.Decline(reason.Because(reason.NoCapacity), by(sp.RoleProvider, 6)))
	require.Error(t, p.Start(by(sp.RoleProvider, 7)), "messages in the wrong order are refused, and change nothing")
	require.Equal(t, placement.StateDeclined, p.State())
}

func TestAReferralWithoutAnAuthorizerAllowsNothing(t *testing.T) {
	_, err := referraltest.Receive(referraltest.Submission("R-1"), nil, by(sp.RoleReferrer, 0))
	require.ErrorIs(t, err, sp.ErrDenied)
	_, err = referraltest.Receive(referraltest.Submission("R-1"), referraltest.Only{"receive"}, by(sp.RoleReferrer, 0))
	require.NoError(t, err)
}

// witness is a remit that keeps what it was asked, and allows it.
type witness []transition.Act

func (w *witness) Authorize(_ sp.Actor, do transition.Act) error {
	*w = append(*w, do)
	return nil
}

func TestAReferralAsksItsAuthorizerWhatIsToBeDoneAndForWhom(t *testing.T) {
	var remit witness
	r, err := referraltest.Receive(referraltest.Submission("R-1"), &remit, by(sp.RoleReferrer, 0))
	require.NoError(t, err)
	require.NoError(t, r.Accept("ann", by(sp.RoleLinkWorker, 1)))
	require.Equal(t, witness{
		{Machine: "referral", Command: "receive", ID: "R-1", Person: "P-1"},
		{Machine: "referral", Command: "accept", ID: "R-1", Person: "P-1", To: "ann", Attributes: []transition.Attribute{
			{Name: "urgency", Text: "routine"}, {Name: "need", Text: "loneliness"}, {Name: "need", Text: "debt"},
		}},
	}, remit)
}

func TestWhatASubmissionLacksIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*referral.Submission)
		path string
	}{
		{"an ID is required", func(s *referral.Submission) { s.ID = "" }, "id"},
		{"an ID is no sentence", func(s *referral.Submission) { s.ID = "the lady from number 5" }, "id"},
		{"a person is required", func(s *referral.Submission) { s.Person = "" }, "person"},
		{"an urgency is required", func(s *referral.Submission) { s.Urgency = "" }, "urgency"},
		{"an urgency that is none is refused", func(s *referral.Submission) { s.Urgency = "yesterday" }, "urgency"},
		{"a reason is required", func(s *referral.Submission) { s.Reasons = nil }, "reasons"},
		{"a reason is a code and no sentence", func(s *referral.Submission) { s.Reasons = []needs.Code{"She is lonely"} }, "reasons[0]"},
		{"a reason is given once", func(s *referral.Submission) { s.Reasons = []needs.Code{"debt", "debt"} }, "reasons[1]"},
		{"a referral does not follow itself", func(s *referral.Submission) { s.Previous = s.ID }, "previous"},
		{"a source is a code", func(s *referral.Submission) { s.Source = "The GP" }, "source"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := referraltest.Submission("R-1")
			tt.edit(&a)
			_, err := referraltest.Receive(a, referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
			invalid, ok := errors.AsType[*sp.InvalidError](err)
			require.True(t, ok, err)
			require.Equal(t, tt.path, invalid.Fields[0].Path)
		})
	}
	a := referraltest.Submission("R-1")
	a.Reasons = []needs.Code{"local-need-of-this-scheme"}
	own, issues := needs.ReadTaxonomy("bay", "1", strings.NewReader("code,kind,domain,display,definition\nlocal-need-of-this-scheme,need,social,x,y\n"), nil)
	require.Empty(t, issues)
	a.Taxonomy = own
	_, err := referraltest.Receive(a, referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
	require.NoError(t, err, "a code that the taxonomy in use knows is kept")
}

func TestNoReferralEndsWhileAFlagIsOpen(t *testing.T) {
	ends := map[string]referral.State{
		"decline": referral.StateReceived, "reroute": referral.StateReceived, "expire": referral.StateAccepted,
		"close": referral.StateActive, "give up": referral.StateActive, "withdraw": referral.StateActive, "enter in error": referral.StateActive,
	}
	for command, state := range ends {
		t.Run(command, func(t *testing.T) {
			r := referraltest.Referral("R-1", state)
			if state.Open() && state != referral.StateReceived {
				require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 4)))
			}
			require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RolePerson, 5)))
			require.NoError(t, r.OfferHandOver("F-1", "crisis-team", by(sp.RoleLinkWorker, 6)))
			err := commands[command](r, by(sp.RoleLinkWorker, 6))
			require.ErrorContains(t, err, "every flag is in other hands, or was found to be none (F-1)")
			require.Equal(t, state, r.State())
			require.ErrorIs(t, r.AcceptHandOver("F-1", "crisis-team", "", by(sp.RoleLinkWorker, 6)), sp.ErrDenied, "whoever carries it cannot say yes for others")
			require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(6)))
			require.ErrorIs(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(6)), sp.ErrInvalid, "once is enough")
			require.NoError(t, commands[command](r, by(sp.RoleLinkWorker, 7)))
			require.False(t, r.State().Open())
		})
	}
}

func TestAReferralOfSomebodyWhoComesBackIsANewEpisode(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateClosed)
	again, err := r.ReferAgain(referral.Submission{ID: "R-2", Urgency: referral.Soon, Reasons: []needs.Code{needs.Grief}}, by(sp.RoleReferrer, 400))
	require.NoError(t, err)
	require.Equal(t, referral.ID("R-1"), again.Previous())
	require.Equal(t, r.Person(), again.Person())
	require.Equal(t, referral.StateClosed, r.State())
	_, err = referraltest.Referral("R-3", referral.StateActive).ReferAgain(referral.Submission{ID: "R-4"}, by(sp.RoleReferrer, 400))
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = r.ReferAgain(referral.Submission{ID: "R-5", Person: "P-2", Urgency: referral.Soon, Reasons: []needs.Code{needs.Grief}}, by(sp.RoleReferrer, 400))
	require.ErrorIs(t, err, sp.ErrInvalid, "an episode stays with its person")
	again, err = r.ReferAgain(referral.Submission{ID: "R-6", Person: r.Person(), Urgency: referral.Soon, Reasons: []needs.Code{needs.Grief}}, by(sp.RoleReferrer, 400))
	require.NoError(t, err, "who may be named again")
	require.Equal(t, r.Person(), again.Person())
	_, err = referraltest.Referral("R-7", referral.StateInError).ReferAgain(referral.Submission{ID: "R-8", Urgency: referral.Soon, Reasons: []needs.Code{needs.Grief}}, by(sp.RoleReferrer, 400))
	require.ErrorIs(t, err, sp.ErrInvalid, "what never was has not ended")
}

func TestAReferralNeitherKeepsNorGivesAwayWhatTheCallerHolds(t *testing.T) {
	a := referraltest.Submission("R-1")
	r, err := referraltest.Receive(a, referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
	require.NoError(t, err)
	a.Reasons[0] = "changed"
	r.Needs()[0] = "changed"
	require.Equal(t, []needs.Code{needs.Loneliness, needs.Debt}, r.Needs())
	m := referral.Table()
	m.Rows[0].From[0] = "changed"
	require.Equal(t, []referral.State{""}, referral.Table().Rows[0].From)
}

func TestAReferralPrintsAndLogsAsItsID(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	p := referraltest.Placement("PL-1", placement.StateAccepted)
	x := referraltest.Session("S-1", session.StatePlanned)
	var offers []*placement.Placement
	for _, id := range []placement.ID{"PL-2", "PL-3"} {
		a := referraltest.Proposal(id)
		a.Group = "G-1"
		offer, err := referraltest.Propose(a, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 4))
		require.NoError(t, err)
		offers = append(offers, offer)
	}
	g, err := placement.Together("G-1", offers...)
	require.NoError(t, err)
	c := &referral.Case{Referral: r, Placements: []*placement.Placement{p}, Sessions: []*session.Session{x}}
	for want, v := range map[string]any{"referral R-1": r, "placement PL-1": p, "session S-1": x, "placement-group G-1": g} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "a", v)
		require.Contains(t, log.String(), `"a":"`+want+`"`)
		require.Equal(t, strings.Repeat(want+" ", 6), fmt.Sprintf("%v %+v %#v %d %s %q ", v, v, v, v, v, v))
	}
	for _, v := range []any{c, *c, []any{r, p, x, g}} {
		require.NotRegexp(t, "P-1|loneliness|bay", fmt.Sprintf("%v %+v %#v %s %q", v, v, v, v, v))
	}
}
