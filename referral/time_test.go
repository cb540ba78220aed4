package referral_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// asOf is the stamp of what happened on one day and is recorded on another.
func asOf(role sp.Role, happened, recorded int) sp.Stamp {
	return by(role, recorded).Happened(referraltest.Day(happened))
}

func TestACaseThatEndsCallsOffWhatIsStillToComeAndNothingElse(t *testing.T) {
	for _, tt := range []struct {
		name      string
		end       sp.Stamp // of a case whose session is on day 20
		cancelled bool
	}{
		{"before the session", by(sp.RoleLinkWorker, 15), true},
		{"after it", by(sp.RoleLinkWorker, 25), false},
		{"after it as of a day before", asOf(sp.RoleLinkWorker, 15, 25), true},
		{"at the very moment", by(sp.RoleLinkWorker, 20), false},
		{"before it was planned, as somebody heard later", asOf(sp.RoleLinkWorker, 5, 25), true},
	} {
		for name, ending := range endings {
			if name == "close" || ending.from == referral.StateReceived { // which have no session
				continue
			}
			t.Run(tt.name+", "+name, func(t *testing.T) {
				c, _ := underWay(t, referraltest.AllowAll{})
				if name == "reroute" {
					return // from where nothing was proposed
				}
				if name == "give up" {
					require.NoError(t, c.Referral.Attempt(person.Phone, tt.end))
				}
				require.NoError(t, ending.end(c, tt.end))
				require.Equal(t, tt.cancelled, c.Sessions[0].State() == session.StateCancelled)
				for e := range c.Sessions[0].History() {
					if _, off := e.Event.(session.Cancelled); off {
						require.False(t, e.Stamp.At.Before(referraltest.Day(6)), "nothing is called off before it was planned")
					}
				}
				err := c.Sessions[0].Attend(session.Attended{Minutes: 60}, asOf(sp.RoleProvider, 20, 26))
				if tt.end.Recorded.Before(referraltest.Day(20)) {
					require.ErrorIs(t, err, sp.ErrInvalid, "who was told beforehand did not come")
				} else {
					require.NoError(t, err, "the list of what took place is filled in, whatever was recorded in between")
				}
			})
		}
	}
}

func TestAReferralRecordsADeathAsOfItsDayWhateverHasBegunSince(t *testing.T) {
	c, _ := underWay(t, referraltest.AllowAll{}) // proposed on day 4, its session planned on day 6
	require.NoError(t, c.Referral.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 3)))
	died := asOf(sp.RoleLinkWorker, 3, 10)
	require.NoError(t, c.RecordDeath(died), "which waits for nobody")
	require.False(t, c.Referral.FlaggedSince().IsZero(), "somebody is to look at it, even so")
	began := map[store.EventType]time.Time{}
	for _, e := range c.Timeline() {
		switch e.Event.(type) {
		case referral.Withdrawn, placement.Withdrawn, session.Cancelled:
			began[e.Event.EventType()] = e.Stamp.At
			require.Equal(t, referraltest.Day(10), e.Stamp.Recorded)
		}
	}
	require.Equal(t, map[store.EventType]time.Time{
		"referral.withdrawn": referraltest.Day(3), "placement.withdrawn": referraltest.Day(4), "session.cancelled": referraltest.Day(6),
	}, began, "each ends with the death, or as soon as it began")
}

