package grant_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// commands gives each command of an award with valid input, in a time when its
// period is over.
var commands = map[grant.AwardCommand]func(*grant.Fund, *grant.Award, sp.Stamp) error{
	grant.AwardOffer:    func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Offer(a, twoYears("A-1"), s) },
	grant.AwardAgree:    func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error { return a.Agree(s) },
	grant.AwardDecline:  func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Decline(a, "no-capacity", s) },
	grant.AwardWithdraw: func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Withdraw(a, "budget-cut", s) },
	grant.AwardPay:      pay,
	grant.AwardReport: func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(1)}, s)
	},
	grant.AwardVire: func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return a.Vire(contract.Salary, contract.Activity, sp.Pounds(1), s)
	},
	grant.AwardExtend: func(f *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return f.Extend(a, grant.Extension{End: sp.NewDate(2028, 5, 1)}, s)
	},
	grant.AwardTerminate: func(f *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return f.Terminate(a, sp.NewDate(2027, 12, 31), "provider-closed", s)
	},
	grant.AwardEnd: func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error { return a.End(s) },
	grant.AwardDecideRenewal: func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return a.DecideRenewal(sp.NewDate(2026, 4, 1), true, s)
	},
	grant.AwardReceiveInvoice: func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
		return a.ReceiveInvoice(grant.InvoiceReceived{Invoice: "I-1", Amount: sp.Pounds(1)}, s)
	},
	grant.AwardSettleInvoice: func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error { return a.SettleInvoice("I-0", s) },
	grant.AwardRecover:       func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Recover(a, sp.Pounds(1), s) },
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
	a, err := offer(f, twoYears("A-1"), funder)
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
		require.NoError(t, a.ReceiveInvoice(grant.InvoiceReceived{Invoice: "I-0", Amount: sp.Pounds(1)}, funder))
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

// A deal is an award with its fund, and a fund to vire to.
type deal struct {
	fund  *grant.Fund
	award *grant.Award
	other *grant.Fund
}

// kept returns a world that is loaded from what was saved, so that no rule is asked
// when it is made.
func kept(t *testing.T, name string, d deal) goldentest.World[deal] {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	changes := []store.Change{d.other}
	if d.fund.State() != "" {
		changes = append(changes, d.fund)
	}
	if d.award.State() != "" {
		changes = append(changes, d.award)
	}
	require.NoError(t, store.Save(t.Context(), db, changes...))
	return goldentest.World[deal]{Name: name, Make: func() deal {
		f, err := grant.NewFunds(db, anybody).LoadOrNew(t.Context(), "F-1")
		require.NoError(t, err)
		o, err := grant.NewFunds(db, anybody).Load(t.Context(), "F-9")
		require.NoError(t, err)
		a, err := grant.NewAwards(db, anybody).LoadOrNew(t.Context(), "A-1")
		require.NoError(t, err)
		return deal{f, a, o}
	}}
}

func elsewhere(t *testing.T) *grant.Fund {
	t.Helper()
	f := open(t, "F-9", grant.CarryOver{Rule: grant.Lapse})
	require.NoError(t, f.Allocate(2026, sp.Pounds(1), funder))
	return f
}

// people are all who try: the two sides, strangers in their roles, those who act for
// them in another role, links, a timer and one who only says so.
func people(at time.Time) []sp.Stamp {
	who := func(id string, role sp.Role, forWhom, only string) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role, For: forWhom, Only: only}, at)
	}
	return []sp.Stamp{
		who("funder", grant.RoleFunder, "bay/council", ""),
		who("provider", sp.RoleProvider, "bay/green", ""),
		sp.BySystem("system", at),
		who("other-funder", grant.RoleFunder, "bay/trust", ""),
		who("other-provider", sp.RoleProvider, "bay/grey", ""),
		who("nobodys-funder", grant.RoleFunder, "", ""),
		who("funder-as-worker", sp.RoleLinkWorker, "bay/council", ""),
		who("provider-as-person", sp.RolePerson, "bay/green", ""),
		who("award-link", sp.RoleProvider, "bay/green", "award/A-1"),
		who("fund-link", grant.RoleFunder, "bay/council", "fund/F-1"),
		who("claimed-system", sp.RoleSystem, "", ""),
	}
}

