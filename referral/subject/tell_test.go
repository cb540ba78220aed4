package subject_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
)

// wished is what a provider needs to know.
func wished() []consent.Item {
	return []consent.Item{{Field: "need", Code: "loneliness"}, {Field: "name"}, {Field: "telephone-number"}}
}

func sending(items ...consent.Item) placement.Sending {
	return placement.Sending{Level: placement.FullReferral, Items: items}
}

// proposed returns the file of P-1, who lets providers know some kinds of things, and their
// case, in which a place in a garden is proposed.
func proposed(kinds ...consent.Kind) (*subject.File, *referral.Case, error) {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	p, err := person.Register(person.Person{ID: "P-1", Name: sp.Hide(person.Name{Given: "June"}), Born: sp.Hide(sp.NewDate(1950, 5, 1))}, worker(0))
	if err != nil {
		return nil, nil, err
	}
	r := referral.New("R-1", all)
	reg := register.New("P-1", all)
	for _, do := range []func() error{
		func() error {
			return r.Receive(referral.Submission{Person: "P-1", Urgency: referral.Routine, Source: "gp", Reasons: []needs.Code{needs.Loneliness}}, referraltest.By(sp.RoleReferrer, 0))
		},
		func() error { return r.Accept(referraltest.Worker, worker(1)) },
		func() error { return r.Contact(person.Phone, 30, worker(2)) },
		func() error { return reg.Open(consent.England, worker(1)) },
		func() error {
			return reg.Choose(consent.Choice{
				ID: "C-1", By: "P-1", As: consent.Themself, Given: consent.Spoken, Wording: consent.Wording{ID: "sharing", Version: "3"},
				Scope: consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{string(consent.ToProvider)}, Kinds: kinds},
			}, worker(2))
		},
		func() error { return store.Save(ctx, db, p, r, reg) },
	} {
		if err := do(); err != nil {
			return nil, nil, err
		}
	}
	c, err := referral.NewRepository(db, all).Case(ctx, "R-1")
	if err != nil {
		return nil, nil, err
	}
	_, err = c.Propose(placement.Proposal{ID: "PL-1", Service: "bay/garden", Provider: "bay/green", Needs: []needs.Code{needs.Loneliness}}, worker(3))
	if err != nil {
		return nil, nil, err
	}
	f, err := subject.LoadFile(ctx, db, all, "P-1")
	return f, c, err
}

// June agrees that providers hear what she needs, who she is and how to reach her. The garden
// is asked with the first of these, and learns the rest with its yes.
func ExampleFile_Ask() {
	f, c, err := proposed(consent.Needs, consent.Identity, consent.Contact)
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, pl := consent.StandardPolicy(), c.Placements[0]
	fmt.Println(f.Ask(policy, pl, sending(wished()...), worker(4)))
	fmt.Println(pl.Disclosed())

	fmt.Println(pl.Accept(referraltest.By(sp.RoleProvider, 5)))
	fmt.Println(f.Disclose(policy, pl, "PL-1-yes", pl.Untold(), worker(5)))
	for _, t := range f.Register.Told() {
		fmt.Println(t.ID, t.Ask.To, t.Ask.Stage, t.Items)
	}
	// Output:
	// <nil>
	// [{need loneliness}]
	// <nil>
	// <nil>
	// PL-1-ask bay/green with-question [{need loneliness}]
	// PL-1-yes bay/green once-yes [{name } {telephone-number }]
}

func TestAskTellsAProviderNoMoreThanTheQuestionNeeds(t *testing.T) {
	everything := []consent.Kind{consent.Needs, consent.Identity, consent.Contact}
	need := wished()[:1]
	for _, c := range []struct {
		name      string
		agreed    []consent.Kind
		items     []consent.Item
		now, kept []consent.Item
		withheld  []string // and then nobody is asked
	}{
		{"the need with the question, and who it is with the yes", everything, wished(), need, wished()[1:], nil},
		{"nothing but the need", everything, need, need, nil, nil},
		{"nothing with the question", everything, wished()[1:], nil, wished()[1:], nil},
		{"nobody is asked where one thing may not be told", everything[:2], wished(), nil, nil, []string{"telephone-number"}},
		{"nor where nothing else may", everything[:1], wished(), nil, nil, []string{"name", "telephone-number"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, k, err := proposed(c.agreed...)
			require.NoError(t, err)
			pl := k.Placements[0]
			err = f.Ask(consent.StandardPolicy(), pl, sending(c.items...), worker(4).Under("k-1"))
			if len(c.withheld) > 0 {
				var refused *placement.DisclosureError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, c.withheld, refused.Fields)
				require.ErrorIs(t, err, sp.ErrDenied)
				require.Equal(t, placement.StateProposed, pl.State())
				require.Empty(t, f.Register.Told())
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.now, pl.Sent().Disclosed)
			require.Equal(t, c.kept, pl.Sent().OnceYes)
			require.NoError(t, f.Ask(consent.StandardPolicy(), pl, sending(c.items...), worker(4).Under("k-1")), "twice is once")
			require.Len(t, f.Register.Told(), min(1, len(c.now)))
		})
	}
}

