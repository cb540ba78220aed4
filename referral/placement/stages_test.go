package placement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var (
	name, number = placement.Item{Field: "name"}, placement.Item{Field: "telephone-number"}
	lonely       = placement.Item{Field: placement.FieldNeed, Code: string(needs.Loneliness)}
	abuse        = placement.Item{Field: placement.FieldNeed, Code: string(needs.DomesticAbuse)}
)

// agreed is a person of full age who agreed that the garden group hears who they are, how
// to reach them and what they need.
func agreed() *consent.File {
	return &consent.File{
		Person: "P-1", Nation: consent.England, Born: sp.Hide(sp.NewDate(1950, 5, 1)),
		Choices: []consent.Choice{{ID: "C-1", By: "P-1", As: consent.Themself, At: referraltest.Day(0), Scope: consent.Scope{
			Purposes: []consent.Purpose{consent.DirectCare}, To: []string{"bay/green"}, Kinds: []consent.Kind{consent.Identity, consent.Contact, consent.Needs},
		}}},
	}
}

// reading asks the standard policy about a file, on a day.
func reading(f *consent.File, day int) consent.Reading {
	return consent.Reading{
		Policy: consent.StandardPolicy(), Purpose: consent.DirectCare, At: referraltest.Day(day),
		Files: func(person.ID) (*consent.File, error) { return f, nil },
	}
}

func TestAPlacementTellsNameAndNumberOnlyOnceTheProviderHasSaidYes(t *testing.T) {
	f := agreed()
	may := reading(f, 5)
	question, onceYes, withheld := placement.Staged(may, "bay/garden", "bay/green", "", "P-1", []placement.Item{name, lonely, number, abuse})
	require.Equal(t, []placement.Item{lonely}, question)
	require.Equal(t, []placement.Item{name, number}, onceYes)
	require.Equal(t, []placement.Item{abuse}, withheld)

	p, worker, provider := referraltest.Placement("PL-1", placement.StateProposed), by(sp.RoleLinkWorker, 5), by(sp.RoleProvider, 6)
	var denied *placement.DisclosureError
	require.ErrorAs(t, p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{name, lonely}}, may, worker), &denied)
	require.Equal(t, []string{"name"}, denied.Fields, "the question does not need it")
	require.NoError(t, p.Offer(placement.Sending{Level: placement.FullReferral, Items: question, OnceYes: onceYes, Authority: consent.Agreement}, may, worker))
	require.Equal(t, []placement.Item{lonely}, p.Disclosed())
	require.Empty(t, p.Untold(), "they have not said yes")
	more := placement.Disclosure{Items: onceYes, Authority: consent.Agreement}
	require.ErrorContains(t, p.Disclose(more, may, worker), "only while accepted or started")

	require.NoError(t, p.Accept(provider))
	require.Equal(t, onceYes, p.Untold())
	require.ErrorIs(t, p.Disclose(more, may, provider), sp.ErrDenied, "nobody tells themselves")
	require.ErrorIs(t, p.Disclose(more, nil, by(sp.RoleLinkWorker, 7)), sp.ErrDenied)
	require.ErrorIs(t, p.Disclose(placement.Disclosure{}, may, by(sp.RoleLinkWorker, 7)), sp.ErrInvalid)
	require.NoError(t, p.Disclose(more, reading(f, 7), by(sp.RoleLinkWorker, 7)))
	require.Equal(t, []placement.Item{lonely, name, number}, p.Disclosed())
	require.Equal(t, p.Disclosed(), p.View().Disclosed)
	require.Empty(t, p.Untold())
}

