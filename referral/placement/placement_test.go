package placement_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func by(role sp.Role, day int) sp.Stamp { return referraltest.By(role, day) }

// commands gives each command of a placement with valid input.
var commands = map[string]func(*placement.Placement, sp.Stamp) error{
	"offer": func(p *placement.Placement, s sp.Stamp) error {
		return p.Offer(referraltest.Sending(), referraltest.AllowAll{}, s)
	},
	"disclose": func(p *placement.Placement, s sp.Stamp) error {
		return p.Disclose(placement.Disclosure{Items: []placement.Item{{Field: "telephone-number"}}}, referraltest.AllowAll{}, s)
	},
	"note adjustments": func(p *placement.Placement, s sp.Stamp) error {
		return p.NoteAdjustments(placement.AdjustmentsNoted{Met: []string{"ramp"}, NotMet: []string{"quiet-room"}}, s)
	},
	"accept":       func(p *placement.Placement, s sp.Stamp) error { return p.Accept(s) },
	"wait-list":    func(p *placement.Placement, s sp.Stamp) error { return p.WaitList(sp.NewDate(2026, 9, 1), s) },
	"decline":      func(p *placement.Placement, s sp.Stamp) error { return p.Decline(reason.Because(reason.TooFar), s) },
	"lapse":        func(p *placement.Placement, s sp.Stamp) error { return p.Lapse(s) },
	"withdraw":     func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(reason.Because(reason.Moved), s) },
	"move to step": func(p *placement.Placement, s sp.Stamp) error { return p.MoveTo(session.Phone, session.Anxiety, s) },
	"start":        func(p *placement.Placement, s sp.Stamp) error { return p.Start(s) },
	"complete": func(p *placement.Placement, s sp.Stamp) error {
		outcome := needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}
		if own := map[placement.Level]needs.Outcome{placement.Signpost: needs.Signposted, placement.SelfReferral: needs.SelfReferred}[p.Sent().Level]; own != "" {
			outcome = needs.Result{Outcome: own}
		}
		return p.Complete(outcome, s)
	},
	"stop":          func(p *placement.Placement, s sp.Stamp) error { return p.Stop(reason.Because(reason.TooDear), s) },
	"send feedback": func(p *placement.Placement, s sp.Stamp) error { return p.SendFeedback("D-1", s) },
	"enter in error": func(p *placement.Placement, s sp.Stamp) error {
		return p.EnterInError(reason.Because(reason.Mistake), s)
	},
	"plan session": func(p *placement.Placement, s sp.Stamp) error {
		_, err := referraltest.PlanSession(p, "S-1", s.At, s)
		return err
	},
}

func TestEventsAreStoredUnderTheirNames(t *testing.T) {
	why, about := reason.Because(reason.NoCapacity), placement.About{Referral: "R-1", Service: "bay/garden", Needs: []needs.Code{needs.Loneliness, needs.Debt}}
	goldentest.Equal(t, "testdata/events.txt", goldentest.Events(t, slices.DeleteFunc(placement.Table().Events(), func(name store.EventType) bool { return name == session.EventPlanned }),
		func(name store.EventType, data []byte) (store.Event, error) { return placement.DecodeEvent(name, data) },
		placement.Proposed{Referral: "R-1", Person: "P-1", Service: "bay/garden", Provider: "bay/green", Needs: about.Needs, Step: session.Group, Group: "G-1", Venue: "bay/garden@hall"},
		placement.Offered{Level: placement.FullReferral, Disclosed: []placement.Item{{Field: "name"}, {Field: "need", Code: "debt"}}, ReplyBy: referraltest.Day(19)},
		placement.Disclosed{Items: []placement.Item{{Field: "telephone-number"}}, Authority: consent.Agreement},
		placement.Accepted{},
		placement.WaitListed{Expected: sp.NewDate(2026, 9, 1)},
		placement.Declined{Reason: why, About: about},
		placement.Lapsed{Reason: why, About: about},
		placement.Withdrawn{Reason: why.ParkedUntil(sp.NewDate(2026, 6, 1)), About: about},
		placement.Stepped{Step: session.Home, After: session.Anxiety},
		placement.Started{},
		placement.Completed{Result: needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt}}, About: about},
		placement.Stopped{Reason: why, About: about},
		placement.FeedbackSent{Document: "D-1"},
		placement.EnteredInError{Reason: why},
		placement.AdjustmentsNoted{Met: []string{"ramp"}, NotMet: []string{"quiet-room"}},
	))
}

