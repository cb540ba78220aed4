package grant_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A world is two funds and their awards, beside a plain account of the same
// money: what was put in, and what was taken out, by the rules alone.
type world struct {
	funds  []*grant.Fund
	awards []*grant.Award
	owner  []int
	inside []int64 // by fund: allocated and vired in, less vired out
	every  int     // events of awards after which they are brought forward; 0 is never
}

func TestTheLedgerBalancesToThePennyAfterAnySequenceOfCommands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := []grant.CarryOver{
			{Rule: grant.Lapse},
			{Rule: grant.CarryAll},
			{Rule: grant.CarryUpTo, Limit: sp.Pence(700), Rest: grant.Reserve},
			{Rule: grant.CarryUpTo, Limit: sp.Pence(50), Rest: grant.ClawBack},
			{Rule: grant.Reserve},
			{Rule: grant.ClawBack},
		}
		w := &world{inside: make([]int64, 2), every: rapid.IntRange(0, 3).Draw(t, "every")}
		for i := range 2 {
			w.funds = append(w.funds, open(t, grant.FundID(fmt.Sprintf("F-%d", i)), rapid.SampledFrom(rules).Draw(t, "rule")))
		}
		db := store.Tenant(memstore.New(), "bay")
		year := rapid.Custom(func(t *rapid.T) contract.Year { return contract.Year(rapid.IntRange(2026, 2029).Draw(t, "year")) })
		most := rapid.SampledFrom([]int64{4, 3_000}).Draw(t, "most pence") // of a few, amounts often come to nothing
		pence := rapid.Int64Range(1, most)
		fund := rapid.IntRange(0, 1)
		pick := func(t *rapid.T) (*grant.Fund, *grant.Award) {
			if len(w.awards) == 0 {
				t.Skip("no award yet")
			}
			i := rapid.IntRange(0, len(w.awards)-1).Draw(t, "award")
			return w.funds[w.owner[i]], w.awards[i]
		}
		try := func(t *rapid.T, err error) bool {
			if err != nil {
				require.True(t, errors.Is(err, sp.ErrInvalid) || errors.Is(err, sp.ErrDenied), "%v", err)
			}
			return err == nil
		}
		t.Repeat(map[string]func(*rapid.T){
			"allocate": func(t *rapid.T) {
				i, amount := fund.Draw(t, "fund"), rapid.Int64Range(-most, most+most/2).Draw(t, "pence")
				if try(t, w.funds[i].Allocate(year.Draw(t, "year"), sp.Pence(amount), funder)) {
					w.inside[i] += amount
				}
			},
			"draw": func(t *rapid.T) {
				try(t, w.funds[fund.Draw(t, "fund")].Draw(year.Draw(t, "year"), sp.Pence(pence.Draw(t, "pence")), funder))
			},
			"vire": func(t *rapid.T) {
				amount := pence.Draw(t, "pence")
				if try(t, grant.Vire(w.funds[0], w.funds[1], year.Draw(t, "year"), sp.Pence(amount), funder)) {
					w.inside[0] -= amount
					w.inside[1] += amount
				}
			},
			"offer": func(t *rapid.T) {
				i := fund.Draw(t, "fund")
				start := sp.NewDate(2026, 1, 1).Add(rapid.IntRange(100, 1_200).Draw(t, "start"))
				terms := contract.Terms{
					ID: contract.ID(fmt.Sprintf("A-%d", len(w.awards))), Provider: "bay/green", Amount: sp.Pence(pence.Draw(t, "pence")),
					Period: sp.Period{Start: start, End: start.AddMonths(rapid.IntRange(1, 20).Draw(t, "months"))},
					Basis:  rapid.SampledFrom([]contract.Basis{"", contract.ByDays, contract.ByMonths, contract.ByPayments}).Draw(t, "basis"),
				}
				if n := rapid.IntRange(0, 3).Draw(t, "instalments"); n > 0 && terms.Amount.Minor() > int64(n) {
					due := []sp.Date{start.Add(30), start.Add(200), start.Add(90)}[:n]
					var err error
					terms.Instalments, err = contract.Instalments(terms.Amount, due...)
					require.NoError(t, err)
				}
				if a, err := offer(w.funds[i], terms, funder); try(t, err) {
					w.awards, w.owner = append(w.awards, a), append(w.owner, i)
				}
			},
			"command": func(t *rapid.T) {
				f, a := pick(t)
				name := rapid.SampledFrom([]grant.AwardCommand{"agree", "decline", "withdraw", "pay", "report spend", "end"}).Draw(t, "name")
				role := rapid.SampledFrom([]sp.Role{grant.RoleFunder, sp.RoleProvider}).Draw(t, "role")
				try(t, commands[name](f, a, by(role, on(2028, 4, 1))))
			},
			"agree and pay": func(t *rapid.T) {
				f, a := pick(t)
				try(t, a.Agree(provider))
				try(t, pay(f, a, funder))
			},
			"extend": func(t *rapid.T) {
				f, a := pick(t)
				x := grant.Extension{End: a.Terms().Period.End.AddMonths(rapid.IntRange(-1, 14).Draw(t, "months"))}
				if amount := pence.Draw(t, "pence"); amount > most/2 {
					x.Instalments = []contract.Instalment{{Due: x.End, Amount: sp.Pence(amount)}}
				}
				try(t, f.Extend(a, x, funder))
			},
			"terminate": func(t *rapid.T) {
				f, a := pick(t)
				try(t, f.Terminate(a, a.Terms().Period.Start.Add(rapid.IntRange(-5, 400).Draw(t, "days")), "provider-closed", funder))
			},
			"recover": func(t *rapid.T) {
				f, a := pick(t)
				try(t, f.Recover(a, sp.Pence(pence.Draw(t, "pence")), funder))
			},
			"close year": func(t *rapid.T) {
				try(t, w.funds[fund.Draw(t, "fund")].CloseYear(year.Draw(t, "year"), late))
			},
			"wind up": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
					try(t, w.funds[fund.Draw(t, "fund")].WindUp(late))
				}
			},
			"save and load": func(t *rapid.T) { w.reload(t, db) },
			"":              func(t *rapid.T) { w.check(t) },
		})
	})
}

