package importer

import (
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// noLimit is the age, in years, from which on a maximum is none: nobody has
// reached it. Directories write 999 where they mean that there is no limit.
const noLimit = 123

// An ageEnd is the first or the last age served, as a record states it.
type ageEnd struct {
	field  string
	stated bool
	unit   ageUnit          // of its numbers
	years  *decimal.Decimal // nil if it is not known
	unread bool             // since it cannot be read
}

// An ageUnit is what the numbers of ages count.
type ageUnit uint8

const (
	inYears ageUnit = iota
	inMonths
	noUnit // something else, such as weeks
)

// ages takes the ages served. An end that cannot be read is not no end: the range
// is incomplete, so that nobody is let in by it.
func (o *Object) ages() (ages directory.Ages, stated bool) {
	first, last := o.ageEnds()
	o.refuseWhatNobodyIs(&first, &last)
	incomplete := o.yes("sp_ages_incomplete") == sp.Yes || first.unread || last.unread
	if last.years != nil && last.years.GreaterThanOrEqual(limitOfAges) {
		o.keep(last.field)
		o.report(sp.Note, last.field, "no-upper-age", "nobody is that old; there is no upper limit")
		if last.years = nil; first.years == nil && !incomplete {
			first.years = &decimal.Decimal{}
		}
	}
	if first.years == nil && last.years == nil {
		return directory.Ages{}, incomplete
	}
	ages, err := directory.NewAges(first.years, last.years)
	if err != nil {
		for _, e := range [...]ageEnd{first, last} {
			if e.years != nil {
				o.keep(e.field)
			}
		}
		o.report(sp.Warning, first.field, "bad-age", "and "+last.field+" are not a range within 0 to 150 years")
		return directory.Ages{}, true
	}
	ages.Incomplete = incomplete
	return ages, true
}

var limitOfAges = decimal.NewFromInt(noLimit)

// refuseWhatNobodyIs refuses ages that nobody has, and a last one of 0.
func (o *Object) refuseWhatNobodyIs(first, last *ageEnd) {
	if y := first.years; y != nil && (y.Sign() < 0 || y.GreaterThanOrEqual(limitOfAges)) {
		o.refuse(first, "nobody is of that age; it is unknown")
	}
	if y := last.years; y != nil && y.Sign() < 0 {
		o.refuse(last, "nobody is of that age; it is unknown")
	}
	if y := last.years; y != nil && y.Sign() == 0 {
		o.refuse(last, "0 says that there is no limit, or that nobody stated one; it is unknown")
		if first.years != nil && first.years.Sign() == 0 {
			o.keep(first.field)
			first.years = nil
		}
	}
}

// refuse keeps an end of the ages served that cannot be read.
func (o *Object) refuse(e *ageEnd, detail string) {
	e.years, e.unread = nil, true
	o.keep(e.field)
	o.report(sp.Warning, e.field, "bad-age", detail)
}

// ageEnds takes the first and the last age, of which one field may hold both.
func (o *Object) ageEnds() (first, last ageEnd) {
	first, last = o.ageEnd("minimum_age"), o.ageEnd("maximum_age")
	one := first
	if last.stated {
		one = last
	}
	var inOne bool
	switch s := o.peek("age_range"); {
	case first.stated != last.stated:
		first.years, last.years, inOne = bothAgesOf(o.peek(one.field), one.unit)
	case !first.stated && s != "" && !isNullWord(s):
		one = ageEnd{field: "age_range", stated: true, unit: o.ageUnit("age_unit")}
		if first.years, last.years, inOne = rangeOf(s, one.unit); !inOne {
			o.report(sp.Warning, one.field, "bad-age", "is no range of ages that can be read in one way; it is kept as it is")
		}
	}
	if inOne {
		o.saysAge(one.field)
		first.field, last.field = one.field, one.field
		return first, last
	}
	o.readAge(&first, false)
	o.readAge(&last, true)
	return first, last
}

// ageEnd finds the field that states an end of the ages served, and what its numbers count.
func (o *Object) ageEnd(field string) ageEnd {
	if months := field + "_months"; !o.has(field) && o.has(months) {
		return ageEnd{field: months, stated: true, unit: inMonths}
	}
	e := ageEnd{field: field, stated: o.has(field)}
	if e.stated {
		e.unit = o.ageUnit(field+"_unit", "age_unit")
		if months := o.peek(field + "_months"); strings.Trim(months, "0.") != "" && !isNullWord(months) {
			e.unit = noUnit // nobody knows whether they count beside the years
		}
	}
	return e
}

// ageUnit returns what the first of fields says that ages are counted in, which are years
// where none says anything.
func (o *Object) ageUnit(fields ...string) ageUnit {
	for _, field := range fields {
		if s := o.peek(field); o.has(field) && !isNullWord(s) {
			u := unitOf(s)
			if u == inYears {
				o.drop(field)
			}
			return u
		}
	}
	return inYears
}

func unitOf(s string) ageUnit {
	switch strings.TrimSuffix(phrase(s), "s") {
	case "year", "yr", "y":
		return inYears
	case "month", "mth", "mo", "m":
		return inMonths
	}
	return noUnit
}

// readAge takes an end of the ages served, which feeds write as 18+ or as 6 months.
func (o *Object) readAge(e *ageEnd, last bool) {
	s := o.peek(e.field)
	switch number := numberOf(s); {
	case !e.stated:
		return
	case e.unit == noUnit:
		o.refuse(e, "is in a unit that is neither years nor months, or stands beside months; it is unknown")
	case number != nil && e.unit == inMonths:
		if e.years = age(s, inMonths, last); e.years == nil {
			o.refuse(e, "is no whole number of months; it is unknown")
			return
		}
		o.saysAge(e.field)
	case number != nil || s == "":
		e.years = o.decimal(e.field)
	default:
		if e.years = ageOf(s, e.unit, last); e.years != nil {
			o.saysAge(e.field)
			return
		}
		e.years = o.decimal(e.field)
	}
	e.unread = e.unread || e.years == nil && !isNullWord(s) && !isNotAvailable(s) && !isDash(s)
}

// saysAge takes a field of which the words were read as ages.
func (o *Object) saysAge(field string) {
	o.drop(field)
	o.keep(field)
	o.report(sp.Note, field, "text-for-number", "was read as a number of years, or of months where it says so")
}

// anAge is an age in words, of which the unit may be left out.
const anAge = `(\d{1,3}(?:\.\d{1,2})?) ?(years?|yrs?|months?|mths?|mos?)?(?: old| of age)?`

var (
	// fromAge is an age from which on somebody is served, in words, and toAge the last.
	fromAge = regexp.MustCompile(`^(?i)(?:(?:ages?|aged|from|at least) )?` + anAge + ` ?(?:\+|plus|and over)?$`)
	toAge   = regexp.MustCompile(`^(?i)(?:(?:ages?|aged|to|up to) )?` + anAge + `(?: and under)?$`)
	// underAge is the first that is not served.
	underAge = regexp.MustCompile(`^(?i)(?:under|below|<) ?(\d{1,3})(?:'?s)? ?(years?|yrs?|months?|mths?|mos?)?(?: old| of age)?$`)
	// bothAges are two ages in one field.
	bothAges = regexp.MustCompile(`^(?i)(?:ages?|aged|from)? ?` + anAge + ` ?(?:-|\x{2013}|to) ?` + anAge + `$`)
	// withMonths is an age in years and months.
	withMonths = regexp.MustCompile(`^(?i)(\d{1,3}) ?(?:years?|yrs?),?(?: and)? (\d{1,2}) ?(?:months?|mths?)(?: old)?$`)
	// openAge is an age that does not end, and says so.
	openAge = regexp.MustCompile(`(?i)\+$|plus$|over$|^from |^at least `)
	// closedAge is one up to which somebody is served, and says so.
	closedAge = regexp.MustCompile(`(?i)^(?:under|below|<|up to) ?\d|under$`)
	// unlimited is what people write where there is no limit.
	unlimited = regexp.MustCompile(`^(?i)(?:(?:no|without) (?:(?:upper|lower|age|upper age|lower age) )?(?:limit|maximum|minimum|max|min)|(?:any|all)(?: ages?)?)\.?$`)
	// fromBirth is the age of a baby.
	fromBirth = regexp.MustCompile(`^(?i)(?:from )?(?:birth|newborns?)\b`)
)

// figuresOf writes words for parts of a number as figures.
func figuresOf(s string) string {
	s = fromBirth.ReplaceAllString(s, "0")
	if i := strings.Index(s, "½"); i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		return s[:i] + ".5" + s[i+len("½"):]
	}
	return s
}