func TestWhatIsDisclosedDependsOnTheLevelAndThePermission(t *testing.T) {
	items := []placement.Item{{Field: "name"}, {Field: "need", Code: "loneliness"}}
	worker := by(sp.RoleLinkWorker, 5)
	for _, tt := range []struct {
		name       string
		sending    placement.Sending
		permission consent.Permission
		want       error
	}{
		{"a full referral discloses what is permitted", placement.Sending{Level: placement.FullReferral, Items: items}, referraltest.Only{"name", "need"}, nil},
		{"one field that is not permitted stops it", placement.Sending{Level: placement.FullReferral, Items: items}, referraltest.Only{"need"}, sp.ErrDenied},
		{"without a permission to ask nothing is disclosed", placement.Sending{Level: placement.FullReferral, Items: items}, nil, sp.ErrDenied},
		{"a full referral that discloses nothing is none", placement.Sending{Level: placement.FullReferral}, referraltest.AllowAll{}, sp.ErrInvalid},
		{"a signpost needs no permission", placement.Sending{Level: placement.Signpost}, nil, nil},
		{"a signpost discloses nothing", placement.Sending{Level: placement.Signpost, Items: items}, referraltest.AllowAll{}, sp.ErrInvalid},
		{"a self-referral discloses nothing", placement.Sending{Level: placement.SelfReferral, Items: items}, referraltest.AllowAll{}, sp.ErrInvalid},
		{"there is no fourth level", placement.Sending{Level: "shout"}, referraltest.AllowAll{}, sp.ErrInvalid},
		{"a reply cannot be due before it was sent", placement.Sending{Level: placement.Signpost, ReplyBy: referraltest.Day(4)}, nil, sp.ErrInvalid},
		{"a reply is due in a year that can be stored", placement.Sending{Level: placement.Signpost, ReplyBy: time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)}, nil, sp.ErrInvalid},
		{"what a code is meant for takes no text", placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "need", Code: "She is lonely"}}}, referraltest.AllowAll{}, sp.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := referraltest.Placement("PL-1", placement.StateProposed)
			err := p.Offer(tt.sending, tt.permission, worker)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
				require.Equal(t, placement.StateProposed, p.State())
				return
			}
			require.NoError(t, err)
			require.Equal(t, worker.At.AddDate(0, 0, placement.ReplyDays), p.Sent().ReplyBy)
		})
	}
}

func TestARefusedDisclosureNamesTheFieldsAndKeepsTheReasons(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateProposed)
	err := p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}, {Field: "phone"}, {Field: "need"}}}, referraltest.Only{"need"}, by(sp.RoleLinkWorker, 5))
	refused, ok := errors.AsType[*placement.DisclosureError](err)
	require.True(t, ok)
	require.Equal(t, []string{"name", "phone"}, refused.Fields)
	require.Len(t, refused.Reasons, 2)
	may, withheld := placement.Permitted(referraltest.Only{"need"}, "bay/green", "", "P-1", []placement.Item{{Field: "name"}, {Field: "need"}})
	require.Equal(t, []placement.Item{{Field: "need"}}, may)
	require.Equal(t, []placement.Item{{Field: "name"}}, withheld)
}

