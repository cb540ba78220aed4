package importer

import (
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

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

// noLimit is the age, in years, from which on a maximum is none: nobody has
// reached it. Directories write 999 where they mean that there is no limit.
const noLimit = 123

// ages takes the ages served. An end that cannot be read is not no end: the range
// is incomplete, so that nobody is let in by it.
func (o *Object) ages() (ages directory.Ages, stated bool) {
	minStated, maxStated := o.has("minimum_age"), o.has("maximum_age")
	youngest, oldest := o.ageEnds(minStated, maxStated)
	incomplete := o.yes("sp_ages_incomplete") == sp.Yes || minStated && youngest == nil && !isNullWord(o.peek("minimum_age")) || maxStated && oldest == nil && !isNullWord(o.peek("maximum_age"))
	unread := func(field, detail string) {
		incomplete = true
		o.keep(field)
		o.report(sp.Warning, field, "bad-age", detail)
	}
	limit := decimal.NewFromInt(noLimit)
	if youngest != nil && (youngest.Sign() < 0 || youngest.GreaterThanOrEqual(limit)) {
		unread("minimum_age", "nobody is of that age; it is unknown")
		youngest = nil
	}
	if oldest != nil && oldest.Sign() < 0 {
		unread("maximum_age", "nobody is of that age; it is unknown")
		oldest = nil
	}
	if oldest != nil && oldest.Sign() == 0 {
		unread("maximum_age", "0 says that there is no limit, or that nobody stated one; it is unknown")
		oldest = nil
		if youngest != nil && youngest.Sign() == 0 {
			o.keep("minimum_age")
			youngest = nil
		}
	}
	if oldest != nil && oldest.GreaterThanOrEqual(limit) {
		o.keep("maximum_age")
		o.report(sp.Note, "maximum_age", "no-upper-age", "nobody is that old; there is no upper limit")
		if oldest = nil; youngest == nil && !incomplete {
			youngest = &decimal.Decimal{}
		}
	}
	if youngest == nil && oldest == nil {
		return directory.Ages{Incomplete: false}, incomplete
	}
	ages, err := directory.NewAges(youngest, oldest)
	if err != nil {
		for field, d := range map[string]*decimal.Decimal{"minimum_age": youngest, "maximum_age": oldest} {
			if d != nil {
				o.keep(field)
			}
		}
		o.report(sp.Warning, "minimum_age", "bad-age", "and maximum_age are not a range within 0 to 150 years")
		return directory.Ages{}, true
	}
	ages.Incomplete = incomplete
	return ages, true
}

var (
	// fromAge is an age from which on somebody is served, in words, and toAge the last.
	fromAge = regexp.MustCompile(`^(?i)(?:(?:ages?|aged|from|at least) )?(\d{1,3}) ?(?:\+|(?:years?|yrs?)(?: old)?(?: ?\+| plus| and over)?|plus|and over)?$`)
	toAge   = regexp.MustCompile(`^(?i)(?:(?:ages?|aged|to|up to) )?(\d{1,3})(?: ?(?:years?|yrs?)(?: old)?)?(?: and under)?$`)
	// underAge is the first that is not served.
	underAge = regexp.MustCompile(`^(?i)(?:under|below|<) ?(\d{1,3})(?:'?s)?(?: ?(?:years?|yrs?)(?: old)?)?$`)
	// unlimited is what people write where there is no limit.
	unlimited = regexp.MustCompile(`^(?i)(?:(?:no|without) (?:(?:upper|lower|age|upper age|lower age) )?(?:limit|maximum|minimum|max|min)|(?:any|all)(?: ages?)?)\.?$`)
)

// bothAges are two ages in one field.
var bothAges = regexp.MustCompile(`^(?i)(?:ages?|aged)? ?(\d{1,3}) ?(?:-|\x{2013}|to) ?(\d{1,3})(?: ?(?:years?|yrs?)(?: old)?)?$`)

// ageEnds takes the first and the last age, of which one field may hold both.
func (o *Object) ageEnds(minStated, maxStated bool) (youngest, oldest *decimal.Decimal) {
	field := "minimum_age"
	if maxStated {
		field = "maximum_age"
	}
	if m := bothAges.FindStringSubmatch(o.peek(field)); m != nil && minStated != maxStated {
		return o.inYears(field, figures(m[1])), numberOf(m[2])
	}
	return o.years("minimum_age"), o.lastYears("maximum_age")
}

// years takes the age from which on somebody is served, which feeds write as 18+.
func (o *Object) years(field string) *decimal.Decimal {
	s := o.peek(field)
	if d := numberOf(s); d != nil || s == "" {
		return o.decimal(field)
	}
	if unlimited.MatchString(s) {
		return o.inYears(field, 0)
	}
	if m := fromAge.FindStringSubmatch(s); m != nil {
		return o.inYears(field, figures(m[1]))
	}
	return o.decimal(field)
}

// lastYears takes the age up to which somebody is served, in whole years.
func (o *Object) lastYears(field string) *decimal.Decimal {
	s := o.peek(field)
	if d := numberOf(s); d != nil || s == "" {
		return o.decimal(field)
	}
	if unlimited.MatchString(s) {
		return o.inYears(field, noLimit)
	}
	if m := toAge.FindStringSubmatch(s); m != nil {
		return o.inYears(field, figures(m[1]))
	}
	if m := underAge.FindStringSubmatch(s); m != nil && figures(m[1]) > 0 {
		return o.inYears(field, figures(m[1])-1)
	}
	return o.decimal(field)
}

// inYears takes a field for a number of years that was read in its words.
func (o *Object) inYears(field string, years int) *decimal.Decimal {
	o.drop(field)
	o.keep(field)
	o.report(sp.Note, field, "text-for-number", "was read as a number of years")
	d := decimal.NewFromInt(int64(years))
	return &d
}

// cost takes the texts about fees and the prices. What they say together is
// decided when all of them are known.
func (o *Object) cost() directory.Cost {
	field := "fees_description"
	if !o.has(field) {
		field = "fees"
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
	for _, p := range o.list("cost_options") {
		c.Prices = append(c.Prices, p.price())
	}
	return c
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
