package grant_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// commands gives each command of an award with valid input, in a time when its
// period is over.
var commands = map[string]func(*grant.Fund, *grant.Award, sp.Stamp) error{
	"agree":    func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error { return a.Agree(s) },
	"decline":  func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Decline(a, "no-capacity", s) },
	"withdraw": func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Withdraw(a, "budget-cut", s) },
	"pay":      pay,
	"report spend": func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(1)}, s)
	},
	"vire": func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return a.Vire(contract.Salary, contract.Activity, sp.Pounds(1), s)
	},
	"extend": func(f *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return f.Extend(a, grant.Extension{End: sp.NewDate(2028, 5, 1)}, s)
	},
	"terminate": func(f *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return f.Terminate(a, sp.NewDate(2027, 12, 31), "provider-closed", s)
	},
	"end":     func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error { return a.End(s) },
	"recover": func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Recover(a, sp.Pounds(1), s) },
}

// pay pays the next instalment.
func pay(f *grant.Fund, a *grant.Award, s sp.Stamp) error {
	number, _, _ := a.Next()
	return f.Pay(a, number, s)
}

// in makes an award in a state, of which one payment is left where it can be
// agreed or terminated.
func in(t *testing.T, state grant.State) (*grant.Fund, *grant.Award) {
	t.Helper()
	f := funded(t, 20_000)
	a, err := f.Offer(twoYears("A-1"), funder)
	require.NoError(t, err)
	switch state {
	case grant.StateOffered:
		return f, a
	case grant.StateDeclined:
		require.NoError(t, f.Decline(a, "no-capacity", provider))
	case grant.StateWithdrawn:
		require.NoError(t, f.Withdraw(a, "budget-cut", funder))
	default:
		require.NoError(t, a.Agree(provider))
		for range 3 {
			require.NoError(t, pay(f, a, funder))
		}
	}
	switch state {
	case grant.StateTerminated:
		require.NoError(t, f.Terminate(a, sp.NewDate(2028, 3, 30), "provider-closed", funder))
	case grant.StateEnded:
		require.NoError(t, pay(f, a, funder))
		require.NoError(t, a.End(late))
	default: // as it is
	}
	require.Equal(t, state, a.State())
	return f, a
}

func TestEveryCommandInEveryStateByEveryRole(t *testing.T) {
	var b strings.Builder
	states := []grant.State{grant.StateOffered, grant.StateAgreed, grant.StateDeclined, grant.StateWithdrawn, grant.StateTerminated, grant.StateEnded}
	roles := []sp.Role{grant.RoleFunder, sp.RoleProvider, sp.RoleSystem, sp.RoleLinkWorker}
	given := map[string]bool{"offer": true}
	for _, state := range states {
		for _, rule := range grant.AwardMachine().Rules {
			command, ok := commands[rule.Command]
			if !ok {
				require.Equal(t, "offer", rule.Command)
				continue
			}
			given[rule.Command] = true
			fmt.Fprintf(&b, "%s, %s:", state, rule.Command)
			for _, role := range roles {
				f, a := in(t, state)
				before := a.History()
				err := command(f, a, by(role, on(2028, 4, 1)))
				fmt.Fprintf(&b, " %s %s;", role, word(t, a, state, err))
				if err != nil {
					require.Equal(t, entries(before), entries(a.History()), "a refusal changes nothing")
				}
			}
			b.WriteString("\n")
		}
	}
	require.Len(t, given, len(grant.AwardMachine().Rules))
	golden(t, "testdata/pairs.txt", b.String())
}

func entries(seq func(func(store.Entry[grant.AwardEvent]) bool)) (n int) {
	for range seq {
		n++
	}
	return n
}