func TestAPlacementKeepsWhatWasDisclosedAsItWas(t *testing.T) {
	sending := referraltest.Sending()
	p := referraltest.Placement("PL-1", placement.StateProposed)
	require.NoError(t, p.Offer(sending, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
	sending.Items[0].Field = "changed"
	p.Sent().Disclosed[0].Field = "changed"
	require.Equal(t, "name", p.Sent().Disclosed[0].Field)
}

func TestOfTheThreeLevelsOnlyAFullReferralWaitsForAYes(t *testing.T) {
	for _, tt := range []struct {
		level                  placement.Level
		accept, startUnoffered bool
	}{
		{placement.Signpost, false, true},
		{placement.SelfReferral, true, true},
		{placement.FullReferral, true, false},
	} {
		t.Run(string(tt.level), func(t *testing.T) {
			offered := func() *placement.Placement {
				p := referraltest.Placement("PL-1", placement.StateProposed)
				sending := referraltest.Sending()
				if sending.Level = tt.level; tt.level != placement.FullReferral {
					sending.Items = nil
				}
				require.NoError(t, p.Offer(sending, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
				return p
			}
			require.Equal(t, tt.accept, offered().Accept(by(sp.RoleProvider, 6)) == nil)
			require.Equal(t, tt.startUnoffered, offered().Start(by(sp.RolePerson, 6)) == nil)
			_, err := referraltest.PlanSession(offered(), "S-1", referraltest.Day(9), by(sp.RoleLinkWorker, 6))
			require.Equal(t, tt.startUnoffered, err == nil)
		})
	}
}

func TestAPlacementLapsesOnceTheReplyIsOverdueAndNotBefore(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateOffered)
	err := p.Lapse(by(sp.RoleSystem, 18))
	require.ErrorContains(t, err, "the reply is overdue (on 2026-03-21)")
	require.NoError(t, p.Lapse(by(sp.RoleSystem, 19)))
	require.Equal(t, reason.NoReply, p.Reason().Code)

	signposted := referraltest.Placement("PL-2", placement.StateProposed)
	require.NoError(t, signposted.Offer(placement.Sending{Level: placement.Signpost}, nil, by(sp.RoleLinkWorker, 5)))
	require.NoError(t, signposted.Lapse(by(sp.RoleLinkWorker, 19)))
	require.Equal(t, reason.NoNews, signposted.Reason().Code, "nobody was asked who could have answered")

	waiting := referraltest.Placement("PL-3", placement.StateOffered)
	require.NoError(t, waiting.WaitList(0, by(sp.RoleProvider, 8)))
	require.ErrorIs(t, waiting.Lapse(by(sp.RoleSystem, 30)), sp.ErrInvalid, "a place on a waiting list is an answer")
}

func TestAPlacementEndsItsWaitWithTheYes(t *testing.T) {
	for _, tt := range []struct {
		name string
		give func(p *placement.Placement) error
		want bool
	}{
		{"a yes after a place on the waiting list is the place", func(p *placement.Placement) error {
			return errors.Join(p.WaitList(sp.NewDate(2026, 9, 1), by(sp.RoleProvider, 8)), p.Accept(by(sp.RoleProvider, 9)))
		}, false},
		{"a yes can come with a place on the waiting list", func(p *placement.Placement) error {
			return errors.Join(p.Accept(by(sp.RoleProvider, 8)), p.WaitList(sp.NewDate(2026, 9, 1), by(sp.RoleProvider, 9)))
		}, true},
		{"whoever has been there waits no more", func(p *placement.Placement) error {
			return errors.Join(p.Accept(by(sp.RoleProvider, 8)), p.WaitList(sp.NewDate(2026, 9, 1), by(sp.RoleProvider, 9)), p.Start(by(sp.RoleProvider, 10)))
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := referraltest.Placement("PL-1", placement.StateOffered)
			require.NoError(t, tt.give(p))
			_, waiting := p.Waiting()
			require.Equal(t, tt.want, waiting)
		})
	}
}

func TestAMissedSessionIsOfferedAgainWithoutStartingAgain(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateStarted)
	x, err := referraltest.PlanSession(p, "S-1", referraltest.Day(12), by(sp.RoleProvider, 11))
	require.NoError(t, err)
	require.NoError(t, x.Miss(session.Anxiety, by(sp.RoleProvider, 12)))
	advice := session.Advise(x.Plan().Step, x.Cause())
	require.NoError(t, p.MoveTo(advice.Next, x.Cause(), by(sp.RoleLinkWorker, 13)))
	again, err := referraltest.PlanSession(p, "S-2", referraltest.Day(19), by(sp.RoleProvider, 13))
	require.NoError(t, err)
	require.Equal(t, session.Accompanied, again.Plan().Step)
	require.Equal(t, placement.StateStarted, p.State())
}

func TestWhatIsNotedLateOfAPlacementStandsWhereItHappened(t *testing.T) {
	late := func(happened, recorded int) sp.Stamp {
		return by(sp.RoleProvider, recorded).Happened(referraltest.Day(happened))
	}
	p := referraltest.Placement("PL-1", placement.StateAccepted) // on day 7
	require.NoError(t, p.WaitList(sp.NewDate(2026, 5, 1), late(6, 8)))
	_, waiting := p.Waiting()
	require.False(t, waiting, "the yes came after the list")
	require.NoError(t, p.WaitList(sp.NewDate(2026, 7, 1), late(10, 10)))
	require.NoError(t, p.WaitList(sp.NewDate(2026, 6, 1), late(9, 11)))
	day, waiting := p.Waiting()
	require.True(t, waiting)
	require.Equal(t, sp.NewDate(2026, 7, 1), day)
	require.NoError(t, p.MoveTo(session.Home, "", late(12, 12)))
	require.NoError(t, p.MoveTo(session.Phone, "", late(9, 13)))
	require.Equal(t, session.Home, p.Step())
}

func TestAWithdrawalOfTheFirstVersionsIsRead(t *testing.T) {
	got, err := placement.DecodeEvent("placement.withdrawn", []byte(`{"reason":{"code":"moved","whose":"person","effect":"none"}}`))
	require.NoError(t, err)
	require.Equal(t, placement.Withdrawn{Reason: reason.Because(reason.Moved)}, got)
}

func TestTheResultFitsTheNeeds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		result needs.Result
		unmet  []needs.Code
		ok     bool
	}{
		{"met leaves nothing", needs.Result{Outcome: needs.Met}, nil, true},
		{"met with a need left is a contradiction", needs.Result{Outcome: needs.Met, Unmet: []needs.Code{needs.Debt}}, nil, false},
		{"partly met names what is left", needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt}}, []needs.Code{needs.Debt}, true},
		{"partly met must name something", needs.Result{Outcome: needs.PartlyMet}, nil, false},
		{"not met leaves every need", needs.Result{Outcome: needs.NotMet}, []needs.Code{needs.Loneliness, needs.Debt}, true},
		{"a need that it was not for cannot be left", needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Grief}}, nil, false},
		{"unknown says nothing of needs", needs.Result{Outcome: needs.UnknownOutcome}, nil, true},
		{"an outcome is required", needs.Result{}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proposal := referraltest.Proposal("PL-1")
			proposal.Needs = []needs.Code{needs.Loneliness, needs.Debt}
			p, err := referraltest.Propose(proposal, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 4))
			require.NoError(t, err)
			require.NoError(t, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
			require.NoError(t, p.Accept(by(sp.RoleProvider, 6)))
			require.NoError(t, p.Start(by(sp.RoleProvider, 6)))
			err = p.Complete(tt.result, by(sp.RoleProvider, 7))
			require.Equal(t, tt.ok, err == nil, err)
			require.Equal(t, tt.unmet, p.Result().Unmet)
		})
	}
}