// What was allowed when the offer was made is asked again after the yes.
func TestAPlacementAsksAgainAfterTheYes(t *testing.T) {
	sixteen := referraltest.Day(7)
	for what, change := range map[string]func(*consent.File){
		"the person took it back":           func(f *consent.File) { f.Choices[0].Withdrawn = referraltest.Day(6) },
		"it expired":                        func(f *consent.File) { f.Choices[0].Until = referraltest.Day(6) },
		"the provider may have harmed them": func(f *consent.File) { f.Harm = []string{"bay/green"} },
		"they have died":                    func(f *consent.File) { f.Died = referraltest.Day(6) },
		"they turned sixteen in mid-offer": func(f *consent.File) {
			f.Born = sp.Hide(sp.DateOf(sixteen).AddMonths(-16 * 12))
			f.Deciders = []consent.Decider{{ID: "P-2", Authority: person.ParentalResponsibility}}
			f.Choices[0].By, f.Choices[0].As = "P-2", person.ParentalResponsibility
		},
	} {
		f := agreed()
		change(f)
		p := referraltest.Placement("PL-1", placement.StateProposed)
		onceYes := []placement.Item{name, number}
		require.NoError(t, p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{lonely}, OnceYes: onceYes}, stale{reading(f, 5)}, by(sp.RoleLinkWorker, 5)), what)
		require.NoError(t, p.Accept(by(sp.RoleProvider, 6)))
		err := p.Disclose(placement.Disclosure{Items: onceYes}, reading(f, 7), by(sp.RoleLinkWorker, 7))
		require.ErrorIs(t, err, sp.ErrDenied, what)
		require.Equal(t, []placement.Item{lonely}, p.Disclosed(), what)
		require.Equal(t, onceYes, p.Untold(), "and it is seen to wait: %s", what)
	}
}

// Whoever was born on 29 February is of an age on 1 March of a common year, and of somebody
// whose birth date nobody knows it has to be asked: both in the middle of an offer.
func TestAPlacementAsksAgainOnTheBirthdayOf29February(t *testing.T) {
	parent := func(born sp.Personal[sp.Date]) *consent.File {
		f := agreed()
		f.Born = born
		f.Deciders = []consent.Decider{{ID: "P-2", Authority: person.ParentalResponsibility}}
		f.Choices[0].By, f.Choices[0].As, f.Choices[0].At = "P-2", person.ParentalResponsibility, time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
		return f
	}
	february := sp.Hide(sp.NewDate(2008, 2, 29)) // sixteen on 29 February 2024, eighteen on 1 March 2026
	for _, c := range []struct {
		name     string
		file     *consent.File
		from     int // the age from which a young person decides here
		on       sp.Date
		why      consent.Reason
		answered bool
	}{
		{"the last day of February, under eighteen", parent(february), 18, sp.NewDate(2026, 2, 28), "", true},
		{"1 March, of age", parent(february), 18, sp.NewDate(2026, 3, 1), consent.NotTheirs, false},
		{"sixteen on the leap day itself", parent(february), 16, sp.NewDate(2024, 2, 29), consent.NotTheirs, false},
		{"and not the day before", parent(february), 16, sp.NewDate(2024, 2, 28), "", true},
		{"nobody knows when they were born", parent(sp.Personal[sp.Date]{}), 16, sp.NewDate(2026, 3, 1), consent.AskFirst, false},
	} {
		policy := consent.StandardPolicy()
		for i := range policy.Ages {
			if policy.Ages[i].Nation == consent.England && policy.Ages[i].Decision == consent.AgreeToTell {
				policy.Ages[i].From = c.from
			}
		}
		p := referraltest.Placement("PL-1", placement.StateProposed)
		require.NoError(t, p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{lonely}, OnceYes: []placement.Item{name}}, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
		require.NoError(t, p.Accept(by(sp.RoleProvider, 6)))
		may := reading(c.file, 7)
		may.Policy, may.At = policy, c.on.In(time.UTC).Add(time.Hour)
		err := p.Disclose(placement.Disclosure{Items: []placement.Item{name}}, may, by(sp.RoleLinkWorker, 7))
		if c.answered {
			require.NoError(t, err, c.name)
			continue
		}
		require.ErrorIs(t, err, sp.ErrDenied, c.name)
		var denied *consent.DeniedError
		require.ErrorAs(t, err, &denied, c.name)
		require.Equal(t, c.why, denied.Answer.Reason, c.name)
	}
}

