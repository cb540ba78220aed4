package importer

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

func (o *object) name() string {
	name := o.text("name")
	if name == "" {
		o.report(sp.Warning, "name", "missing-name", "has no name")
	}
	return name
}

func (o *object) phones() []directory.Phone {
	var phones []directory.Phone
	for _, p := range o.list("phones") {
		p.drop("id", "location_id", "service_id", "organization_id", "contact_id", "service_at_location_id")
		phone := directory.Phone{
			Number: p.text("number"), Extension: p.extension(), Kind: p.text("type"), Note: p.text("description"),
		}
		if bare := strings.Trim(phone.Number, `"' `); bare != phone.Number {
			p.report(sp.Note, "number", "quoted-phone", "quotation marks were removed")
			phone.Number = bare
		}
		if !isPhone(phone.Number) {
			p.report(sp.Note, "number", "odd-phone", "is not a telephone number; kept as written")
		}
		phones = append(phones, phone)
	}
	return phones
}

// extension is a number in the standard, and not always one in life.
func (o *object) extension() string {
	if n, ok := o.fields["extension"].(json.Number); ok {
		o.drop("extension")
		return n.String()
	}
	return o.text("extension")
}

// isPhone reports whether s has the form of a number: 3 to 15 digits, as in
// ITU-T E.164, and what is written between them.
func isPhone(s string) bool {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune("+ ()-./", c):
			return false
		}
	}
	return digits >= 3 && digits <= 15
}

func (o *object) contacts() []directory.Contact {
	var contacts []directory.Contact
	for _, c := range o.list("contacts") {
		c.drop("id", "organization_id", "service_id", "service_at_location_id", "location_id")
		contact := directory.Contact{Title: c.text("title"), Email: c.text("email"), Phones: c.phones()}
		if name := c.text("name"); name != "" {
			contact.Name = sp.Plain[string]{Personal: sp.Hide(name)}
		}
		contacts = append(contacts, contact)
	}
	return contacts
}

func (o *object) point() geo.Point {
	lat, lon := o.decimal("latitude"), o.decimal("longitude")
	if lat == nil && lon == nil {
		return o.im.point(o.root.source, "", "")
	}
	p := o.im.point(o.root.source, decimalText(lat), decimalText(lon))
	o.keep("latitude", decimalText(lat), !p.IsZero())
	o.keep("longitude", decimalText(lon), !p.IsZero())
	return p
}

