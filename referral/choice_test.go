package referral_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestWhatAPersonWasShownAndWhatTheyChoseIsRecorded(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", referral.StateActive)
	options := []directory.ID{"bay/garden", "bay/choir"}
	first := referral.OptionsShown{Needs: []needs.Code{needs.Loneliness}, Options: options, Why: []reason.Choice{reason.NoneThinking}}
	then := first
	then.Chosen, then.Why = options[1:], []reason.Choice{reason.ChoseActivity, "bay:my-sister-goes"}
	require.NoError(t, r.ShowOptions(first, by(sp.RoleLinkWorker, 6)))
	require.NoError(t, r.ShowOptions(then, by(sp.RoleLinkWorker, 9)))
	require.NoError(t, store.Save(t.Context(), db, r))
	r, err := referral.NewRepository(db, nil).Load(t.Context(), "R-1")
	require.NoError(t, err)
	choices := r.Choices()
	require.Len(t, choices, 2)
	require.Equal(t, first, choices[0].Event)
	require.Equal(t, then, choices[1].Event)
	require.True(t, choices[1].Stamp.At.Equal(referraltest.Day(9)))
	options[0] = "bay/changed"
	require.Equal(t, directory.ID("bay/garden"), choices[0].Event.Options[0], "it is the referral's own")
}

func TestReferralRefusesAChoiceThatContradictsItself(t *testing.T) {
	good := func() referral.OptionsShown {
		return referral.OptionsShown{
			Needs: []needs.Code{needs.Loneliness}, Options: []directory.ID{"bay/garden", "bay/choir"}, Chosen: []directory.ID{"bay/choir"},
			Why: []reason.Choice{reason.ChoseNear},
		}
	}
	for path, spoil := range map[string]func(*referral.OptionsShown){
		"needs":      func(x *referral.OptionsShown) { x.Needs = nil },
		"needs[0]":   func(x *referral.OptionsShown) { x.Needs[0] = needs.Inactivity },
		"options":    func(x *referral.OptionsShown) { x.Options, x.Chosen, x.Why = nil, nil, nil },
		"options[0]": func(x *referral.OptionsShown) { x.Options[0] = "not an ID" },
		"options[1]": func(x *referral.OptionsShown) { x.Options[1], x.Chosen[0] = "bay/garden", "bay/garden" },
		"chosen[0]":  func(x *referral.OptionsShown) { x.Chosen[0] = "bay/walks" },
		"chosen[1]":  func(x *referral.OptionsShown) { x.Chosen = append(x.Chosen, "bay/choir") },
		"why[0]":     func(x *referral.OptionsShown) { x.Why[0] = "it is nice there" },
		"why[1]":     func(x *referral.OptionsShown) { x.Why = append(x.Why, reason.ChoseNear) },
	} {
		x := good()
		r := referraltest.Referral("R-1", referral.StateActive)
		require.NoError(t, r.ShowOptions(x, by(sp.RoleLinkWorker, 6)))
		spoil(&x)
		n := len(r.Choices())
		err := r.ShowOptions(x, by(sp.RoleLinkWorker, 7))
		invalid, ok := errors.AsType[*sp.InvalidError](err)
		require.True(t, ok, "%s: %v", path, err)
		require.Equal(t, path, invalid.Fields[0].Path)
		require.Len(t, r.Choices(), n, path)
	}
	for _, mixed := range []func(*referral.OptionsShown){
		func(x *referral.OptionsShown) { x.Chosen = nil },
		func(x *referral.OptionsShown) { x.Why[0] = reason.NoneCost },
	} {
		x := good()
		mixed(&x)
		require.ErrorContains(t, referraltest.Referral("R-1", referral.StateActive).ShowOptions(x, by(sp.RoleLinkWorker, 6)), "why[0]")
	}
}
