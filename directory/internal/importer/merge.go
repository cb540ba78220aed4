package importer

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/geo"
)

// put adds what one telling of a record says. It completes what was told before,
// and where the two clash, so that they cannot be the same, it stands apart.
func put[T directory.Organisation | directory.Service | directory.Place](im *Importer, e *entry, all *[]T, of *[]*entry, told *T) {
	for _, i := range e.variants {
		was, more := &(*all)[i], *told // a copy, so that what is told once is not moved to the heap
		if same(was, &more) {
			m := merger{im: im, source: e.source, before: extraOf(was)}
			m.merge(reflect.ValueOf(was).Elem(), reflect.ValueOf(&more).Elem(), "")
			m.finish(was, &more)
			return
		}
	}
	if len(e.variants) > 0 {
		if im.options.Duplicates == feed.BelieveFirst {
			im.report(sp.Error, e.source, "id", "duplicate-id", "another record of this feed has the same id and is something else; the first is used")
			return
		}
		im.report(sp.Error, e.source, "id", "duplicate-id", "another record of this feed has the same id and is something else; neither is believed to be what others refer to")
	}
	if n := len(e.variants); n > 0 && !im.room.take(kindOf(told).room()) {
		im.noRoom(e.source, "id")
		e.variants = append(e.variants, e.variants[n-1]) // none of them is believed all the same
		return
	}
	e.variants = append(e.variants, len(*all))
	most := im.room.more(len(*all), kindOf(told).room())
	*all = append(roomier(im, *all, most), *told)
	*of = append(roomier(im, *of, most), e)
}

// roomy returns s with room for one more. It doubles what is full, where append
// would copy the large records of a large directory five times.
func roomy[T any](s []T) []T {
	if len(s) < cap(s) {
		return s
	}
	return slices.Grow(s, max(16, len(s)))
}

// roomier returns s with room for one more: for as many as are to be expected by how much
// of the input was read, and for hardly more than so many, since no more will come unless
// more is read. Records are large, and hardly anything else is needed of them while they
// are moved.
func roomier[T any](im *Importer, s []T, most int) []T {
	n := len(s)
	if n < cap(s) {
		return s
	}
	grow := max(n/4, min(n, most+1))
	if most < 2*n { // and not almost as many, only to be moved once more
		grow = max(n/16, most+1)
	}
	if n >= sampled && im.got > 0 && im.size > im.got {
		all := int(float64(n) * float64(im.size) / float64(im.got))
		grow = max(n/16, min(all+all/8-n, sampledOnce*n, most+1))
	}
	grown := make([]T, n, n+max(16, grow))
	copy(grown, s)
	return grown
}

// Expect says how many rows are to come that were kept until all were read, so that lists
// grow by as many as these tell of, and Came that one of them did.
func (im *Importer) Expect(rows int) { im.size, im.got = rows, 0 }

// Came says that one more of what is expected came.
func (im *Importer) Came() { im.got++ }

// How many records tell how many there will be, and how many times as many are believed in
// one step: identifiers of the first ones are shorter.
const (
	sampled     = 256
	sampledOnce = 16
)

// samePlace is how far apart two points of one place may be: feeds round them.
const samePlace = 250 * geo.Metre

// same reports whether two records under one ID can be the same: their names, and
// of places where they are, do not clash.
func same(a, b any) bool {
	switch a := a.(type) {
	case *directory.Service:
		return sameName(a.Name, b.(*directory.Service).Name) || sameText(a.URL, b.(*directory.Service).URL)
	case *directory.Organisation:
		b := b.(*directory.Organisation)
		return sameName(a.Name, b.Name) || sameText(a.Website, b.Website) || sameText(a.Email, b.Email)
	case *directory.Place:
		b := b.(*directory.Place)
		if d, ok := a.Point.DistanceTo(b.Point); ok {
			return d <= samePlace
		}
		if a.Address.Postcode != "" && b.Address.Postcode != "" {
			return a.Address.Postcode == b.Address.Postcode
		}
		return sameName(a.Name, b.Name) && !elsewhere(a.Address, b.Address)
	}
	return false
}

// elsewhere reports whether two addresses are of different towns: halls and libraries
// have the same name in many of them.
func elsewhere(a, b directory.Address) bool {
	x, y := folded(a.City), folded(b.City)
	if x == "" || y == "" || strings.Contains(x, y) || strings.Contains(y, x) {
		return false
	}
	return len(a.Lines) == 0 || len(b.Lines) == 0 || folded(a.Lines[0]) != folded(b.Lines[0])
}

