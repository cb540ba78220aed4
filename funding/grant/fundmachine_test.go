package grant_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/store"
)

func funds(t *testing.T) goldentest.Behaviour[*grant.Fund, grant.State, grant.FundCommand] {
	t.Helper()
	var worlds []goldentest.World[*grant.Fund]
	add := func(name string, f *grant.Fund) {
		of := kept(t, name, deal{f, grant.NewAward("A-1", anybody), elsewhere(t)})
		worlds = append(worlds, goldentest.World[*grant.Fund]{Name: name, Make: func() *grant.Fund { return of.Make().fund }})
	}
	add("new", grant.NewFund("F-1", anybody))
	add("open, empty", open(t, "F-1", grant.CarryOver{Rule: grant.Reserve}))
	add("open, with free money", funded(t, 20_000))
	f, _ := in(t, grant.StateAgreed)
	add("open, promised and paid", f)
	f = funded(t, 20_000)
	agreed(t, f, twoYears("A-1"))
	add("open, promised", f)
	f = open(t, "F-1", grant.CarryOver{Rule: grant.Reserve})
	require.NoError(t, f.Allocate(2026, sp.Pounds(1), funder))
	require.NoError(t, f.CloseYear(2026, late))
	add("open, with a reserve", f)
	f, err := opened("F-1", grant.Opening{Funder: "bay/council", Currency: sp.GBP, RingFenced: true, CarryOver: grant.CarryOver{Rule: grant.Lapse}}, funder)
	require.NoError(t, err)
	require.NoError(t, f.Allocate(2026, sp.Pounds(1), funder))
	add("open, ring-fenced", f)
	f = funded(t, 20_000)
	require.NoError(t, f.WindUp(late))
	add("wound up", f)
	return goldentest.Behaviour[*grant.Fund, grant.State, grant.FundCommand]{
		Table: grant.FundTable, Worlds: worlds, Actors: append(people(on(2028, 4, 1)), early()),
		Give: grant.GiveFund, May: grant.MayFund, Legal: grant.LegalFund,
		Events: func(f *grant.Fund) (names []store.EventType, to grant.State) {
			for e := range f.History() {
				names = append(names, e.Event.EventType())
			}
			return names, f.State()
		},
	}
}

func TestEveryCommandOfAFundByEverybody(t *testing.T) {
	b := funds(t)
	golden(t, "testdata/fund.txt", b.String(grant.FundTable().Commands(), t.Errorf))
	b.EveryCommandIsGiven(t)
}

func TestEveryMistakeInTheTableOfFundsIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, grant.FundMachine, funds(t))
}

func TestWhatIsLegalForAFundIsWhatMayBeGiven(t *testing.T) {
	for _, w := range funds(t).Worlds {
		for _, s := range people(on(2028, 4, 1)) {
			f, legal := w.Make(), map[grant.FundCommand]bool{}
			for c := range f.Legal(s) {
				legal[c] = true
			}
			for _, c := range grant.FundTable().Commands() {
				require.Equal(t, f.May(c, s) == nil, legal[c], "%s: %s by %s", w.Name, c, s.By.ID)
			}
			allocations := testing.AllocsPerRun(5, func() {
				for c := range f.Legal(s) {
					_ = f.May(c, s)
				}
			})
			if testing.CoverMode() == "" { // whose counters keep the iterator from being inlined
				require.Zero(t, allocations)
			}
		}
	}
}

func TestARequestThatComesTwiceMovesMoneyOnce(t *testing.T) {
	for name, give := range map[string]func(f *grant.Fund, a *grant.Award, s sp.Stamp) error{
		"allocate": func(f *grant.Fund, _ *grant.Award, s sp.Stamp) error { return f.Allocate(2026, sp.Pounds(1), s) },
		"offer":    func(f *grant.Fund, _ *grant.Award, s sp.Stamp) error { return f.Offer(second, twoYears("A-2"), s) },
		"pay":      func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Pay(a, 4, s) },
		"extend":   func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Extend(a, longer, s) },
		"terminate": func(f *grant.Fund, a *grant.Award, s sp.Stamp) error {
			return f.Terminate(a, sp.NewDate(2027, 12, 31), "provider-closed", s)
		},
		"recover": func(f *grant.Fund, a *grant.Award, s sp.Stamp) error { return f.Recover(a, sp.Pounds(7), s) },
		"close":   func(f *grant.Fund, _ *grant.Award, s sp.Stamp) error { return f.CloseYear(2026, s) },
		"report": func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
			return a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(12_000)}, s)
		},
		"vire": func(_ *grant.Fund, a *grant.Award, s sp.Stamp) error {
			return a.Vire(contract.Overhead, contract.Salary, sp.Pounds(2_000), s)
		},
		"vired": func(f *grant.Fund, _ *grant.Award, s sp.Stamp) error {
			return grant.Vire(f, third, 2028, sp.Pounds(8_000), s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, a := in(t, grant.StateAgreed)
			second, third = grant.NewAward("A-2", anybody), open(t, "F-3", grant.CarryOver{Rule: grant.Lapse})
			if name == "offer" {
				require.NoError(t, f.Allocate(2026, sp.Pounds(20_000), funder))
				require.NoError(t, f.Allocate(2027, sp.Pounds(20_000), funder))
			}
			s := by(grant.RoleFunder, on(2028, 4, 1)).Under("k-1")
			require.NoError(t, give(f, a, s))
			balances, n := f.Balances(), entries(a.History())
			again := by(grant.RoleFunder, on(2028, 4, 2)).Under("k-1")
			require.NoError(t, give(f, a, again), "whatever there is left")
			require.Equal(t, balances, f.Balances())
			require.Equal(t, n, entries(a.History()))
		})
	}
	f, a := in(t, grant.StateAgreed)
	require.NoError(t, f.Pay(a, 4, funder.Under("k-1")))
	require.ErrorContains(t, f.Pay(a, 5, funder.Under("k-1")), "was given before under this key, with other input")

	f = grant.NewFund("F-1", anybody)
	o := grant.Opening{Funder: "bay/council", Currency: sp.GBP, CarryOver: grant.CarryOver{Rule: grant.Lapse}}
	require.NoError(t, f.Open(o, funder.Under("k-1")))
	require.NoError(t, f.Open(o, funder.Under("k-1")))
	require.NoError(t, f.Allocate(2026, sp.Pounds(1), funder))
	require.NoError(t, f.WindUp(late.Under("k-2")))
	require.NoError(t, f.WindUp(late.Under("k-2")))
	require.ErrorIs(t, f.WindUp(late), sp.ErrInvalid)
}

var (
	second *grant.Award
	third  *grant.Fund
	longer = grant.Extension{
		End: sp.NewDate(2029, 4, 1), Instalments: []contract.Instalment{{Due: sp.NewDate(2028, 4, 15), Amount: sp.Pounds(12_000)}},
		Costs: contract.Costs{Salary: sp.Pounds(12_000)},
	}
)
