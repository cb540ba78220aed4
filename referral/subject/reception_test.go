package subject_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// reception returns one of a scheme without anybody.
func reception() subject.Reception {
	people, err := person.NewIndex(person.HashKey{Name: "2026", Secret: make([]byte, 32)})
	if err != nil {
		panic(err)
	}
	return subject.Reception{DB: people.Driver(store.Tenant(memstore.New(), "bay")), May: all, People: people}
}

// numbers are NHS numbers that nobody has.
var numbers = []string{"9434765919", "9990000018", "9990000026"}

// referredAs is who is referred under a name and a number; 0 is without one.
func referredAs(id person.ID, number int) person.Person {
	p := person.Person{ID: id, Name: sp.Hide(person.Name{Given: canary}), Born: sp.Hide(sp.NewDate(1950, 5, 1))}
	if number > 0 {
		n, err := sp.ParseNHSNumber(numbers[number-1])
		if err != nil {
			panic(err)
		}
		p.NHSNumber = n
	}
	return p
}

func lonely() referral.Submission {
	return referral.Submission{Urgency: referral.Soon, Source: "gp", Reasons: []needs.Code{needs.Loneliness}}
}

// gp is a stamp of a practice.
func gp(day int, key string) sp.Stamp { return referraltest.By(sp.RoleReferrer, day).Under(key) }

// June is referred twice, by a practice that sends the first request again, and is one person.
func ExampleReception() {
	ctx, bay := context.Background(), reception()
	for _, sent := range []struct {
		id  referral.ID
		as  person.ID
		key string
	}{{"R-1", "P-1", "k-1"}, {"R-1", "P-1", "k-1"}, {"R-2", "P-2", "k-2"}} {
		r, err := bay.Receive(ctx, sent.id, referredAs(sent.as, 1), lonely(), gp(1, sent.key))
		fmt.Println(r, "of", r.Person(), err)
	}
	f, err := subject.LoadFile(ctx, bay.DB, bay.May, "P-1")
	fmt.Println(len(f.Referrals), "referrals, law of", f.Register.Nation(), err)
	// Output:
	// referral R-1 of P-1 <nil>
	// referral R-1 of P-1 <nil>
	// referral R-2 of P-1 <nil>
	// 2 referrals, law of england <nil>
}

func TestReceptionReceivesWhoeverIsKnownAsThePersonThatTheyAre(t *testing.T) {
	for _, c := range []struct {
		name    string
		first   person.Person
		then    person.Person
		want    person.ID
		records int
	}{
		{"one number is one person", referredAs("P-1", 1), referredAs("P-2", 1), "P-1", 1},
		{"two numbers are two people", referredAs("P-1", 1), referredAs("P-2", 2), "P-2", 2},
		{"without a number they are known by their ID", referredAs("P-1", 0), referredAs("P-1", 0), "P-1", 1},
		{"who has no number is not taken for somebody who has one", referredAs("P-1", 1), referredAs("P-2", 0), "P-2", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			bay := reception()
			bay.Nation = consent.Scotland
			_, err := bay.Receive(t.Context(), "R-1", c.first, lonely(), gp(1, "k-1"))
			require.NoError(t, err)
			r, err := bay.Receive(t.Context(), "R-2", c.then, lonely(), gp(2, "k-2"))
			require.NoError(t, err)
			require.Equal(t, c.want, r.Person())
			reg, err := register.NewRepository(bay.DB, all).Load(t.Context(), c.want)
			require.NoError(t, err)
			require.Equal(t, consent.Scotland, reg.Nation())
			require.Empty(t, reg.Choices(), "nothing is agreed to")
			n, err := store.Count(t.Context(), bay.DB, store.Query{Kind: person.Kind})
			require.NoError(t, err)
			require.Equal(t, c.records, n)
		})
	}
}

func TestReceptionSavesNothingOfWhoIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		id   referral.ID
		as   person.Person
		how  referral.Submission
		want error
	}{
		{"a person without an ID", "R-1", referredAs("", 1), lonely(), sp.ErrInvalid},
		{"a submission without an urgency", "R-1", referredAs("P-1", 1), referral.Submission{}, sp.ErrInvalid},
		{"a referral without an ID", "", referredAs("P-1", 1), lonely(), sp.ErrInvalid},
		{"another person's ID", "R-1", referredAs("P-9", 1), lonely(), sp.ErrExists},
	} {
		t.Run(c.name, func(t *testing.T) {
			bay := reception()
			_, err := bay.Receive(t.Context(), "R-9", referredAs("P-9", 2), lonely(), gp(1, ""))
			require.NoError(t, err)
			_, err = bay.Receive(t.Context(), c.id, c.as, c.how, gp(2, "k"))
			require.ErrorIs(t, err, c.want)
			require.NotContains(t, err.Error(), canary)
			for _, kind := range []string{person.Kind, register.Kind, referral.Kind} {
				n, err := store.Count(t.Context(), bay.DB, store.Query{Kind: kind})
				require.NoError(t, err)
				require.Equal(t, 1, n, kind)
			}
		})
	}
}

// Whoever may refer people learns nothing of who is here by sending what cannot be received.
func TestReceptionAnswersWhatIsWrongAlikeWhetherSomebodyIsKnownOrNot(t *testing.T) {
	bay := reception()
	_, err := bay.Receive(t.Context(), "R-1", referredAs("P-1", 1), lonely(), gp(1, "k-1"))
	require.NoError(t, err)
	_, here := bay.Receive(t.Context(), "R-2", referredAs("", 1), referral.Submission{}, gp(2, "k-2"))
	_, gone := bay.Receive(t.Context(), "R-2", referredAs("", 2), referral.Submission{}, gp(2, "k-2"))
	require.ErrorIs(t, here, sp.ErrInvalid)
	require.Equal(t, gone.Error(), here.Error())
}

// A number was mistyped, and put right before the request came again: it is refused, since nobody
// can tell it from one about somebody else.
func TestReceptionOfARequestThatComesAgainRegistersNobodyElse(t *testing.T) {
	bay := reception()
	_, err := bay.Receive(t.Context(), "R-1", referredAs("P-1", 1), lonely(), gp(1, "k-1"))
	require.NoError(t, err)
	p, err := person.NewRepository(bay.DB).Load(t.Context(), "P-1")
	require.NoError(t, err)
	require.NoError(t, p.Revise(referredAs("P-1", 2), worker(2)))
	require.NoError(t, store.Save(t.Context(), bay.DB, p))
	for _, as := range []person.ID{"P-1", "P-2"} {
		_, err := bay.Receive(t.Context(), "R-1", referredAs(as, 1), lonely(), gp(1, "k-1"))
		require.Error(t, err)
		n, err := store.Count(t.Context(), bay.DB, store.Query{Kind: person.Kind})
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
}

// Practices refer three people at the same moment, again and again: each is one person, whose
// register is opened once, and each request is one referral.
func TestReceptionIsTheSameForRequestsInAnyOrderAndAtOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bay := reception()
		sent := rapid.SliceOfN(rapid.IntRange(0, 8), 1, 12).Draw(rt, "requests") // of three people, three each
		errs := make([]error, len(sent))
		var wait sync.WaitGroup
		for i, n := range sent {
			wait.Go(func() {
				_, errs[i] = bay.Receive(context.Background(), referral.ID(fmt.Sprint("R-", n)), referredAs(person.ID(fmt.Sprint("P-", n)), 1+n%3), lonely(), gp(1, fmt.Sprint("k-", n)))
			})
		}
		wait.Wait()
		people, requests := map[int]bool{}, map[int]bool{}
		for i, n := range sent {
			require.NoError(rt, errs[i])
			people[n%3], requests[n] = true, true
		}
		for kind, want := range map[string]int{person.Kind: len(people), register.Kind: len(people), referral.Kind: len(requests)} {
			n, err := store.Count(context.Background(), bay.DB, store.Query{Kind: kind})
			require.NoError(rt, err)
			require.Equal(rt, want, n, kind)
		}
	})
}