func awards(t *testing.T) goldentest.Behaviour[deal, grant.State, grant.AwardCommand] {
	t.Helper()
	var worlds []goldentest.World[deal]
	for _, state := range []grant.State{grant.StateOffered, grant.StateAgreed, grant.StateDeclined, grant.StateWithdrawn, grant.StateTerminated, grant.StateEnded} {
		f, a := in(t, state)
		worlds = append(worlds, kept(t, string(state), deal{f, a, elsewhere(t)}))
	}
	worlds = append(worlds, kept(t, "new", deal{funded(t, 20_000), grant.NewAward("A-1", anybody), elsewhere(t)}))
	f := funded(t, 20_000)
	worlds = append(worlds, kept(t, "agreed, nothing paid", deal{f, agreed(t, f, twoYears("A-1")), elsewhere(t)}))
	f, a := in(t, grant.StateAgreed)
	require.NoError(t, pay(f, a, funder))
	worlds = append(worlds, kept(t, "agreed, all paid", deal{f, a, elsewhere(t)}))
	f = funded(t, 20_000)
	a = agreed(t, f, twoYears("A-1"))
	require.NoError(t, a.Report(sp.FinancialYear(2026), twoYears("A-1").Costs, provider))
	worlds = append(worlds, kept(t, "agreed, all spent", deal{f, a, elsewhere(t)}))
	f = funded(t, 20_000)
	terms := twoYears("A-1")
	terms.Costs = contract.Costs{}
	worlds = append(worlds, kept(t, "agreed, costs not stated", deal{f, agreed(t, f, terms), elsewhere(t)}))
	return goldentest.Behaviour[deal, grant.State, grant.AwardCommand]{
		Table: grant.AwardTable, Worlds: worlds, Actors: append(people(on(2028, 4, 1)), early()),
		Give: func(d deal, c grant.AwardCommand, s sp.Stamp) error {
			give := commands[c]
			if c == grant.AwardReport && d.award.Spent() == twoYears("A-1").Costs { // a correction
				give = func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
					return a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(-1)}, s)
				}
			}
			return give(d.fund, d.award, s)
		},
		May: func(d deal, c grant.AwardCommand, s sp.Stamp) error {
			if d.award.State() == "" && c == grant.AwardOffer {
				return d.fund.MayOffer(d.award, s)
			}
			return d.award.May(c, s)
		},
		Legal: func(d deal, s sp.Stamp) iter.Seq[grant.AwardCommand] {
			if d.award.State() == "" && d.fund.MayOffer(d.award, s) != nil {
				return slices.Values([]grant.AwardCommand(nil))
			}
			return d.award.Legal(s)
		},
		Events: func(d deal) (names []store.EventType, to grant.State) {
			for e := range d.award.History() {
				names = append(names, e.Event.EventType())
			}
			return names, d.award.State()
		},
	}
}

// early is the funder before any award is over.
func early() sp.Stamp {
	s := people(on(2026, 6, 1))[0]
	s.By.ID = "funder-in-june"
	return s
}

func TestEveryCommandOfAnAwardByEverybody(t *testing.T) {
	b := awards(t)
	golden(t, "testdata/award.txt", b.String(grant.AwardTable().Commands(), t.Errorf))
	b.EveryCommandIsGiven(t)
	strangers := people(on(2028, 4, 1))
	b.AStrangerLearnsNothing(t, strangers[3], strangers[4], strangers[5], strangers[6], strangers[7], strangers[10])
}

func TestEveryMistakeInTheTableOfAwardsIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, grant.AwardMachine, awards(t))
}

func TestEveryAwardEventAndFundEventKeepsItsStoredNameAndForm(t *testing.T) {
	parts := []contract.Part{{Year: 2026, Amount: sp.Pence(1234)}}
	disposals := []grant.Disposal{{Year: 2026, Carried: sp.Pounds(1), Reserved: sp.Pounds(2), Lapsed: sp.Pounds(3), ClawedBack: sp.Pounds(4)}}
	costs := contract.Costs{Salary: sp.Pounds(1), OnCost: sp.Pounds(2), Activity: sp.Pounds(3), Overhead: sp.Pounds(4)}
	instalments := []contract.Instalment{{Due: sp.NewDate(2026, 4, 15), Amount: sp.Pounds(6_000)}}
	events := []store.Event{
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
		grant.InvoiceReceived{Invoice: "I-1", Amount: sp.Pounds(5)},
		grant.InvoicePaid{Invoice: "I-1"},
		grant.RenewalDecided{Told: sp.NewDate(2027, 12, 1), Renewed: true, End: sp.NewDate(2028, 4, 1)},
	}
	var b strings.Builder
	seen := make(map[store.EventType]bool)
	for _, f := range events {
		data, err := store.Encode(f)
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s %s\n", f.EventType(), data)
		seen[f.EventType()] = true
		var again store.Event
		if strings.HasPrefix(string(f.EventType()), "fund.") {
			again, err = grant.DecodeFundEvent(f.EventType(), data)
		} else {
			again, err = grant.DecodeAwardEvent(f.EventType(), data)
		}
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(f, again, moneys))
	}
	for _, name := range append(grant.FundTable().Events(), grant.AwardTable().Events()...) {
		require.True(t, seen[name], "%s has no example", name)
	}
	golden(t, "testdata/events.txt", b.String())
	for _, name := range []string{"fund.painted", "award.offered "} {
		_, err := grant.DecodeFundEvent(store.EventType(name), []byte("{}"))
		require.ErrorIs(t, err, sp.ErrInvalid)
		_, err = grant.DecodeAwardEvent(store.EventType(name), []byte("{}"))
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	_, err := grant.DecodeFundEvent("fund.paid", []byte(`{"parts":7}`))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// TestTheGrantTablesAreTheirDocs keeps docs/grants.md what the tables say.
func TestTheGrantTablesAreTheirDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Funds and awards

A *fund* is one budget heading over financial years. An *award* is money promised to one provider on terms. This page is written by a test
from the tables that decide (` + "`grant.FundTable`, `grant.AwardTable`" + `). Commands are checked against them; replay is not.
`)
	section := func(title, text, diagram, table string) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```mermaid\n%s```\n\n%s", title, text, diagram, table)
	}
	section("Fund", "What came in equals what it became, in every financial year: allocated + carried in + drawn + vired in = free + committed + paid + vired out + carried out + reserved + lapsed + clawed back.",
		grant.FundTable().Diagram(), grant.FundTable().Markdown())
	section("Award", "Its whole amount is set aside in the fund when it is offered. Commands that move money are saved with the fund in one commit.",
		grant.AwardTable().Diagram(), grant.AwardTable().Markdown())
	golden(t, "../../docs/grants.md", b.String())
}

func entries(seq func(func(store.Entry[grant.AwardEvent]) bool)) (n int) {
	for range seq {
		n++
	}
	return n
}
