package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

// monday is when the desks of these tests are open.
var monday = time.Date(2026, time.November, 30, 8, 55, 0, 0, time.UTC)

// open returns the seeded desk of a tenant over a database.
func open(t *testing.T, db store.Driver, tenant app.Tenant, keys seal.Keys) *app.Desk {
	t.Helper()
	return openAt(t, db, tenant, keys, func() time.Time { return monday })
}

// openAt is open with a clock.
func openAt(t *testing.T, db store.Driver, tenant app.Tenant, keys seal.Keys, now func() time.Time) *app.Desk {
	t.Helper()
	d, err := app.New(db, app.Setup{
		Tenant: tenant, Scheme: seed.Scheme(tenant), Keys: keys,
		Index: person.HashKey{Name: "2026", Secret: make([]byte, 32)}, Now: now,
	})
	require.NoError(t, err)
	require.NoError(t, seed.World(t.Context(), d))
	return d
}

// found returns the referral of the only person on the worker's list that was spoken to.
func found(t *testing.T, d *app.Desk) referral.ID {
	t.Helper()
	sent, _, err := d.Sent(t.Context(), seed.DrKhan, 100, store.Cursor{})
	require.NoError(t, err)
	for _, s := range sent {
		if s.State == referral.StateActive {
			return s.Referral
		}
	}
	t.Fatal("nobody was spoken to")
	return ""
}

