package importer

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// said takes a text that may say nothing of its own.
func (o *Object) said(field string) string {
	s := o.Text(field)
	if isPlaceholder(s) {
		o.report(sp.Note, field, "placeholder", "says nothing of its own")
	}
	return s
}

func (o *Object) eligibility(textField string) directory.Eligibility {
	e := directory.Eligibility{}
	if j := o.find(textField); j == 0 || !o.t.holdsParts(j+1) { // else it is taken row by row
		e.Text = o.said(textField)
	}
	if !isPlaceholder(e.Text) {
		ages, anybody := eligibilityOf(e.Text)
		e.Ages = ages
		if anybody {
			e.Restricted = sp.No
		}
	}
	if ages, stated := o.ages(); stated {
		e.Ages = ages
	}
	return e
}

// cost takes the texts about fees and the prices. What they say together is
// decided when all of them are known.
func (o *Object) cost() directory.Cost {
	field := "fees_description"
	if !o.has(field) {
		field = o.inWords("fees", "cost", "price", "fee", "costs", "prices", "charges", "cost_description")
	}
	var c directory.Cost
	if raw := strings.TrimSpace(o.peek(field)); strings.EqualFold(raw, "none") && (o.record.exported || o.im.exported || !o.writesNulls(field)) {
		c.Text = raw // which is what people write for nothing to pay
		o.drop(field)
	} else {
		c.Text = o.said(field)
	}
	if field == "fees_description" && o.peek("fees") == c.Text {
		o.drop("fees")
	}
	for _, flag := range [...]string{"is_free", "free"} {
		if c.Text == "" && o.peekTruth(flag) == sp.Yes {
			c.Text = "Free"
			o.report(sp.Note, flag, "text-for-object", "was read as the words about fees that it stands for")
		}
	}
	for _, p := range o.list("cost_options") {
		c.Prices = append(c.Prices, p.price())
	}
	return c
}

// inWords returns the first of other fields that is a text, where the one that should hold it
// says nothing, and else that one.
func (o *Object) inWords(field string, others ...string) string {
	if o.has(field) {
		return field
	}
	for _, other := range others {
		if j := o.find(other); j > 0 && o.t.nodes[j+1].kind == text && o.has(other) {
			return other
		}
	}
	return field
}

// signs are those of currencies that no other one has, and what people call them.
var signs = map[sp.Currency]sp.Currency{"£": sp.GBP, "POUND": sp.GBP, "POUNDS": sp.GBP, "STERLING": sp.GBP, "€": sp.EUR, "EURO": sp.EUR, "EUROS": sp.EUR}

func (o *Object) price() directory.Price {
	price := directory.Price{ID: o.ownID(), Name: o.Text("option"), Per: o.Text("amount_description")}
	var unread bool
	price.Valid, unread = o.validity("valid_from", "valid_to")
	currency := sp.Currency(strings.ToUpper(o.textOf("currency", coded)))
	if of := signs[currency]; of != "" {
		o.keep("currency")
		currency = of
	}
	if m := pricedPer.FindStringSubmatch(o.peek("amount")); m != nil && price.Per == "" {
		price.Per = m[2]
	}
	amount, bad := o.amount("amount", currency)
	if unread && !amount.IsZero() {
		o.keep("amount", "currency")
		amount = sp.Known[sp.Money]{} // which applies nobody knows how long
		o.report(sp.Warning, "amount", "bad-period", "applies nobody knows when; it is unknown")
	}
	unclear := o.yes("sp_unclear") == sp.Yes
	if price.Amount = amount; price.Amount.IsZero() {
		o.keep("currency")
		price.Unclear = bad || unread || unclear
	}
	return price
}

// validity takes the window in which something is true; valid_to belongs to it.
// Unread is whether an end of it is stated that cannot be read.
func (o *Object) validity(start, end string) (p sp.Period, unread bool) {
	from, bad1 := o.dateIn(start)
	to, bad2 := o.dateIn(end)
	if to.IsZero() {
		return sp.Period{Start: from}, bad1 || bad2
	}
	p, err := sp.NewPeriod(from, to.Add(1))
	if err != nil {
		o.keep(start, end)
		o.report(sp.Warning, end, "bad-period", "lies before "+start)
		return sp.Period{}, true
	}
	return p, bad1 || bad2
}

func (o *Object) capacity() directory.Capacity {
	parts := o.list("capacities")
	if len(parts) == 0 {
		return directory.Capacity{}
	}
	if len(parts) > 1 {
		o.report(sp.Note, "capacities", "several-capacities", "the first is used; the others are kept as they are")
	}
	return parts[0].capacityOf()
}

func (o *Object) capacityOf() directory.Capacity {
	var c directory.Capacity
	o.ownID()
	if j := o.find("unit"); j > 0 && o.t.nodes[j+1].kind == text {
		c.Unit = o.Text("unit")
	} else if unit := o.object("unit"); unit != nil {
		unit.ownID()
		c.Unit = unit.Text("name")
	} else if source := o.textOf("unit_id", identifier); source != "" {
		c.Unit = o.unit(source)
	}
	c.Available, c.Maximum, c.Updated = o.count("available"), o.count("maximum"), o.pastMoment("updated")
	available, ok1 := c.Available.Lookup()
	if maximum, ok2 := c.Maximum.Lookup(); ok1 && ok2 && available > maximum {
		o.report(sp.Warning, "available", "over-capacity", "is more than maximum; both are unknown")
		o.keep("available", "maximum")
		c.Available, c.Maximum = sp.Known[int]{}, sp.Known[int]{}
	}
	return c
}
