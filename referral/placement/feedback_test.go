package placement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
)

func TestProvidersAreOwedNewsOfWhatOthersDecided(t *testing.T) {
	offered, started := placement.StateOffered, placement.StateStarted
	for _, tt := range []struct {
		name string
		from placement.State
		end  func(p *placement.Placement) error
		owed bool
	}{
		{"declined by the person", offered, func(p *placement.Placement) error {
			return p.Decline(reason.Because(reason.PersonsChoice), by(sp.RolePerson, 20))
		}, true},
		{"declined by the provider", offered, func(p *placement.Placement) error {
			return p.Decline(reason.Because(reason.NoCapacity), by(sp.RoleProvider, 20))
		}, false},
		{"declined by the provider, as the link worker notes", offered, func(p *placement.Placement) error {
			return p.Decline(reason.Because(reason.NoCapacity), by(sp.RoleLinkWorker, 20))
		}, false},
		{"lapsed", offered, func(p *placement.Placement) error { return p.Lapse(by(sp.RoleSystem, 20)) }, true},
		{"withdrawn by the link worker", started, func(p *placement.Placement) error {
			return p.Withdraw(reason.Because(reason.Moved), by(sp.RoleLinkWorker, 20))
		}, true},
		{"stopped by the person", started, func(p *placement.Placement) error {
			return p.Stop(reason.Because(reason.TooDear), by(sp.RolePerson, 20))
		}, true},
		{"stopped by the provider", started, func(p *placement.Placement) error {
			return p.Stop(reason.Because(reason.NoCapacity), by(sp.RoleProvider, 20))
		}, false},
		{"completed by the provider", started, func(p *placement.Placement) error {
			return p.Complete(needs.Result{Outcome: needs.Met}, by(sp.RoleProvider, 20))
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := referraltest.Placement("PL-1", tt.from)
			require.NoError(t, tt.end(p))
			require.Equal(t, tt.owed, !p.OwedSince().IsZero())
			require.NoError(t, p.SendFeedback("D-1", by(sp.RoleLinkWorker, 21)))
			require.Zero(t, p.OwedSince())
		})
	}
	stopped := referraltest.Placement("PL-1", placement.StateStopped) // by the person, on day 20
	require.NoError(t, stopped.SendFeedback("D-1", by(sp.RoleLinkWorker, 21).Happened(referraltest.Day(15))))
	require.Equal(t, referraltest.Day(20), stopped.OwedSince(), "a letter tells of what had happened when it was sent")
	p := referraltest.Placement("PL-1", placement.StateProposed)
	require.NoError(t, p.Withdraw(reason.Because(reason.Moved), by(sp.RoleLinkWorker, 20)))
	require.Zero(t, p.OwedSince(), "a provider who never heard of it is owed nothing")
}

func TestAProviderHearsThatWhatTheyKnewOfWasAMistake(t *testing.T) {
	for _, state := range placement.Table().States() {
		if state == placement.StateInError {
			continue
		}
		p := referraltest.Placement("PL-1", state)
		if p.May(placement.SendFeedback, by(sp.RoleLinkWorker, 39)) == nil {
			require.NoError(t, p.SendFeedback("D-1", by(sp.RoleLinkWorker, 39)), "%s", state)
		}
		require.NoError(t, p.EnterInError(reason.Because(reason.Mistake), by(sp.RoleLinkWorker, 40)))
		require.Equal(t, state != placement.StateProposed, !p.OwedSince().IsZero(), "%s", state)
	}
}

func TestALetterTellsAProviderOfNoMoreThanHadHappened(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateStopped) // by the person, on day 20
	require.NoError(t, p.EnterInError(reason.Because(reason.Mistake), by(sp.RoleLinkWorker, 40)))
	require.NoError(t, p.SendFeedback("D-1", by(sp.RoleLinkWorker, 41).Happened(referraltest.Day(25))))
	require.Equal(t, referraltest.Day(40), p.OwedSince(), "it was sent before anybody knew of the mistake")
	require.NoError(t, p.SendFeedback("D-2", by(sp.RoleLinkWorker, 42)))
	require.Zero(t, p.OwedSince())
}