// reload saves everything in one commit and continues with what is loaded.
func (w *world) reload(t *rapid.T, db store.Driver) {
	changes := []store.Change{w.funds[0], w.funds[1]}
	grant.FoldAfter(w.funds[0], w.every)
	grant.FoldAfter(w.funds[1], w.every)
	for _, a := range w.awards {
		changes = append(changes, a)
	}
	require.NoError(t, store.Save(t.Context(), db, changes...))
	for i, f := range w.funds {
		w.whole(t, db, f)
		again, err := grant.NewFunds(db, anybody).Load(t.Context(), f.ID())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(f.Balances(), again.Balances(), moneys))
		require.Equal(t, f.Reserve(), again.Reserve())
		require.Equal(t, f.State(), again.State())
		w.funds[i] = again
	}
	for i, a := range w.awards {
		again, err := grant.NewAwards(db, anybody).Load(t.Context(), a.ID())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(a.Terms(), again.Terms(), moneys))
		require.Equal(t, []any{a.State(), a.Promised(), a.Paid(), a.Spent(), a.Unspent()}, []any{again.State(), again.Promised(), again.Paid(), again.Spent(), again.Unspent()})
		w.awards[i] = again
	}
}

// whole checks that pages and record together hold every event, which lead where it is.
func (w *world) whole(t *rapid.T, db store.Driver, f *grant.Fund) {
	logged, kept := 0, 0
	for e, err := range db.Log(t.Context(), "bay", "") {
		require.NoError(t, err)
		if e.Key.ID == string(f.ID()) {
			logged++
		}
	}
	for e, err := range grant.NewFunds(db, anybody).History(t.Context(), f.ID()) {
		require.NoError(t, err)
		require.NotEqual(t, grant.EventFundBroughtForward, e.Event.EventType())
		kept++
	}
	require.Equal(t, logged, kept)
	p, err := grant.NewFunds(db, anybody).Passing(t.Context(), f.ID(), func(directory.ID) sp.Truth { return sp.Yes })
	require.NoError(t, err)
	require.Equal(t, p.In.Minor(), p.Reached.Minor()+p.Promised.Minor()+p.Still.Minor()+p.Gone.Minor())
	require.Equal(t, p.Reached.Minor(), p.VCSE.Minor(), "what awards got is what the fund paid")
	require.Equal(t, p.Still.IsZero(), p.Since.IsZero())
}

func (w *world) check(t *rapid.T) {
	for i, f := range w.funds {
		promised, paid := make(map[contract.Year]int64), make(map[contract.Year]int64)
		for n, a := range w.awards {
			if w.owner[n] != i {
				continue
			}
			for _, p := range a.Promised() {
				promised[p.Year] += p.Amount.Minor()
			}
			for _, p := range a.Paid() {
				paid[p.Year] += p.Amount.Minor()
			}
			if lived := a.State() == grant.StateAgreed || a.State() == grant.StateEnded || a.State() == grant.StateTerminated; lived && a.Terms().Amount.Sign() > 0 {
				require.NoError(t, a.Terms().Check(), "terms as they stand are good terms")
			}
		}
		var stands int64
		var last contract.Year // that is closed
		for _, b := range f.Balances() {
			if b.Closed {
				last = b.Year
			}
		}
		for _, b := range f.Balances() {
			require.Equal(t, b.In(), b.Out(), "the two sides of %v", b.Year)
			require.GreaterOrEqual(t, b.Free.Sign(), 0)
			require.True(t, b.Year > last || b.Free.IsZero(), "neither a closed year nor one before it has anything free")
			require.Equal(t, promised[b.Year], b.Committed.Minor(), "what is committed in %v is what awards are promised", b.Year)
			require.Equal(t, paid[b.Year], b.Paid.Minor(), "what is paid in %v is what awards got", b.Year)
			require.Equal(t, f.Balance(b.Year-1).CarriedOut, b.CarriedIn, "what one year carries out the next carries in")
			if limit := f.Opening().CarryOver.Limit; limit.Sign() > 0 {
				require.LessOrEqual(t, b.CarriedOut.Minor(), limit.Minor())
			}
			stands += b.Free.Minor() + b.Committed.Minor() + b.Paid.Minor() + b.Lapsed.Minor() + b.ClawedBack.Minor()
		}
		require.GreaterOrEqual(t, f.Reserve().Sign(), 0)
		require.Equal(t, w.inside[i], stands+f.Reserve().Minor(), "all the money that was put in stands somewhere")
		booked := make(map[contract.Year]map[grant.Account]int64)
		for _, m := range f.Ledger() {
			if booked[m.Year] == nil {
				booked[m.Year] = make(map[grant.Account]int64)
			}
			booked[m.Year][m.From] -= m.Amount.Minor()
			booked[m.Year][m.To] += m.Amount.Minor()
		}
		for _, b := range f.Balances() {
			got := booked[b.Year]
			require.Equal(t, []int64{b.Free.Minor(), b.Paid.Minor(), -b.Allocated.Minor(), b.Lapsed.Minor(), -b.CarriedIn.Minor()},
				[]int64{got[grant.Free], got[grant.Paid], got[grant.Allocated], got[grant.Lapsed], got[grant.CarriedIn]}, "the movements add up to the balance")
		}
	}
}