func TestDeskTakesJuneTheWholeWay(t *testing.T) {
	ctx, keys := t.Context(), seal.Folder(t.TempDir())
	d := open(t, memstore.New(), "sandholme", keys)
	day, err := d.Morning(ctx, seed.Ann)
	require.NoError(t, err)
	require.Len(t, day.Names, 2)

	june := found(t, d)
	page, err := d.Person(ctx, seed.Ann, june)
	require.NoError(t, err)
	require.Len(t, page.Notes, 1)
	require.Empty(t, page.Hidden)

	options, err := d.Options(ctx, seed.Ann, june, needs.Loneliness)
	require.NoError(t, err)
	require.NotEmpty(t, options.Fits)

	ask := app.Acting{By: seed.Ann, Seen: page.Version, Key: "k-offer"}
	offer := app.Offer{Offer: options.Fits[0].Offer.ID, Need: needs.Loneliness}
	pl, err := d.Offer(ctx, ask, june, offer)
	require.NoError(t, err)
	again, err := d.Offer(ctx, ask, june, offer)
	require.NoError(t, err, "sent twice")
	require.Equal(t, pl, again)
	_, err = d.Offer(ctx, app.Acting{By: seed.Ann, Seen: page.Version, Key: "k-other"}, june, offer)
	require.ErrorIs(t, err, store.ErrChanged)

	green := sp.Actor{ID: "sam", Role: sp.RoleProvider, For: string(options.Fits[0].Offer.Organisation), Only: "placement/" + string(pl)}
	q, err := d.Question(ctx, green, pl)
	require.NoError(t, err)
	require.True(t, q.Name.IsZero(), "the name comes with the yes")
	require.Equal(t, []needs.Code{needs.Loneliness}, q.Needs)
	require.NoError(t, d.Answer(ctx, app.Acting{By: green, Seen: q.Version, Key: "k-yes"}, pl, app.Answer{Yes: true}))
	require.NoError(t, d.Answer(ctx, app.Acting{By: green, Seen: q.Version, Key: "k-yes"}, pl, app.Answer{Yes: true}), "pressed twice")
	q, err = d.Question(ctx, green, pl)
	require.NoError(t, err)
	require.Equal(t, "Moon", q.Name.Reveal().Family)
	require.NotEmpty(t, q.Telephone.Reveal())
	require.NoError(t, d.Attend(ctx, app.Acting{By: green, Key: "k-came"}, pl, app.Attendance{Start: monday, Minutes: 60}))

	self := sp.Actor{ID: string(page.Person.ID), Role: sp.RolePerson, For: string(page.Person.ID)}
	mine, err := d.Mine(ctx, self)
	require.NoError(t, err)
	require.Len(t, mine.Told, 2, "with the question, and with the yes")
	document, err := d.Copy(ctx, self)
	require.NoError(t, err)
	require.NotEmpty(t, document.Parts)

	effects, err := d.Effects(ctx, self, page.Person.ID, app.Sharing)
	require.NoError(t, err)
	require.Len(t, effects, 1)
	_, err = d.Withdraw(ctx, app.Acting{By: self, Key: "k-stop"}, page.Person.ID, app.Sharing)
	require.NoError(t, err)
	q, err = d.Question(ctx, green, pl)
	require.NoError(t, err)
	require.True(t, q.Name.IsZero(), "what was taken back is not shown any more")
	require.Empty(t, q.Needs)
	require.NotEqual(t, placement.StateStarted, q.State)

	protocol, err := d.Erase(ctx, app.Acting{By: seed.Ann, Key: "k-erase"}, page.Person.ID, subject.AtRequest)
	require.NoError(t, err)
	require.Equal(t, subject.Finished, protocol.State())
	_, err = d.Copy(ctx, self)
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestDeskHandsACaseloadOver(t *testing.T) {
	ctx := t.Context()
	d := open(t, memstore.New(), "sandholme", seal.Folder(t.TempDir()))
	june := found(t, d)
	team, err := d.Team(ctx, seed.Lena)
	require.NoError(t, err)
	require.Len(t, team.Rooms, 2)
	h, err := d.HandOver(ctx, app.Acting{By: seed.Lena, Key: "k-h"}, caseload.Offering{
		From: "ann", Lead: "lena", Why: caseload.Leaving, By: sp.DateOf(monday).Add(7), Cases: []caseload.Pass{{Referral: june, To: "ben"}},
	})
	require.NoError(t, err)
	_, err = d.Person(ctx, seed.Ben, june)
	require.ErrorIs(t, err, sp.ErrDenied, "it is not his yet")
	require.NoError(t, d.Take(ctx, app.Acting{By: seed.Ben, Key: "k-t"}, h, june, app.Taking{Yes: true}))
	_, err = d.Person(ctx, seed.Ben, june)
	require.NoError(t, err)
	figures, err := d.Board(ctx, seed.Bo)
	require.NoError(t, err)
	require.NotEmpty(t, figures.Headlines)
}

func TestDeskTellsItsBoardWhichServicesLoseMoneyWithinAYear(t *testing.T) {
	d := open(t, memstore.New(), "sandholme", seal.Folder(t.TempDir()))
	f, err := d.Board(t.Context(), seed.Bo)
	require.NoError(t, err)
	ended, less := 0, 0
	for _, c := range f.Cliffs {
		require.Equal(t, sp.NewDate(2027, time.April, 1), c.Date, "what is paid for two years ends later")
		if c.Ends() {
			ended++
		} else {
			less++
			require.Equal(t, sp.Pounds(500), c.Lost())
		}
	}
	require.Positive(t, ended)
	require.Positive(t, less)
}

func TestDeskShowsNobodyElseWhoIsReferredAgainWhileSomebodyHoldsThem(t *testing.T) {
	ctx := t.Context()
	d := open(t, memstore.New(), "sandholme", seal.Folder(t.TempDir()))
	june := found(t, d)
	number, err := sp.ParseNHSNumber("9434765919")
	require.NoError(t, err)
	again, err := d.Refer(ctx, app.Acting{By: seed.DrKhan, Key: "k-again"}, seed.Form(number, "June", "Moon", sp.NewDate(1950, 5, 1), referral.Soon, needs.Debt))
	require.NoError(t, err)
	for _, id := range []referral.ID{june, again.Referral} {
		_, err = d.Person(ctx, seed.Ben, id)
		require.ErrorIs(t, err, sp.ErrDenied, "she is with Ann")
		_, err = d.Person(ctx, seed.Ann, id)
		require.NoError(t, err)
	}
}

func TestDeskOfOneTenantNeverSeesAnother(t *testing.T) {
	ctx, keys, db := t.Context(), seal.Folder(t.TempDir()), memstore.New()
	one, other := open(t, db, "sandholme", keys), open(t, db, "dale", keys)
	sent, _, err := one.Sent(ctx, seed.DrKhan, 100, store.Cursor{})
	require.NoError(t, err)
	require.Len(t, sent, 3)
	for _, s := range sent {
		_, err = other.Person(ctx, seed.Ann, s.Referral)
		require.ErrorIs(t, err, sp.ErrNotFound)
	}
	theirs, _, err := other.Sent(ctx, seed.DrKhan, 100, store.Cursor{})
	require.NoError(t, err)
	require.NotContains(t, theirs, sent[0])
}

// Two tenants live a random life in one process: whatever is done in one, no ID of it ever
// answers in the other.
func TestDeskOfTwoTenantsNeverAnswersForAnother(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(rt *rapid.T) {
		keys, db := seal.Folder(t.TempDir()), memstore.New()
		desks := []*app.Desk{open(t, db, "sandholme", keys), open(t, db, "dale", keys)} //nolint:contextcheck // it takes that of the test
		known := []map[string]bool{{}, {}}
		for n := range rapid.IntRange(1, 8).Draw(rt, "steps") {
			which := rapid.IntRange(0, 1).Draw(rt, "tenant")
			d, mine := desks[which], known[which]
			sent, _, err := d.Sent(ctx, seed.DrKhan, 100, store.Cursor{})
			require.NoError(rt, err)
			r := rapid.SampledFrom(sent).Draw(rt, "referral").Referral
			as := app.Acting{By: seed.Ann, Key: fmt.Sprint("t-", which, n)}
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0:
				_ = d.Accept(ctx, as, r)
			case 1:
				_ = d.Talk(ctx, as, r, app.Talk{Channel: person.Phone, Minutes: 5, Needs: []needs.Code{needs.Loneliness}, Agrees: sp.Yes})
			case 2:
				if options, err := d.Options(ctx, seed.Ann, r, needs.Loneliness); err == nil && len(options.Fits) > 0 {
					pl, _ := d.Offer(ctx, as, r, app.Offer{Offer: options.Fits[0].Offer.ID, Need: needs.Loneliness})
					mine[string(pl)] = true
				}
			case 3:
				_ = d.SetGoal(ctx, as, r, app.Goal{Need: needs.Loneliness, Words: sp.Hide("Walk."), Review: sp.DateOf(monday).Add(7)})
			}
			mine[string(r)] = true
		}
		for which, ids := range known {
			other := desks[1-which]
			for id := range ids {
				_, err := other.Person(ctx, seed.Ann, referral.ID(id))
				require.ErrorIs(rt, err, sp.ErrNotFound)
				_, err = other.Question(ctx, sp.Actor{ID: "x", Role: sp.RoleProvider, For: "x"}, placement.ID(id))
				require.ErrorIs(rt, err, sp.ErrNotFound)
				_, err = subject.Of(ctx, other.Store(), id)
				require.ErrorIs(rt, err, sp.ErrNotFound)
			}
		}
	})
}
