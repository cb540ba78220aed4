package importer

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// postcode reads a postcode into its written form, and keeps one that is none.
func (o *Object) postcode(field, s string) string {
	if s == "" {
		return ""
	}
	p, err := geo.ParsePostcode(s)
	switch {
	case err != nil:
		o.report(sp.Note, field, "odd-postcode", "is not a postcode of the United Kingdom; kept as written")
		return s
	case string(p) != s:
		o.keep(field)
		o.report(sp.Note, field, "postcode-form", "was brought into its written form")
	}
	return string(p)
}

var (
	priced    = regexp.MustCompile(`^([£$€]|GBP|EUR) ?(\d{1,9}(?:[.,]\d{1,2})?)$`)
	pricedPer = regexp.MustCompile(`^([£€] ?\d{1,9}(?:[.,]\d{1,2})?) ?((?:per|a|an|each|/) ?(?:[a-z]+(?: [a-z]+)?)?)$`)
	inPence   = regexp.MustCompile(`^(\d{1,2})p$`)
	inComma   = regexp.MustCompile(`^\d{1,9},\d{2}$`) // no thousand has two digits
)

// amount takes an amount of money in major units. Unreadable is whether one is
// stated that is none.
func (o *Object) amount(field string, c sp.Currency) (money sp.Known[sp.Money], unreadable bool) {
	v := o.find(field)
	if v == 0 {
		return money, false
	}
	var d *decimal.Decimal
	raw := strings.TrimSpace(o.peek(field))
	if m := pricedPer.FindStringSubmatch(raw); m != nil {
		raw = m[1]
	}
	if m := priced.FindStringSubmatch(raw); m != nil {
		o.report(sp.Note, field, "text-for-number", "was read as an amount with its currency")
		d = numberOf(strings.Replace(m[2], ",", ".", 1))
		c = map[string]sp.Currency{"£": sp.GBP, "GBP": sp.GBP, "$": c, "€": sp.EUR, "EUR": sp.EUR}[m[1]]
		if c == "" {
			c = sp.USD
		}
	} else if d = amountInWords(raw, cmp.Or(c, o.im.options.Currency)); d != nil {
		o.report(sp.Note, field, "text-for-number", "was read as an amount")
	} else {
		stated := o.has(field)
		if d = o.decimal(field); d == nil {
			return money, stated && !isNullWord(o.peek(field))
		}
	}
	if c == "" {
		c = o.im.options.Currency
	}
	m, err := c.Of(*d, sp.Exact)
	if err != nil || m.Sign() < 0 {
		o.keep(field)
		o.report(sp.Warning, field, "bad-amount", "is not an amount of money")
		return money, true
	}
	return sp.Know(m), false
}

// amountInWords reads an amount with a decimal comma, in pence, or that says that there
// is nothing to pay, and returns nil for what is none of these.
func amountInWords(s string, c sp.Currency) *decimal.Decimal {
	if m := inPence.FindStringSubmatch(s); m != nil && c == sp.GBP {
		return numberOf("0." + strings.Repeat("0", 2-len(m[1])) + m[1])
	}
	if inComma.MatchString(s) {
		return numberOf(strings.Replace(s, ",", ".", 1))
	}
	if !strings.ContainsAny(s, "0123456789") && !isNullWord(s) && chargeOf(s) == directory.Free {
		return &decimal.Decimal{}
	}
	return nil
}