// stale allows what the file allowed before it changed.
type stale struct{ consent.Reading }

func (s stale) AtStage(consent.Stage, string) consent.Permission { return referraltest.AllowAll{} }

func TestPlacementsWhoseProviderWaitsToBeToldAreListed(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	p := referraltest.Placement("PL-1", placement.StateProposed)
	require.NoError(t, p.Offer(placement.Sending{Level: placement.FullReferral, OnceYes: []placement.Item{name}}, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
	repo := placement.NewRepository(db, referraltest.AllowAll{})
	waiting := func() (n int) {
		require.NoError(t, store.Save(t.Context(), db, p))
		for x, err := range repo.Untold(t.Context(), referraltest.Day(30)) {
			require.NoError(t, err)
			require.Equal(t, []placement.Item{name}, x.Untold())
			n++
		}
		page, _, err := repo.Page(t.Context(), placement.UntoldList, placement.Query{Limit: 9}, referraltest.Day(30), store.Cursor{})
		require.NoError(t, err)
		require.Len(t, page, n)
		return n
	}
	require.Zero(t, waiting())
	require.NoError(t, p.Accept(by(sp.RoleProvider, 6)))
	require.Equal(t, 1, waiting())
	require.NoError(t, p.Disclose(placement.Disclosure{Items: []placement.Item{name}}, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 7)))
	require.Zero(t, waiting())
}

// A scheme that lists a need as sensitive has it kept, whatever the taxonomy says of it.
func TestAPlacementKeepsANeedThatThePolicyListsAsSensitive(t *testing.T) {
	may := reading(agreed(), 5)
	may.Policy.Sensitive[string(needs.Loneliness)] = true
	_, withheld := placement.Permitted(may, "bay/green", "", "P-1", []placement.Item{lonely})
	require.Equal(t, []placement.Item{lonely}, withheld)
}

// What the permission answers is kept with what was told.
func TestAPlacementKeepsOnWhichGroundEachThingWasTold(t *testing.T) {
	f := agreed()
	f.Overrides = []consent.Override{{ID: "O-1", Ground: consent.DangerToLife, To: "bay/green", Kinds: []consent.Kind{consent.Flags}, At: referraltest.Day(1), Review: referraltest.Day(30)}}
	flags := placement.Item{Field: "flags"}
	p := referraltest.Placement("PL-1", placement.StateProposed)
	may, worker := reading(f, 5), by(sp.RoleLinkWorker, 5)
	sending := placement.Sending{Level: placement.FullReferral, Items: []placement.Item{lonely}, OnceYes: []placement.Item{name}, Authority: consent.Implied}
	require.ErrorContains(t, p.Offer(sending, may, worker), "authority", "it rests on something else")
	sending.Authority = ""
	worker.Key = "K-1"
	require.NoError(t, p.Offer(sending, may, worker))
	require.Equal(t, consent.Agreement, p.Sent().Authority)
	require.Equal(t, []placement.Ground{{Authority: consent.Agreement, Source: "C-1", Policy: may.Policy.Version}}, p.Sent().Grounds)
	require.NoError(t, p.Offer(sending, stale{may}, worker), "the same again, whatever the permission says of it")

	require.NoError(t, p.Accept(by(sp.RoleProvider, 6)))
	require.NoError(t, p.Disclose(placement.Disclosure{Items: []placement.Item{name, flags}}, reading(f, 7), by(sp.RoleLinkWorker, 7)))
	var last placement.Event
	for e := range p.History() {
		last = e.Event
	}
	told := last.(placement.Disclosed)
	require.Empty(t, told.Authority, "each has its own")
	require.Equal(t, "C-1", told.Grounds[0].Source)
	require.Equal(t, placement.Ground{Authority: consent.Overrides, Source: "O-1", Policy: may.Policy.Version}, told.Grounds[1])
}
