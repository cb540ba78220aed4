package fhir_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// imported reads a case as it comes, and replays it.
func imported(t *testing.T, kept *referral.Case, of fhir.Case, by sp.Stamp) fhir.Report {
	t.Helper()
	bundle, _ := encoder(fhir.England()).Case(of, fhir.Transaction)
	o, err := resource.Parse(bundle.Whole().Append(nil))
	require.NoError(t, err)
	read, ok := resource.BundleOf(o)
	require.True(t, ok)
	c, _, err := decoder(fhir.England()).Case(read)
	require.NoError(t, err)
	lost, err := c.Replay(kept, referraltest.AllowAll{}, by)
	require.NoError(t, err)
	return lost
}

func TestCaseReplayTwiceIsOnce(t *testing.T) {
	reached := map[placement.State]int{}
	for i, c := range cases() {
		db := store.Tenant(memstore.New(), "bay")
		repo := referral.NewRepository(db, referraltest.AllowAll{})
		kept := referral.NewCase(referral.New(c.Referral.ID(), referraltest.AllowAll{}))
		out := fhir.CaseOf(c)
		by := referraltest.By(sp.RoleLinkWorker, 95)
		lost := imported(t, kept, out, by)
		require.NoError(t, store.Save(t.Context(), db, kept), "%s: %s", c.Referral, lost)
		if kept.Referral.State() != c.Referral.State() {
			require.NotEmpty(t, lost.Under("referral.state"), "%s %s", kept.Referral.State(), c.Referral)
		}
		for j, p := range c.Placements {
			known, there := kept.Placement(p.ID())
			if !there || known.State() != p.State() {
				require.NotEmpty(t, lost.Under("placements["+string(rune('0'+j))+"]"), "%s", c.Referral)
				continue
			}
			reached[p.State()]++
		}
		again, err := repo.Case(t.Context(), c.Referral.ID())
		require.NoError(t, err)
		imported(t, again, out, referraltest.By(sp.RoleLinkWorker, 96))
		batch, err := again.Pending()
		require.NoError(t, err)
		require.Empty(t, batch.Events, "case %d, %s: %s", i, c.Referral, lost)
	}
	for _, state := range []placement.State{
		placement.StateProposed, placement.StateOffered, placement.StateAccepted, placement.StateStarted, placement.StateCompleted, placement.StateStopped, placement.StateDeclined,
	} {
		require.Positive(t, reached[state], "%s is not replayed anywhere", state)
	}
}

func TestCaseReplayReportsWhatOurMachineDoesNotAllow(t *testing.T) {
	kept := func(state placement.State) *referral.Case {
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
		c.Placements = append(c.Placements, referraltest.PlacementOf(placement.Proposal{ID: "PL-1", Referral: "R-1", Person: c.Referral.Person(), Service: "bay/S-1", Provider: "bay/green", Needs: []needs.Code{needs.Loneliness}}, state))
		return c
	}
	for _, tt := range []struct {
		name       string
		here, said placement.State
		day        int
		recorded   bool
	}{
		{"one step", placement.StateAccepted, placement.StateStarted, 80, true},
		{"the end of what goes on", placement.StateStarted, placement.StateCompleted, 80, true},
		{"two steps at once", placement.StateOffered, placement.StateStarted, 80, false},
		{"a step back", placement.StateStarted, placement.StateAccepted, 80, false},
		{"out of an end", placement.StateDeclined, placement.StateAccepted, 80, false},
		{"what is older than what is known", placement.StateAccepted, placement.StateStarted, 1, false},
		{"a word that nobody knows", placement.StateAccepted, "", 80, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := kept(tt.here)
			said := fhir.CaseOf(kept(tt.here))
			said.Placements[0].State, said.Placements[0].Changed = tt.said, referraltest.Day(tt.day)
			said.Placements[0].Result.Outcome = "unknown"
			before := 0
			for range c.Placements[0].History() {
				before++
			}
			lost, err := said.Replay(c, referraltest.AllowAll{}, referraltest.By(sp.RoleLinkWorker, 90))
			require.NoError(t, err)
			after := 0
			for range c.Placements[0].History() {
				after++
			}
			if tt.recorded {
				require.Equal(t, tt.said, c.Placements[0].State(), "%s", lost)
				require.Equal(t, before+1, after)
				return
			}
			require.Equal(t, before, after)
			require.NotEmpty(t, lost.Under("placements[0].state"))
		})
	}
}

func TestCaseReplayIsForOnePersonAndReferral(t *testing.T) {
	c := linked()
	for name, change := range map[string]func(c *fhir.Case){
		"of another referral":             func(c *fhir.Case) { c.Referral.ID = "R-2" },
		"of a placement of somebody else": func(c *fhir.Case) { c.Placements[0].Person = "P-2" },
		"of a session of somebody else":   func(c *fhir.Case) { c.Sessions = make([]fhir.Session, 1); c.Sessions[0].Person = "P-2" },
	} {
		t.Run(name, func(t *testing.T) {
			other := linked()
			change(&other)
			kept := referral.NewCase(referral.New("R-1", referraltest.AllowAll{}))
			_, err := other.Replay(kept, referraltest.AllowAll{}, referraltest.By(sp.RoleLinkWorker, 90))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.Empty(t, kept.Referral.State())
		})
	}
	kept := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	c.Referral.Person = "P-somebody-else"
	c.Placements = nil
	_, err := c.Replay(kept, referraltest.AllowAll{}, referraltest.By(sp.RoleLinkWorker, 90))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, err.Error(), "somebody-else")
}

// A permission that was withdrawn between export and import counts here, and a provider has
// no more rights by a bundle than by themselves.
func TestCaseReplayAsksThePermissionAndTheRoleHere(t *testing.T) {
	kept := referral.NewCase(referral.New("R-1", referraltest.AllowAll{}))
	c := linked()
	lost, err := c.Replay(kept, nobody{}, referraltest.By(sp.RoleLinkWorker, 90))
	require.NoError(t, err)
	require.Equal(t, placement.StateProposed, kept.Placements[0].State(), "nothing is disclosed")
	require.NotEmpty(t, lost.Of(fhir.Refused).Under("placements[0].state"))

	kept = referral.NewCase(referral.New("R-1", referraltest.AllowAll{}))
	lost, err = c.Replay(kept, referraltest.AllowAll{}, referraltest.By(sp.RoleProvider, 90))
	require.NoError(t, err)
	require.Empty(t, kept.Referral.State(), "a provider refers nobody")
	require.NotEmpty(t, lost.Of(fhir.Refused).Under("referral.state"))
	require.NotContains(t, lost.String(), "P-1")
}

// nobody may see anything.
type nobody struct{}

func (nobody) See(sp.Actor, person.ID, string) error { return sp.ErrDenied }