// ageOf reads an end of the ages served that is written in words, as years.
func ageOf(s string, usual ageUnit, last bool) *decimal.Decimal {
	s = figuresOf(s)
	if unlimited.MatchString(s) {
		n := decimal.NewFromInt(0)
		if last {
			n = decimal.NewFromInt(noLimit)
		}
		return &n
	}
	if m := withMonths.FindStringSubmatch(s); m != nil {
		months := decimal.NewFromInt(int64(12*figures(m[1]) + figures(m[2])))
		return age(months.String(), inMonths, last)
	}
	form := fromAge
	if last {
		form = toAge
	}
	if m := form.FindStringSubmatch(s); m != nil {
		return age(m[1], usual.or(m[2]), last)
	}
	if m := underAge.FindStringSubmatch(s); last && m != nil && figures(m[1]) > 0 {
		return age(decimal.NewFromInt(int64(figures(m[1])-1)).String(), usual.or(m[2]), last)
	}
	return nil
}

// bothAgesOf reads two ages in one text, as years. Of "0-6 months" both are in months.
func bothAgesOf(s string, usual ageUnit) (first, last *decimal.Decimal, ok bool) {
	m := bothAges.FindStringSubmatch(figuresOf(s))
	if m == nil || m[2] != "" && m[4] == "" || usual == noUnit {
		return nil, nil, false
	}
	unit := usual.or(m[4])
	first, last = age(m[1], unit.or(m[2]), false), age(m[3], unit, true)
	return first, last, first != nil && last != nil
}