func sameText(a, b string) bool { return a != "" && a == b }

// sameName reports whether two names are one, or one of them is not stated.
func sameName(a, b string) bool { return a == "" || b == "" || a == b || folded(a) == folded(b) }

// folded returns the letters and digits of s in lower case.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// A merger completes one record by another.
type merger struct {
	im     *Importer
	source string
	before directory.Extra // the extra fields that were there
	extra  directory.Extra // what contradicts
	more   int             // parts that are too many
	doubts int             // facts that are unknown because they contradict
}

// extraOf returns the extra fields of a record.
func extraOf(record any) directory.Extra {
	switch r := record.(type) {
	case *directory.Service:
		return r.Extra
	case *directory.Organisation:
		return r.Extra
	case *directory.Place:
		return r.Extra
	}
	return nil
}

var (
	codeType  = reflect.TypeFor[sp.Code]()
	separate  = map[reflect.Type]bool{reflect.TypeFor[directory.Provenance](): true, reflect.TypeFor[directory.Freshness](): true, reflect.TypeFor[directory.Extra](): true}
	wholes    = map[reflect.Type]bool{reflect.TypeFor[geo.Point](): true, reflect.TypeFor[sp.Period](): true, reflect.TypeFor[recurrence.Rule](): true, reflect.TypeFor[time.Time](): true}
	linesType = reflect.TypeFor[[]string]()
	pointType = reflect.TypeFor[geo.Point]()
	roomType  = reflect.TypeFor[directory.Capacity]()
	yesOrNo   = reflect.TypeFor[sp.Truth]()
)

// merge completes a by b. Where both state something else, a fact is unknown, and
// of two texts the first is used.
func (m *merger) merge(a, b reflect.Value, path string) {
	switch t := a.Type(); {
	case separate[t]:
	case t == roomType:
		if a.IsZero() || b.Interface().(directory.Capacity).Updated.After(a.Interface().(directory.Capacity).Updated) {
			a.Set(b)
		}
	case t.Kind() == reflect.Struct && !wholes[t] && t.NumField() > 0 && t.Field(0).IsExported() && !hasHidden(t):
		was, doubts := understood(a) && understood(b), m.doubts
		before := a.Interface()
		for i := range t.NumField() {
			field := path
			if f := t.Field(i); !f.Anonymous {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				field = strings.TrimPrefix(path+"."+name, ".")
			}
			m.merge(a.Field(i), b.Field(i), field)
		}
		if !was || m.doubts > doubts {
			doubt(a)
		}
		if ages, ok := reflect.TypeAssert[directory.Ages](a); ok && !possible(ages) {
			m.contradict(sp.Warning, reflect.ValueOf(before), b, path, "is told in two ways that leave no age at all; it is unknown")
			a.SetZero()
		}
	case t == linesType && strings.HasSuffix(path, "lines"): // of an address, which are one text
		switch {
		case a.Len() == 0:
			a.Set(b)
		case b.Len() > 0 && !reflect.DeepEqual(a.Interface(), b.Interface()):
			m.contradict(sp.Note, a, b, path, "is told in two ways; the first is used")
		}
	case t.Kind() == reflect.Slice:
		m.union(a, b, path)
	case t.Kind() == reflect.Map:
		m.answers(a, b, path)
	default:
		m.leaf(a, b, path)
	}
}

// hasHidden reports whether a struct is a value that only its package can take apart.
func hasHidden(t reflect.Type) bool {
	for f := range t.Fields() {
		if !f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct && hasHidden(f.Type) {
			return true
		}
	}
	return false
}

func (m *merger) leaf(a, b reflect.Value, path string) {
	t := a.Type()
	switch {
	case b.IsZero() || reflect.DeepEqual(a.Interface(), b.Interface()):
	case a.IsZero() && m.before["contradicting."+path] != nil: // a third telling does not settle it
		m.doubts++
	case a.IsZero():
		a.Set(b)
	case t.Kind() == reflect.Bool: // what one of them says holds
		a.SetBool(a.Bool() || b.Bool())
	case t == pointType && near(a.Interface().(geo.Point), b.Interface().(geo.Point)):
	case path == "name" && folded(a.String()) == folded(b.String()):
	case t == reflect.TypeFor[string]():
		m.contradict(sp.Note, a, b, path, "is told in two ways; the first is used")
	case t == reflect.TypeFor[directory.Shown]():
		a.Set(reflect.ValueOf(a.Interface().(directory.Shown).Stricter(b.Interface().(directory.Shown))))
	default:
		m.contradict(sp.Warning, a, b, path, "is told in two ways; it is unknown")
		m.doubts++
		a.SetZero()
	}
}