func decimalText(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// address takes the physical address of a place, or the first one.
func (o *object) address() directory.Address {
	parts := o.list("addresses")
	if len(parts) == 0 {
		return directory.Address{}
	}
	chosen := max(0, slices.IndexFunc(parts, func(p *object) bool { return p.fields["address_type"] == string(directory.Physical) }))
	p := parts[chosen]
	p.drop("id", "location_id")
	kind := p.text("address_type")
	p.keep("address_type", kind, kind == string(directory.Physical))
	a := directory.Address{City: p.text("city"), Region: p.text("region"), Country: strings.ToUpper(p.text("country"))}
	if state := p.text("state_province"); a.Region == "" {
		a.Region = state
	} else if state != "" && state != a.Region {
		p.put("state_province", state)
	}
	if attention := p.text("attention"); attention != "" {
		a.Attention = sp.Plain[string]{Personal: sp.Hide(attention)}
	}
	for _, field := range []string{"address_1", "address_2"} {
		if line := p.text(field); line != "" {
			a.Lines = append(a.Lines, line)
		}
	}
	a.Postcode = p.text("postal_code")
	if a.Country == "GB" || a.Country == "UK" || a.Country == "" {
		a.Postcode = o.im.postcode(o.root.source, p.path+"postal_code", a.Postcode)
	}
	return a
}

func (o *object) languages() directory.Truths[directory.Language] {
	var languages directory.Truths[directory.Language]
	for _, l := range o.list("languages") {
		l.drop("id", "service_id", "location_id", "phone_id")
		name := l.text("name")
		tag := directory.Language(strings.ToLower(l.text("code")))
		if tag == "" && name != "" {
			known, ok := languageOf(name)
			if tag = known; !ok {
				tag = directory.Language(phrase(name))
			}
		}
		if tag == "" {
			l.report(sp.Note, "", "empty-language", "has neither code nor name")
			continue
		}
		if languages == nil {
			languages = directory.Truths[directory.Language]{}
		}
		languages[tag] = sp.Yes
	}
	return languages
}

func (o *object) eligibility() directory.Eligibility {
	e := o.im.eligibility(o.root.source, "eligibility_description", o.text("eligibility_description"))
	youngest, oldest := o.decimal("minimum_age"), o.decimal("maximum_age")
	if youngest == nil && oldest == nil {
		return e
	}
	ages, err := directory.NewAges(youngest, oldest)
	if err != nil {
		o.report(sp.Warning, "minimum_age", "bad-age", "and maximum_age are not a range within 0 to 150 years")
		for field, d := range map[string]*decimal.Decimal{"minimum_age": youngest, "maximum_age": oldest} {
			if d != nil {
				o.put(field, d.String())
			}
		}
		return e
	}
	e.Ages = ages
	return e
}

// cost takes the prices and the texts about fees. A service whose prices are
// all nothing, and for good, is free; one without prices is free only if a text
// says so.
func (o *object) cost() directory.Cost {
	text := o.text("fees_description")
	if fees := o.text("fees"); text == "" {
		text = fees
	} else if fees != text {
		o.put("fees", fees)
	}
	c := o.im.cost(o.root.source, "fees", text)
	o.keep("fees", text, c.Text == text)
	for _, p := range o.list("cost_options") {
		p.drop("id", "service_id")
		price := directory.Price{Name: p.text("option"), Per: p.text("amount_description"), Valid: p.validity()}
		currency := p.text("currency")
		if amount := p.decimal("amount"); amount != nil {
			price.Amount = o.im.money(o.root.source, p.path+"amount", *amount, sp.Currency(strings.ToUpper(currency)))
			p.keep("amount", amount.String(), !price.Amount.IsZero())
		}
		p.keep("currency", currency, !price.Amount.IsZero())
		if c.Charge == "" && price.Amount.IsZero() && (chargeOf(price.Name) == directory.Donation || chargeOf(price.Per) == directory.Donation) {
			c.Charge = directory.Donation
		}
		c.Prices = append(c.Prices, price)
	}
	charge, contradicts := chargeFor(c.Prices)
	if contradicts && c.Charge == directory.Free {
		o.report(sp.Warning, "fees", "contradicting-cost", "says free, and cost_options have a price; the price is used")
	}
	if contradicts || charge != "" {
		c.Charge = charge
	}
	return c
}

// chargeFor returns what the amounts of prices say for good: free if all are
// nothing, paid if one is more. What applies for a time only is left to the
// prices, which know when. It also reports whether any is more than nothing,
// which contradicts whoever says that the service is free.
func chargeFor(prices []directory.Price) (charge directory.Charge, above bool) {
	free, paid := len(prices) > 0, false
	for _, p := range prices {
		amount, ok := p.Amount.Value()
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

// validity takes the window in which something is true; valid_to belongs to it.
func (o *object) validity() sp.Period {
	from := o.date("valid_from")
	to := o.date("valid_to")
	if to.IsZero() {
		return sp.Period{Start: from}
	}
	p, err := sp.NewPeriod(from, to.Add(1))
	if err != nil {
		o.put("valid_from", from.String())
		o.put("valid_to", to.String())
		o.report(sp.Warning, "valid_to", "bad-period", "lies before valid_from")
		return sp.Period{}
	}
	return p
}

func (o *object) capacity() directory.Capacity {
	parts := o.list("capacities")
	if len(parts) == 0 {
		return directory.Capacity{}
	}
	if len(parts) > 1 {
		o.report(sp.Note, "capacities", "several-capacities", "the first is used; the others are kept as they are")
	}
	p := parts[0]
	p.drop("id", "service_id")
	unit := p.object("unit")
	unit.drop("id")
	c := directory.Capacity{
		Unit: unit.text("name"), Available: p.count("available"), Maximum: p.count("maximum"),
		Updated: p.pastMoment("updated"),
	}
	available, ok1 := c.Available.Value()
	if maximum, ok2 := c.Maximum.Value(); ok1 && ok2 && available > maximum {
		p.report(sp.Warning, "available", "over-capacity", "is more than maximum; both are unknown")
		p.put("available", available)
		p.put("maximum", maximum)
		c.Available, c.Maximum = sp.Known[int]{}, sp.Known[int]{}
	}
	return c
}

// accessibility takes what is said about access, and the facts that set
// phrases state.
func (o *object) accessibility() (directory.Truths[directory.Access], string) {
	var access directory.Truths[directory.Access]
	var texts []string
	for _, p := range o.list("accessibility") {
		p.drop("id", "location_id")
		for _, field := range []string{"description", "accessibility", "details"} {
			text := p.text(field)
			if text == "" || slices.Contains(texts, text) {
				continue
			}
			texts = append(texts, text)
			if fact, granted := accessOf(text); fact != "" {
				access = set(p, access, fact, sp.TruthOf(granted))
			}
		}
	}
	return access, strings.Join(texts, "\n")
}

// set notes an answer of o. Two that contradict each other leave it unknown.
func set[K ~string](o *object, t directory.Truths[K], key K, answer sp.Truth) directory.Truths[K] {
	if t == nil {
		t = directory.Truths[K]{}
	}
	if before, ok := t[key]; ok {
		answer = o.agreed(before, answer)
	}
	t[key] = answer
	return t
}

// agreed returns an answer that was given before and is given again, or Unknown
// if o says something else.
func (o *object) agreed(before, answer sp.Truth) sp.Truth {
	if before == answer {
		return answer
	}
	o.report(sp.Warning, "", "contradicting-fact", "says the contrary of what was said before; it is unknown")
	return sp.Unknown
}
