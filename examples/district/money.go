package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

// money draws the contracts that pay for services: most for a year or less, and not all renewed.
func (d *district) money(context.Context) error {
	var services []directory.Offer
	for _, o := range d.offers {
		if !slices.ContainsFunc(services, func(s directory.Offer) bool { return s.Service == o.Service }) {
			services = append(services, o)
		}
	}
	var terms []contract.Terms
	for i, o := range services {
		r := d.luck("money", i)
		from, months := start.AddMonths(-r.IntN(6)), []int{6, 9, 12, 12, 24, 36}[r.IntN(6)]
		for n := 1; ; n++ {
			terms = append(terms, contract.Terms{
				ID: contract.ID(fmt.Sprintf("C-%03d-%d", i+1, n)), Provider: cmp.Or(o.Organisation, o.Service), Service: o.Service,
				Period: from.Months(months), Amount: sp.Pounds(int64(months) * 400),
			})
			from = from.AddMonths(months)
			if from > start.Add(d.days) || r.IntN(3) == 0 {
				break // it is not renewed
			}
		}
	}
	var err error
	if d.book, err = contract.NewBook(terms); err != nil {
		return err
	}
	median, _ := d.book.MedianMonths()
	short, in := d.book.Short(12)
	ends := d.ending()
	d.say("\nMONEY  %d contracts of %v in all; half of the money lasts at most %.1f months", len(terms), d.book.Total(), median)
	d.say("  %d of them, of %v, are for less than a year; %d services end within these %d days if nothing more is renewed", len(short), in, len(ends), d.days)
	for _, c := range ends[:min(3, len(ends))] {
		d.say("  %v  %s loses %v a month", c.Date, c.Service, c.Lost())
	}
	return nil
}

// ending returns the services whose money ends while the district is played.
func (d *district) ending() []contract.Cliff {
	return slices.DeleteFunc(d.book.Cliffs(start, start.Add(d.days), nil), func(c contract.Cliff) bool { return !c.Ends() })
}

// paid reports whether there is money for a service today.
func (d *district) paid(service directory.ID) bool {
	until := d.book.FundedUntil(service, d.today)
	return until.IsZero() || until >= d.today
}