func TestAReferralDoesNotEndAsOfADayOnWhichSomethingStoodInTheWay(t *testing.T) {
	met := needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}
	t.Run("a flag that was handed over later", func(t *testing.T) {
		for name, ending := range endings {
			r := referraltest.Referral("R-1", ending.from)
			if !ending.from.Open() {
				continue
			}
			require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 5)))
			require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(15)))
			require.ErrorContains(t, ending.end(alone(r), asOf(sp.RoleLinkWorker, 10, 16)), "flag F-1", name)
			require.NoError(t, ending.end(alone(r), by(sp.RoleLinkWorker, 16)), name)
		}
	})
	t.Run("but not a flag that was raised later", func(t *testing.T) {
		r := referraltest.Referral("R-1", referral.StateActive)
		require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 12)))
		require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(15)))
		require.NoError(t, alone(r).Close(met, asOf(sp.RoleLinkWorker, 10, 16)))
	})
	t.Run("an alert that was answered later", func(t *testing.T) {
		a := asked(t, 5, measure.Answers{"9": 1})
		require.NoError(t, a.Escalate("self-harm", "crisis-team", by(sp.RoleLinkWorker, 15)))
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive), a)
		require.ErrorContains(t, c.Close(met, asOf(sp.RoleLinkWorker, 10, 16)), "alert self-harm")
		require.NoError(t, c.Close(met, asOf(sp.RoleLinkWorker, 15, 16)))
	})
	t.Run("a placement that ended later", func(t *testing.T) {
		c, _ := underWay(t, referraltest.AllowAll{})
		require.NoError(t, c.Placements[0].Complete(met, by(sp.RoleProvider, 15)))
		require.NoError(t, c.Placements[0].EnterInError(reason.Because(reason.Mistake), by(sp.RoleLinkWorker, 17)))
		require.ErrorContains(t, c.Close(met, asOf(sp.RoleLinkWorker, 14, 18)), "placement PL-1 has ended")
		require.NoError(t, c.Close(met, asOf(sp.RoleLinkWorker, 15, 18)))
	})
	t.Run("attempts that were made later", func(t *testing.T) {
		r := referraltest.Referral("R-1", referral.StateAccepted)
		require.NoError(t, errors.Join(r.Attempt(person.Phone, by(sp.RoleLinkWorker, 2)), r.Attempt(person.Phone, by(sp.RoleLinkWorker, 9))))
		policy := referral.Unreachable{Name: "bay-1", Attempts: 2}
		require.ErrorContains(t, alone(r).GiveUp(policy, asOf(sp.RoleLinkWorker, 8, 10)), "attempts number 2, not 1")
		require.NoError(t, alone(r).GiveUp(policy, asOf(sp.RoleLinkWorker, 9, 10)))
	})
}

func TestAConcernIsTakenOverAfterItWasRaised(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 10)))
	require.ErrorContains(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(11).Happened(referraltest.Day(4))), "before the concern was raised")
	require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(11).Happened(referraltest.Day(10))))
}

func TestAFollowUpOfAClosedCaseIsCalledOff(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.ErrorContains(t, r.CallOffFollowUp(reason.Because(reason.Died), by(sp.RoleLinkWorker, 9)), "a follow-up is planned")
	require.NoError(t, r.PlanFollowUp(sp.DateOf(referraltest.Day(90)), by(sp.RoleLinkWorker, 9)))
	require.NoError(t, alone(r).Close(needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}, by(sp.RoleLinkWorker, 10)))
	require.NotZero(t, r.FollowUpDue())
	require.ErrorIs(t, r.CallOffFollowUp(reason.Reason{}, by(sp.RoleLinkWorker, 40)), sp.ErrInvalid, "it takes a reason")
	require.NoError(t, r.CallOffFollowUp(reason.Because(reason.Died), by(sp.RoleLinkWorker, 40)))
	require.Zero(t, r.FollowUpDue())
	require.Equal(t, referral.StateClosed, r.State())
}

func TestDaysWithAnAttemptAreThoseOfThePolicysZone(t *testing.T) {
	sydney := time.FixedZone("AEDT", 11*3600)
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	at := func(hour int) sp.Stamp { return sp.By(ann, time.Date(2026, time.March, 10, hour, 0, 0, 0, sydney)) }
	for _, tt := range []struct {
		name string
		zone *time.Location
		ok   bool
	}{{"one day in Sydney", sydney, false}, {"two in UTC", time.UTC, true}, {"and without a zone", nil, true}} {
		t.Run(tt.name, func(t *testing.T) {
			r := referraltest.Referral("R-1", referral.StateAccepted)
			require.NoError(t, errors.Join(r.Attempt(person.Phone, at(10)), r.Attempt(person.Phone, at(12))))
			policy := referral.Unreachable{Name: "bay-1", Attempts: 2, Days: 2, Span: 1, Zone: tt.zone}
			require.Equal(t, tt.ok, alone(r).GiveUp(policy, at(13)) == nil)
		})
	}
}