func TestPlacementsAreFoundByWhatTheyAre(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	of := func(s placement.State) placement.Proposal {
		a := referraltest.Proposal(placement.ID("PL-" + s))
		a.Service, a.Venue = directory.ID("bay/garden-"+s), directory.ID("bay/garden-"+s+"@hall")
		return a
	}
	for _, s := range placement.Table().States() {
		require.NoError(t, store.Save(ctx, db, referraltest.PlacementOf(of(s), s)))
	}
	repo := placement.NewRepository(db, referraltest.AllowAll{})
	count := func(q placement.Query) (n int) {
		for p, err := range repo.All(ctx, q) {
			require.NoError(t, err)
			again := referraltest.PlacementOf(of(p.State()), p.State())
			require.Equal(t, of(p.State()).Venue, p.Venue())
			require.Equal(t, slices.Collect(again.History()), slices.Collect(p.History()), "what was loaded is what was saved")
			n++
		}
		return n
	}
	require.Equal(t, 10, count(placement.Query{Person: person.ID("P-1"), Provider: directory.ID("bay/green")}))
	require.Equal(t, 2, count(placement.Query{States: []placement.State{placement.StateOffered, placement.StateLapsed}}))
	require.Zero(t, count(placement.Query{Service: "bay/other"}))

	overdue := func(at time.Time) (n int) {
		for p, err := range repo.Overdue(ctx, at) {
			require.NoError(t, err)
			require.Equal(t, placement.StateOffered, p.State())
			n++
		}
		return n
	}
	require.Zero(t, overdue(referraltest.Day(19)), "due today is not overdue")
	require.Equal(t, 1, overdue(referraltest.Day(20)))
}

func TestOneServiceIsOfferedToOnePersonOnceAtATime(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	of := func(id placement.ID, who person.ID, venue directory.ID, s placement.State) *placement.Placement {
		a := referraltest.Proposal(id)
		a.Person, a.Venue = who, venue
		return referraltest.PlacementOf(a, s)
	}
	first := of("PL-1", "P-1", "bay/garden@hall", placement.StateProposed)
	require.NoError(t, store.Save(ctx, db, first))
	err := store.Save(ctx, db, of("PL-2", "P-1", "bay/garden@barn", placement.StateAccepted))
	require.ErrorIs(t, err, sp.ErrExists, "at another venue")
	require.EqualError(t, err, "store: bay/placement/PL-2: another record has its value of unique:open-offer")
	require.NoError(t, store.Save(ctx, db, of("PL-3", "P-1", "", placement.StateDeclined)), "what has ended stands in nobody's way")
	require.NoError(t, store.Save(ctx, db, of("PL-4", "P-2", "", placement.StateProposed)), "somebody else may go too")
	require.NoError(t, first.Withdraw(reason.Because(reason.NoLongerNeeded), by(sp.RoleLinkWorker, 9)))
	require.NoError(t, store.Save(ctx, db, first, of("PL-5", "P-1", "bay/garden@barn", placement.StateProposed)))
}
