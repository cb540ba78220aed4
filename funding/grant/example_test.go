package grant_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	funder := sp.By(sp.Actor{ID: "lee", Role: grant.RoleFunder, For: "bay/council"}, time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	provider := sp.By(sp.Actor{ID: "sam", Role: sp.RoleProvider, For: "bay/green"}, time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC))

	// A citizens' fund that carries over what is left, and gives no contract of
	// less than a year.
	may := transition.TableOnly{}
	fund := grant.NewFund("F-1", may)
	err := fund.Open(grant.Opening{
		Funder: "bay/council", Currency: sp.GBP, CarryOver: grant.CarryOver{Rule: grant.CarryAll}, MinimumMonths: 12,
	}, funder)
	if err != nil {
		panic(err)
	}
	for year, amount := range map[contract.Year]int64{2026: 50_000, 2027: 40_000, 2028: 20_000} {
		if err := fund.Allocate(year, sp.Pounds(amount), funder); err != nil {
			panic(err)
		}
	}

	// Three years are asked for, and only two can be promised.
	terms := contract.Terms{
		ID: "A-1", Provider: "bay/green", Service: "bay/walks", Basis: contract.ByMonths,
		Period: sp.NewDate(2026, time.April, 1).Months(36), Amount: sp.Pounds(90_000),
	}
	award := grant.NewAward("A-1", may)
	err = fund.Offer(award, terms, funder)
	if short, ok := errors.AsType[*grant.OverspentError](err); ok {
		fmt.Println(short.Year, "lacks", short.Short())
	}
	terms.Period, terms.Amount = sp.NewDate(2026, time.April, 1).Months(24), sp.Pounds(60_000)
	terms.Instalments, err = contract.Instalments(terms.Amount, sp.NewDate(2026, 4, 15), sp.NewDate(2027, 4, 15))
	if err != nil {
		panic(err)
	}
	if err := fund.Offer(award, terms, funder); err != nil {
		panic(err)
	}
	if err := award.Agree(provider); err != nil {
		panic(err)
	}
	if err := fund.Pay(award, 1, funder); err != nil {
		panic(err)
	}
	if err := store.Save(ctx, db, fund, award); err != nil { // both or neither
		panic(err)
	}

	b := fund.Balance(2026)
	fmt.Println(b.Year, "in", b.In(), "= paid", b.Paid, "+ promised", b.Committed, "+ free", b.Free)
	book, err := grant.NewAwards(db, may).Book(ctx, grant.Query{Fund: "F-1"})
	if err != nil {
		panic(err)
	}
	fmt.Println(book.Cliffs(sp.NewDate(2026, 4, 1), 0, nil)[0])
	// Output:
	// 2028/29 lacks £10,000.00
	// 2026/27 in £50,000.00 = paid £30,000.00 + promised 0 + free £20,000.00
	// 2028-04-01: bay/walks loses £2,500.00 a month and ends; people not counted
}