// rangeOf reads a range of ages in words, of which one end may have no limit.
func rangeOf(s string, usual ageUnit) (first, last *decimal.Decimal, ok bool) {
	switch {
	case usual == noUnit:
		return nil, nil, false
	case openAge.MatchString(s) || unlimited.MatchString(s):
		first = ageOf(s, usual, false)
		if first != nil {
			return first, nil, true
		}
	case closedAge.MatchString(s):
		last = ageOf(s, usual, true)
		return nil, last, last != nil
	}
	return bothAgesOf(s, usual)
}

// or returns the unit that a text names, or u if it names none.
func (u ageUnit) or(named string) ageUnit {
	if named == "" {
		return u
	}
	return unitOf(named)
}

// age returns an age in years. One in months lies a quarter of a month from where its month
// begins, so that it is in that month, also where it would be a whole year, and the last
// not all of it. 999 is none in any unit.
func age(number string, unit ageUnit, last bool) *decimal.Decimal {
	n := numberOf(number)
	if unit == inYears || n == nil || n.IsZero() {
		return n
	}
	switch {
	case !n.IsInteger() || n.Sign() < 0:
		return nil
	case n.Equal(decimal.NewFromInt(999)):
		return n
	case last:
		*n = n.Add(quarter)
	default:
		*n = n.Sub(quarter)
	}
	*n = n.DivRound(decimal.NewFromInt(12), 8)
	return n
}

var quarter = decimal.New(25, -2)
