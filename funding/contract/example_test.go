package contract_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

func Example() {
	terms := []contract.Terms{
		{ID: "A-1", Provider: "bay/green", Service: "bay/walks", Period: sp.FinancialYear(2025), Amount: sp.Pounds(12_000)},
		{ID: "A-2", Provider: "bay/green", Service: "bay/garden", Period: sp.NewDate(2025, time.December, 1).Months(9), Amount: sp.Pounds(30_000)},
		{ID: "A-3", Provider: "bay/green", Service: "bay/garden", Period: sp.NewDate(2026, time.October, 1).Months(6), Amount: sp.Pounds(18_000)},
	}
	book, err := contract.NewBook(terms)
	if err != nil {
		panic(err)
	}
	caseload := func(_, service directory.ID) (int, bool) {
		return 42, service == "bay/walks"
	}
	today := sp.NewDate(2026, time.January, 15)
	for _, c := range book.Cliffs(today, today.AddMonths(12), caseload) {
		fmt.Println(c)
	}
	_, short := book.Short(12)
	fmt.Println(short, "of", book.Total(), "in contracts of less than a year")
	// Output:
	// 2026-04-01: bay/walks loses £1,000.00 a month and ends; 42 people
	// 2026-09-01: bay/garden loses £3,333.33 a month and ends until 2026-10-01; people not counted
	// £48,000.00 of £60,000.00 in contracts of less than a year
}

func ExampleSpread() {
	nine := sp.NewDate(2025, time.December, 1).Months(9)
	for _, by := range []contract.Basis{contract.ByDays, contract.ByMonths} {
		parts, err := contract.Spread(sp.Pounds(30_000), nine, time.April, by)
		if err != nil {
			panic(err)
		}
		fmt.Println(by, parts)
	}
	// Output:
	// days [2025/26 £13,248.18 2026/27 £16,751.82]
	// months [2025/26 £13,333.33 2026/27 £16,666.67]
}

func ExampleMix_Split() {
	mix := contract.Mix{Salary: 70, OnCost: 18, Activity: 4, Overhead: 8}
	fmt.Println(mix.Split(sp.Pounds(50_000)))
	mix.ActivityPerSalary = decimal.RequireFromString("0.25")
	fmt.Println(mix.Split(sp.Pounds(50_000)))
	// Output:
	// {£35,000.00 £9,000.00 £2,000.00 £4,000.00} <nil>
	// {£30,837.00 £7,929.52 £7,709.25 £3,524.23} <nil>
}