func TestAReferralTakesForLastWhatTookEffectLast(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, errors.Join(
		r.Assess("A-2", []needs.Code{needs.Grief}, nil, by(sp.RoleLinkWorker, 10)),
		r.Assess("A-1", []needs.Code{needs.Debt}, nil, asOf(sp.RoleLinkWorker, 5, 12)),
		r.Assign("cara", by(sp.RoleLinkWorker, 10)),
		r.Assign("ben", asOf(sp.RoleLinkWorker, 5, 12)),
		r.Prioritise(referral.Urgent, by(sp.RoleLinkWorker, 10)),
		r.Prioritise(referral.Soon, asOf(sp.RoleLinkWorker, 5, 12)),
	))
	require.Equal(t, []needs.Code{needs.Grief}, r.Needs())
	require.Equal(t, referral.WorkerID("cara"), r.Worker())
	require.Equal(t, referral.Urgent, r.Urgency())
	require.NoError(t, r.Contact(person.Phone, 5, sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, referraltest.Day(11)))) // a clock that runs behind
	require.Equal(t, referraltest.Day(12), r.Touched())
	require.NoError(t, errors.Join(
		r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 13)),
		r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Safeguarding, To: "crisis-team"}, asOf(sp.RoleLinkWorker, 12, 14)),
	))
	require.Equal(t, concern.ID("F-2"), r.Concerns()[0].ID, "it was raised first")
}

func TestAReferralRefusesTimesThatCannotBe(t *testing.T) {
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	day := referraltest.Day
	for _, tt := range []struct {
		name  string
		stamp sp.Stamp
		path  string // empty: it is allowed
	}{
		{"something recorded on Monday may have happened on Friday", sp.By(ann, day(7)).Happened(day(4)), ""},
		{"nothing happens before the referral was received", sp.By(ann, day(7)).Happened(day(-1)), "stamp.at"},
		{"nothing is recorded before it happens", sp.By(ann, day(7)).Happened(day(8)), "stamp.at"},
		{"it must be said when it happened", sp.Stamp{By: ann, Recorded: day(7)}, "stamp.at"},
		{"it must be said when it was recorded", sp.Stamp{By: ann, At: day(7)}, "stamp.recorded"},
		{"a year that cannot be stored is a slip", sp.By(ann, time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)), "stamp.at"},
		{"it must be said who did it", sp.By(sp.Actor{Role: sp.RoleLinkWorker}, day(7)), "stamp.by.id"},
		{"a clock that runs behind another is no reason to refuse", sp.By(ann, day(2)), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := referraltest.Referral("R-1", referral.StateActive) // last recorded on day 3
			err := r.Contact(person.Phone, 10, tt.stamp)
			if tt.path == "" {
				require.NoError(t, err)
				return
			}
			invalid, ok := errors.AsType[*sp.InvalidError](err)
			require.True(t, ok, err)
			require.Equal(t, tt.path, invalid.Fields[0].Path)
		})
	}
}

func TestAReferralKeepsTimesAsEveryStoreDoes(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	at := time.Date(2026, 6, 1, 10, 0, 0, 123456789, london)
	r, err := referraltest.Receive(referraltest.Submission("R-1"), referraltest.AllowAll{}, sp.Stamp{By: sp.Actor{ID: "gp", Role: sp.RoleReferrer}, At: at, Recorded: at})
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 6, 1, 9, 0, 0, 123456000, time.UTC), r.Received())
}