// word says in a word or two what came of a command.
func word(t *testing.T, a *grant.Award, before grant.State, err error) string {
	t.Helper()
	te, refused := errors.AsType[*grant.TransitionError](err)
	switch {
	case err == nil && a.State() == before:
		return "stays"
	case err == nil:
		return "-> " + string(a.State())
	case !refused:
		t.Fatal(err)
	case len(te.Missing) > 0:
		return "not before " + strings.Join(te.Missing, ", ")
	case errors.Is(err, sp.ErrDenied):
		return "denied"
	}
	return "no"
}

func TestStoredNamesAndFormsOfEventsNeverChange(t *testing.T) {
	parts := []contract.Part{{Year: 2026, Amount: sp.Pence(1234)}}
	disposals := []grant.Disposal{{Year: 2026, Carried: sp.Pounds(1), Reserved: sp.Pounds(2), Lapsed: sp.Pounds(3), ClawedBack: sp.Pounds(4)}}
	costs := contract.Costs{Salary: sp.Pounds(1), OnCost: sp.Pounds(2), Activity: sp.Pounds(3), Overhead: sp.Pounds(4)}
	instalments := []contract.Instalment{{Due: sp.NewDate(2026, 4, 15), Amount: sp.Pounds(6_000)}}
	facts := []store.Fact{
		grant.FundOpened{
			Funder: "bay/council", Currency: sp.GBP, YearStarts: time.April, RingFenced: true, MinimumMonths: 24,
			CarryOver: grant.CarryOver{Rule: grant.CarryUpTo, Limit: sp.Pounds(1), Rest: grant.Lapse}, ActivityPerSalary: decimal.RequireFromString("0.25"),
		},
		grant.FundAllocated{Year: 2026, Amount: sp.Pounds(-5)},
		grant.FundDrawn{Year: 2026, Amount: sp.Pounds(5)},
		grant.FundVired{Year: 2026, Amount: sp.Pounds(-5), Other: "F-2"},
		grant.FundCommitted{Award: "A-1", Parts: parts},
		grant.FundPaid{Award: "A-1", Parts: parts},
		grant.FundReleased{Award: "A-1", Parts: parts, Disposals: disposals},
		grant.FundRecovered{Award: "A-1", Parts: parts, Disposals: disposals},
		grant.FundYearClosed{Year: 2026, Disposals: disposals},
		grant.FundWoundUp{Drawn: parts, ClawedBack: parts},
		grant.AwardOffered{Fund: "F-1", Terms: twoYears("A-1"), Parts: parts, ActivityPerSalary: decimal.RequireFromString("0.25")},
		grant.AwardAgreed{},
		grant.AwardPaid{Number: 1, Amount: sp.Pounds(5), Parts: parts},
		grant.AwardSpent{Period: sp.FinancialYear(2026), Costs: costs},
		grant.AwardVired{From: contract.Salary, To: contract.Activity, Amount: sp.Pounds(5)},
		grant.AwardExtended{Extension: grant.Extension{End: sp.NewDate(2029, 4, 1), Instalments: instalments, Costs: costs}, Parts: parts},
		grant.AwardRecovered{Amount: sp.Pounds(5), Parts: parts},
		grant.AwardClosed{State: grant.StateTerminated, Reason: "provider-closed", LastDay: sp.NewDate(2026, 12, 31), Released: parts},
	}
	var b strings.Builder
	seen := make(map[string]bool)
	for _, f := range facts {
		data, err := json.Marshal(f)
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s %s\n", f.EventType(), data)
		seen[f.EventType()] = true
		var again store.Fact
		if strings.HasPrefix(f.EventType(), "fund.") {
			again, err = grant.DecodeFundEvent(f.EventType(), data)
		} else {
			again, err = grant.DecodeAwardEvent(f.EventType(), data)
		}
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(f, again, moneys))
	}
	for _, m := range []grant.Machine{grant.FundMachine(), grant.AwardMachine()} {
		for _, r := range m.Rules {
			require.True(t, seen[r.Event], "%s has no example", r.Event)
		}
	}
	golden(t, "testdata/events.txt", b.String())
	for _, name := range []string{"fund.painted", "award.offered "} {
		_, err := grant.DecodeFundEvent(name, []byte("{}"))
		require.ErrorIs(t, err, sp.ErrInvalid)
		_, err = grant.DecodeAwardEvent(name, []byte("{}"))
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	_, err := grant.DecodeFundEvent("fund.paid", []byte(`{"parts":7}`))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// TestTheDocsAreTheTables keeps docs/grants.md what the tables say.
func TestTheDocsAreTheTables(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Funds and awards

A *fund* is one budget heading over financial years. An *award* is money promised to one provider on terms. This page is written by a test
from the tables that decide (` + "`grant.FundMachine`, `grant.AwardMachine`" + `). Commands are checked against them; replay is not.
`)
	for _, s := range []struct {
		title, text string
		machine     grant.Machine
	}{
		{"Fund", "What came in equals what it became, in every financial year: allocated + carried in + drawn + vired in = free + committed + paid + vired out + carried out + reserved + lapsed + clawed back.", grant.FundMachine()},
		{"Award", "Its whole amount is set aside in the fund when it is offered. Commands that move money are saved with the fund in one commit.", grant.AwardMachine()},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```mermaid\n%s```\n\n%s", s.title, s.text, s.machine.Diagram(), s.machine.Table())
	}
	golden(t, "../../docs/grants.md", b.String())
}

// A world is two funds and their awards, beside a plain account of the same
// money: what was put in, and what was taken out, by the rules alone.
type world struct {
	funds  []*grant.Fund
	awards []*grant.Award
	owner  []int
	inside []int64 // by fund: allocated and vired in, less vired out
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
		w := &world{inside: make([]int64, 2)}
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
					ID: fmt.Sprintf("A-%d", len(w.awards)), Provider: "bay/green", Amount: sp.Pence(pence.Draw(t, "pence")),
					Period: sp.Period{Start: start, End: start.AddMonths(rapid.IntRange(1, 20).Draw(t, "months"))},
					Basis:  rapid.SampledFrom([]contract.Basis{"", contract.ByDays, contract.ByMonths, contract.ByPayments}).Draw(t, "basis"),
				}
				if n := rapid.IntRange(0, 3).Draw(t, "instalments"); n > 0 && terms.Amount.Minor() > int64(n) {
					due := []sp.Date{start.Add(30), start.Add(200), start.Add(90)}[:n]
					var err error
					terms.Instalments, err = contract.Instalments(terms.Amount, due...)
					require.NoError(t, err)
				}
				if a, err := w.funds[i].Offer(terms, funder); try(t, err) {
					w.awards, w.owner = append(w.awards, a), append(w.owner, i)
				}
			},
			"command": func(t *rapid.T) {
				f, a := pick(t)
				name := rapid.SampledFrom([]string{"agree", "decline", "withdraw", "pay", "report spend", "end"}).Draw(t, "name")
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
	for _, a := range w.awards {
		changes = append(changes, a)
	}
	require.NoError(t, store.Save(t.Context(), db, changes...))
	for i, f := range w.funds {
		again, err := grant.NewFunds(db).Load(t.Context(), f.ID())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(f.Balances(), again.Balances(), moneys))
		require.Equal(t, f.Reserve(), again.Reserve())
		require.Equal(t, f.State(), again.State())
		w.funds[i] = again
	}
	for i, a := range w.awards {
		again, err := grant.NewAwards(db).Load(t.Context(), a.ID())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(a.Terms(), again.Terms(), moneys))
		require.Equal(t, []any{a.State(), a.Promised(), a.Paid(), a.Spent(), a.Unspent()}, []any{again.State(), again.Promised(), again.Paid(), again.Spent(), again.Unspent()})
		w.awards[i] = again
	}
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
		for _, b := range f.Balances() {
			require.Equal(t, b.In(), b.Out(), "the two sides of %v", b.Year)
			require.GreaterOrEqual(t, b.Free.Sign(), 0)
			require.True(t, !b.Closed || b.Free.IsZero(), "a closed year has nothing free")
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