// What a policy decides of the question may be another thing by the time at which it comes again.
func TestAskThatComesAgainIsKnownByWhatItAsked(t *testing.T) {
	f, k, err := proposed(consent.Needs, consent.Identity, consent.Contact)
	require.NoError(t, err)
	pl, s := k.Placements[0], worker(4).Under("k-1")
	late := placement.Sending{Level: placement.FullReferral, Items: wished(), ReplyBy: referraltest.Day(20)}
	require.NoError(t, f.Ask(consent.StandardPolicy(), pl, late, s))
	lax := consent.StandardPolicy()
	lax.AfterYes = nil
	other := s
	other.By.ID = "another"
	for name, c := range map[string]struct {
		policy *consent.Policy
		how    placement.Sending
		s      sp.Stamp
		known  bool
	}{
		"the same":                       {consent.StandardPolicy(), late, s, true},
		"the same, in another order":     {consent.StandardPolicy(), placement.Sending{Level: late.Level, Items: wished()[1:], OnceYes: wished()[:1], ReplyBy: late.ReplyBy}, s, true},
		"the same, under a laxer policy": {lax, late, s, true},
		"less":                           {consent.StandardPolicy(), sending(wished()[:1]...), s, false},
		"to be answered earlier":         {consent.StandardPolicy(), placement.Sending{Level: late.Level, Items: wished(), ReplyBy: referraltest.Day(19)}, s, false},
		"to another kind of provider":    {consent.StandardPolicy(), placement.Sending{Level: late.Level, Items: wished(), Audience: consent.Health, ReplyBy: late.ReplyBy}, s, false},
		"by somebody else":               {consent.StandardPolicy(), late, other, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := f.Ask(c.policy, pl, c.how, c.s)
			require.Len(t, f.Register.Told(), 1)
			if c.known {
				require.NoError(t, err)
				return
			}
			var refused *transition.Refusal
			require.ErrorAs(t, err, &refused)
			require.Equal(t, transition.KeyTaken, refused.Code)
		})
	}
}

func TestAskWithoutAFileAPolicyOrARegisterTellsNobody(t *testing.T) {
	f, c, err := proposed(consent.Needs, consent.Identity, consent.Contact)
	require.NoError(t, err)
	pl := c.Placements[0]
	require.ErrorIs(t, f.Ask(nil, pl, sending(wished()...), worker(4)), sp.ErrInvalid)
	require.ErrorIs(t, f.Ask(consent.StandardPolicy(), nil, sending(wished()...), worker(4)), sp.ErrInvalid)
	theirs := referraltest.Proposal("PL-9")
	theirs.Person = "P-2"
	other := referraltest.PlacementOf(theirs, placement.StateProposed)
	require.ErrorIs(t, f.Ask(consent.StandardPolicy(), other, sending(wished()...), worker(4)), sp.ErrInvalid, "of somebody else")
	f.Register = register.New("P-1", all) // which nobody has opened
	require.Error(t, f.Ask(consent.StandardPolicy(), pl, sending(wished()...), worker(4)))
	require.Equal(t, placement.StateProposed, pl.State())
}

func TestDiscloseAsksAgainWhatThePersonHasTakenBackSince(t *testing.T) {
	f, c, err := proposed(consent.Needs, consent.Identity, consent.Contact)
	require.NoError(t, err)
	policy, pl := consent.StandardPolicy(), c.Placements[0]
	require.NoError(t, f.Ask(policy, pl, sending(wished()...), worker(4)))
	require.NoError(t, pl.Accept(referraltest.By(sp.RoleProvider, 5)))
	require.NoError(t, f.Register.Withdraw("C-1", worker(6)))
	err = f.Disclose(policy, pl, "PL-1-yes", pl.Untold(), worker(7))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.Len(t, f.Register.Told(), 1)
	require.Equal(t, wished()[:1], pl.Disclosed())
}