// possible reports whether anybody can be of an age in a range.
func possible(a directory.Ages) bool {
	from, ok1 := a.From.Lookup()
	before, ok2 := a.Before.Lookup()
	return !ok1 || !ok2 || from < before
}

// understood reports whether a part is not one that could not be read.
func understood(v reflect.Value) bool {
	if p, ok := reflect.TypeAssert[directory.Price](v); ok {
		return !p.Unclear
	}
	s, ok := reflect.TypeAssert[directory.Schedule](v)
	return !ok || s.Raw == "" || !s.Rule.IsZero()
}

// doubt notes of a part that something in it is unknown which decides the rest: a
// schedule whose end is unknown is not one without an end.
func doubt(v reflect.Value) {
	switch part := v.Addr().Interface().(type) {
	case *directory.Schedule:
		part.Rule = recurrence.Rule{}
	case *directory.Ages:
		part.Incomplete = !part.From.IsZero() || !part.Before.IsZero() // else all of it is unknown
	case *directory.Price:
		part.Amount, part.Unclear = sp.Known[sp.Money]{}, true
	}
}

func near(a, b geo.Point) bool {
	d, ok := a.DistanceTo(b)
	return ok && d <= samePlace
}

func (m *merger) contradict(s sp.Severity, a, b reflect.Value, path, detail string) {
	m.im.report(s, m.source, path, "contradicting-record", detail)
	both, err := json.Marshal([]any{a.Interface(), b.Interface()})
	if err != nil {
		return // it holds nothing that JSON cannot
	}
	if m.extra == nil {
		m.extra = directory.Extra{}
	}
	m.extra["contradicting."+path] = both
}

// answers completes yes-or-no answers. Two that contradict each other are unknown.
func (m *merger) answers(a, b reflect.Value, path string) {
	if b.Len() == 0 || a.Type().Elem() != yesOrNo {
		return
	}
	both := reflect.MakeMap(a.Type()) // a may be shared with others
	for _, from := range []reflect.Value{a, b} {
		for _, key := range from.MapKeys() {
			answer := from.MapIndex(key).Interface().(sp.Truth)
			if before := both.MapIndex(key); before.IsValid() && before.Interface().(sp.Truth) != answer {
				if was := before.Interface().(sp.Truth); was.Known() && answer.Known() {
					m.im.report(sp.Warning, m.source, path, "contradicting-record", "is told in two ways; it is unknown")
					answer = sp.Unknown
				} else if was.Known() {
					answer = was
				}
			}
			both.SetMapIndex(key, reflect.ValueOf(answer))
		}
	}
	a.Set(both)
}

// finish merges what is not merged field by field.
func (m *merger) finish(was, told any) {
	switch was := was.(type) {
	case *directory.Service:
		b := told.(*directory.Service)
		was.Freshness, was.Extra = was.Freshness.Merge(b.Freshness), merged(merged(was.Extra, b.Extra, ""), m.extra, "")
		was.Provenance.Hash = together(was.Provenance.Hash, b.Provenance.Hash)
	case *directory.Organisation:
		b := told.(*directory.Organisation)
		was.Freshness, was.Extra = was.Freshness.Merge(b.Freshness), merged(merged(was.Extra, b.Extra, ""), m.extra, "")
		was.Provenance.Hash = together(was.Provenance.Hash, b.Provenance.Hash)
	case *directory.Place:
		b := told.(*directory.Place)
		was.Freshness, was.Extra = was.Freshness.Merge(b.Freshness), merged(merged(was.Extra, b.Extra, ""), m.extra, "")
		was.Provenance.Hash = together(was.Provenance.Hash, b.Provenance.Hash)
	}
}

// together is the hash of a record that was told in two parts.
func together(a, b string) string {
	if a > b {
		a, b = b, a
	}
	return hashOf([]byte(a + b))
}

// appendNew adds a schedule unless it is there.
func appendNew(all []directory.Schedule, s directory.Schedule) []directory.Schedule {
	for _, other := range all {
		if samePart(reflect.ValueOf(other), reflect.ValueOf(s)) && reflect.DeepEqual(other.Rule, s.Rule) {
			return all
		}
	}
	return append(slices.Clip(all), s)
}
