package importer

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// charge decides what the texts and the prices of a service say together. One
// whose prices are all nothing, and for good, is free; one without prices is free
// only if a text says so.
func (im *Importer) charge(s *directory.Service, source string) {
	c := &s.Cost
	said, unclear := inWordsOf(c)
	charge, above := chargeFor(c.Prices)
	switch {
	case above && said == directory.Free:
		im.report(sp.Warning, source, "fees", "contradicting-cost", "says free, and cost_options have a price; the price is used")
	case unclear && said == directory.Free:
		im.report(sp.Warning, source, "fees", "contradicting-cost", "says free, and cost_options have a price that cannot be read; it is unknown")
		said = ""
	case charge == directory.Free && isAmount(c.Text):
		im.report(sp.Warning, source, "fees", "contradicting-cost", "is an amount, and cost_options say that there is nothing to pay; it is unknown")
		charge = ""
	case charge == directory.Free && said == directory.Donation: // all that is asked for is a gift
		charge = said
	}
	if c.Charge = said; above || charge != "" {
		c.Charge = charge
	}
}

// inWordsOf returns what the words of a cost say, and whether a price of it cannot be read.
func inWordsOf(c *directory.Cost) (said directory.Charge, unclear bool) {
	said = chargeOf(c.Text)
	for _, p := range c.Prices {
		unclear = unclear || p.Unclear
		if said != "" || p.Unclear {
			continue
		}
		amount, stated := p.Amount.Lookup()
		switch word := chargeOf(p.Name); {
		case stated && !amount.IsZero():
		case word == directory.Donation || chargeOf(p.Per) == directory.Donation:
			said = directory.Donation
		case !stated && word == directory.Free && len(c.Prices) == 1 && p.Valid == sp.Period{}:
			said = directory.Free
		}
	}
	return said, unclear
}

// chargeFor returns what the amounts of prices say for good: free if all are
// nothing, paid if one is more. What applies for a time only is left to the
// prices, which know when. It also reports whether any is more than nothing,
// which contradicts whoever says that the service is free.
func chargeFor(prices []directory.Price) (charge directory.Charge, above bool) {
	free, paid := len(prices) > 0, false
	for _, p := range prices {
		amount, ok := p.Amount.Lookup()
		always := p.Valid == sp.Period{}
		above = above || amount.Sign() > 0
		paid = paid || always && amount.Sign() > 0
		free = free && always && ok && amount.IsZero()
	}
	switch {
	case paid:
		return directory.Paid, above
	case free:
		return directory.Free, above
	}
	return "", above
}

// isAmount reports whether a text is nothing but an amount of money, and one to be paid.
func isAmount(text string) bool {
	text = strings.TrimSpace(text)
	return (priced.MatchString(text) || pricedPer.MatchString(text)) && strings.ContainsAny(text, "123456789")
}
