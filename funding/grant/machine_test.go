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

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
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
	te, refused := errors.AsType[*transition.Error](err)
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
	for _, m := range []transition.RoleMachine[grant.State]{grant.FundMachine(), grant.AwardMachine()} {
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
		machine     transition.RoleMachine[grant.State]
	}{
		{"Fund", "What came in equals what it became, in every financial year: allocated + carried in + drawn + vired in = free + committed + paid + vired out + carried out + reserved + lapsed + clawed back.", grant.FundMachine()},
		{"Award", "Its whole amount is set aside in the fund when it is offered. Commands that move money are saved with the fund in one commit.", grant.AwardMachine()},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```mermaid\n%s```\n\n%s", s.title, s.text, s.machine.Diagram(), s.machine.Table())
	}
	golden(t, "../../docs/grants.md", b.String())
}
