// Package contract describes the terms on which providers are paid: for how long,
// in which financial years, in which instalments, and for what kinds of cost.
//
// Community organisations are commonly paid by contracts of three to twelve
// months. They cannot keep staff or a place on that, and people lose what helps
// them when a grant runs out. This package measures that, from nothing but a list
// of contracts.
//
// # The types to know
//
//   - [Terms] is one contract: a provider, a service, a period and an amount, with
//     its instalments (each an [Instalment]) and [Costs].
//   - [Spread] divides an amount over financial years, by days or by months; the
//     parts always add up.
//   - [Book] is many contracts. It knows until when each service is funded
//     ([Book.Horizons]), what is lost when ([Book.Cliffs]), the gaps between
//     contracts ([Book.Gaps]), how long money lasts ([Book.MedianMonths],
//     [Book.Short]) and what comes in each month if nothing is renewed
//     ([Book.RunRate]).
//   - [Mix] divides an amount into salaries, on-costs, activities and overheads,
//     and can keep activities from being the first to go.
//
// For example:
//
//	book, err := contract.NewBook(terms)
//	for _, c := range book.Cliffs(today, today.AddMonths(6), caseload) {
//		fmt.Println(c) // 2026-04-01: bay/walks loses £1,000.00 a month and ends; 42 people
//	}
//
// Money is exact. Months are counted by the calendar: a contract from 1 December
// to 31 August is nine months, whatever its number of days.
package contract