func TestGrantTellsAProviderWhatItAskedForAndAnswersIt(t *testing.T) {
	f, c, err := proposed(consent.Needs, consent.Identity, consent.Contact)
	require.NoError(t, err)
	policy, pl := consent.StandardPolicy(), c.Placements[0]
	require.NoError(t, f.Ask(policy, pl, sending(wished()[:1]...), worker(4)))
	asks := register.Requested{Request: "M-1", By: "bay/green", As: consent.ToProvider, Fields: []string{"address"}, Reason: "home-visit"}
	require.NoError(t, f.Register.Request(asks, worker(4)))

	require.ErrorIs(t, f.Grant(policy, "M-9", c.Placements, "T-1", worker(5)), sp.ErrNotFound, "no such request")
	require.ErrorIs(t, f.Grant(policy, "M-1", c.Placements, "T-1", worker(5)), sp.ErrNotFound, "they have not said yes")
	require.NoError(t, pl.Accept(referraltest.By(sp.RoleProvider, 5)))
	require.ErrorIs(t, f.Grant(policy, "M-1", nil, "T-1", worker(6)), sp.ErrNotFound, "of no placement")
	require.Len(t, f.Register.Told(), 1)

	require.NoError(t, f.Grant(policy, "M-1", c.Placements, "T-1", worker(6)))
	require.Equal(t, []consent.Item{{Field: "address"}}, f.Register.Told()[1].Items)
	require.False(t, f.Register.Requests()[0].Answered.IsZero())
	require.Contains(t, pl.Disclosed(), consent.Item{Field: "address"})
	require.Error(t, f.Grant(policy, "M-1", c.Placements, "T-2", worker(7)), "answered already")
}

// Whatever somebody agrees to, takes back and is asked: what a placement says that its provider
// was told is what the register of the person says, and the policy allowed all of it.
func TestWhatAProviderWasToldStandsInTheRegisterOfThePerson(t *testing.T) {
	policy, kinds := consent.StandardPolicy(), []consent.Kind{consent.Needs, consent.Identity, consent.Contact}
	asks := append(wished(), consent.Item{Field: "address"}, consent.Item{Field: "notes"}, consent.Item{Field: "need", Code: "debt"})
	rapid.Check(t, func(rt *rapid.T) {
		f, c, err := proposed(rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 1, 3, rapid.ID).Draw(rt, "agreed")...)
		require.NoError(rt, err)
		pl, items := c.Placements[0], rapid.SliceOfNDistinct(rapid.SampledFrom(asks), 1, 4, rapid.ID).Draw(rt, "items")
		err = f.Ask(policy, pl, sending(items...), worker(4))
		require.Equal(rt, err == nil, pl.State() == placement.StateOffered)
		if err != nil {
			require.ErrorIs(rt, err, sp.ErrDenied)
			require.Empty(rt, f.Register.Told())
			return
		}
		require.NoError(rt, pl.Accept(referraltest.By(sp.RoleProvider, 5)))
		if rapid.Bool().Draw(rt, "taken back") {
			require.NoError(rt, f.Register.Withdraw("C-1", worker(6)))
		}
		yes := f.Disclose(policy, pl, "PL-1-yes", pl.Untold(), worker(7))
		require.Equal(rt, yes == nil, len(pl.Untold()) == 0, "all of it, or nothing")
		var told []consent.Item
		for _, x := range f.Register.Told() {
			require.Equal(rt, "bay/green", x.Ask.To)
			told = append(told, x.Items...)
		}
		require.ElementsMatch(rt, pl.Disclosed(), told)
		once := map[consent.Item]bool{}
		for _, item := range told {
			once[item] = true
		}
		require.Len(rt, told, len(once), "each once")
	})
}

func TestOfFindsWhomSomethingIsAboutWithoutAPermission(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db,
		referraltest.Referral("R-1", referral.StateActive), referraltest.Placement("PL-1", placement.StateAccepted), referraltest.Session("S-1", session.StatePlanned)))
	for _, id := range []string{"R-1", "PL-1", "S-1"} {
		of, err := subject.Of(ctx, db, id)
		require.NoError(t, err, id)
		require.Equal(t, person.ID("P-1"), of, id)
	}
	_, err := subject.Of(ctx, db, "R-2")
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, err = subject.Of(ctx, store.Tenant(memstore.New(), "dale"), "R-1")
	require.ErrorIs(t, err, sp.ErrNotFound, "of another tenant")
	gone := storetest.Faulty(db, storetest.Fault{Op: storetest.Get, Nth: 1, Err: io.ErrUnexpectedEOF})
	_, err = subject.Of(ctx, gone, "R-1")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "not known is not nobody")
}

// Without a key nobody knows that a command comes again.
func TestAskThatComesAgainWithoutAKeyIsASecondOne(t *testing.T) {
	f, c, err := proposed(consent.Needs, consent.Identity, consent.Contact)
	require.NoError(t, err)
	pl := c.Placements[0]
	require.NoError(t, f.Ask(consent.StandardPolicy(), pl, sending(wished()...), worker(4)))
	require.ErrorContains(t, f.Ask(consent.StandardPolicy(), pl, sending(wished()...), worker(4)), "cannot be done now, only while proposed")
	at := worker(5).At
	require.Equal(t, consent.Ask{To: "bay/green", As: consent.ToProvider, Purpose: consent.DirectCare, Service: "bay/garden", At: at}, subject.ToProvider("bay/green", "bay/garden", at))
}
