// Package vocabulary holds a sample of every type of packages sp and geo, so that one
// table of tests can put each into every encoding and every database and look at what
// comes back.
package vocabulary

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// Marker stands in every sample of personal data, and in no other text of the tests.
const Marker = "Zebedee-Quux"

// A Sample is one type with values that it can have.
type Sample struct {
	Type    string // as a package exports it: "geo.Point"
	Values  []any  // each comes back equal from whatever takes it
	Garbage []string
	Column  string // the SQL type of its columns; empty is text
	Silent  bool   // personal data: a database and gob refuse it, and text says nothing
	NoText  bool   // has no text form: XML and forms take it apart into its fields, or not at all
	NoNull  bool   // NULL is an error
}

// wrong returns texts that no type reads, with some more that one type does not.
func wrong(more ...string) []string {
	return append([]string{Marker, "-", "{}", "NaN", "\x00"}, more...)
}

// Samples returns all of them.
func Samples() []Sample {
	number, err := sp.ParseNHSNumber("943 476 5919")
	if err != nil {
		panic(err)
	}
	day := sp.NewDate(2026, time.November, 28)
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return []Sample{
		{Type: "sp.Date", Values: []any{day, sp.NewDate(1, time.January, 2), sp.NewDate(9999, time.December, 31), sp.Date(0)}, Garbage: wrong("28/11/2026", "2026-02-30", "722935", "2026-11-28T00:00:00Z")},
		{Type: "sp.Period", Values: []any{sp.FinancialYear(2026), sp.Period{}, sp.Period{Start: day}, sp.Period{End: day}}, Garbage: wrong("2026-04-01", "2027-04-01/2026-04-01", "2026-04-01/")},
		{Type: "sp.Money", Values: []any{sp.Pence(123450), sp.Pence(-5), sp.Money{}, sp.NewMoney(1200, "JPY")}, Garbage: wrong("", "12.345 GBP", "1e9 GBP", "12"), NoNull: true},
		{Type: "sp.Currency", Values: []any{sp.GBP}, Garbage: wrong("gbp", "POUND")},
		{Type: "sp.Truth", Values: []any{sp.Yes, sp.No, sp.Unknown}, Garbage: wrong("1", "true", "YES")},
		{Type: "sp.Severity", Values: []any{sp.Note, sp.Warning, sp.Error}, Garbage: wrong("", "1"), NoNull: true},
		{Type: "sp.SCTID", Values: []any{sp.SCTID(871731000000106), sp.SCTID(0)}, Garbage: wrong("871731000000107", "0")},
		{Type: "sp.Code", Values: []any{sp.Code{System: "http://snomed.info/sct", Version: "2026-04", Code: "410606002", Display: "Social service procedure"}, sp.Code{}}, Garbage: wrong(`[]`)[:2], NoText: true},
		{Type: "sp.Actor", Values: []any{sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, For: "bay", Only: "placement/PL-1"}, sp.Actor{}}, Garbage: wrong()[:2], NoText: true},
		{Type: "sp.Calendar", Values: []any{sp.NewCalendar(london, day+1, day+2), sp.NewCalendar(nil, day+2), sp.Calendar{}}, Garbage: wrong()[:2], NoText: true},
		{Type: "sp.Known", Values: []any{sp.Know(5), sp.Known[int]{}, sp.Know(0)}, Garbage: wrong("5.5", "99999999999999999999"), Column: "integer"},
		{Type: "sp.Known of Money", Values: []any{sp.Know(sp.Pence(250)), sp.Known[sp.Money]{}}, Garbage: wrong("12")},
		{Type: "sp.Known of Distance", Values: []any{sp.Know(3.5 * geo.Kilometre), sp.Known[geo.Distance]{}}, Garbage: wrong("3.5 km")[:2], Column: "double precision"},
		{Type: "sp.Personal", Values: []any{sp.Hide(Marker), sp.Personal[string]{}}, Garbage: []string{sp.Hide("").String()}, Silent: true},
		{Type: "sp.Personal of Date", Values: []any{sp.Hide(day)}, Garbage: wrong("28/11/2026"), Silent: true},
		{Type: "sp.NHSNumber", Values: []any{number, sp.NHSNumber{}}, Garbage: wrong("9434765918", "0000000000"), Silent: true},
		{Type: "geo.Point", Values: []any{geo.Point{Lat: 54.073512345, Lon: -2.866}, geo.Point{}, geo.Point{Lat: -90, Lon: 180}}, Garbage: wrong("91,0", "54.07", "0,0", "54.07;-2.8")},
		{Type: "geo.Distance", Values: []any{2.4 * geo.Kilometre, geo.Distance(0)}, Garbage: wrong("2.4 km")[:2], Column: "double precision", NoText: true, NoNull: true},
		{Type: "geo.Postcode", Values: []any{geo.Postcode("LA4 5AB"), geo.Postcode("")}, Garbage: wrong("rubbish", "LA4")},
		{Type: "geo.Area", Values: []any{geo.Area{Code: "E01012682", Boundary: 2021}, geo.Area{Code: "24510-1"}, geo.Area{}}, Garbage: []string{"{}", "E01 1", "E01012682 (21)", "E01012682 (2021", "(2021)"}},
	}
}

// NotData lists the exported types that are no values of a record, and why.
var NotData = map[string]string{
	"geo.Shape":       "drawn, and written as GeoJSON alone, which is tested there; databases refuse a struct",
	"sp.Fault":        "an open list of texts, as sp.Role is",
	"sp.Field":        "part of an error; its JSON is tested there",
	"sp.InvalidError": "an error; its JSON is tested there",
	"sp.Issue":        "an error; its JSON is tested there",
	"sp.Plain":        "the codec of personal data for JSON alone, and silent elsewhere as Personal is",
	"sp.Role":         "an open list of texts, which each encoding takes as such",
	"sp.Rounding":     "an option of a conversion",
	"sp.Stamp":        "stored within an event; databases refuse a struct",
}

// Columns puts every sample through a column of a database: store keeps a value in one of
// that SQL type, and reads what comes back into a value of the same type. Texts that are
// none of a type are put into a column of text and read from there.
func Columns(t *testing.T, store func(column string, v, into any) error) {
	t.Helper()
	for _, s := range Samples() {
		t.Run(s.Type, func(t *testing.T) {
			for _, v := range s.Values {
				into := reflect.New(reflect.TypeOf(v))
				err := store(cmp.Or(s.Column, "text"), v, into.Interface())
				if s.Silent && !isZero(v) {
					Quiet(t, err, fmt.Sprintf("%s went into a column", s.Type))
					continue
				}
				if s.Silent {
					continue // whether an empty one is refused does not matter
				}
				if err != nil {
					t.Errorf("%s %v: %v", s.Type, v, err)
				} else if got := into.Elem().Interface(); !Same(v, got) {
					t.Errorf("%s: %v came back as %v", s.Type, v, got)
				}
			}
			into := func() any { return reflect.New(reflect.TypeOf(s.Values[0])).Interface() }
			for _, text := range s.Garbage {
				if text != "" || s.NoNull { // for others the empty text is as good as NULL
					Quiet(t, store("text", text, into()), fmt.Sprintf("%s read %q", s.Type, text))
				}
			}
			if err := store(cmp.Or(s.Column, "text"), nil, into()); s.NoNull != (err != nil) {
				t.Errorf("%s of NULL: %v", s.Type, err)
			}
		})
	}
}

// Quiet fails the test unless there is an error, and if it says more than it should.
func Quiet(t *testing.T, err error, otherwise string) {
	t.Helper()
	switch {
	case err == nil:
		t.Error(otherwise)
	case strings.Contains(err.Error(), Marker):
		t.Errorf("an error quotes what was read: %v", err)
	}
}

func isZero(v any) bool {
	z, ok := v.(interface{ IsZero() bool })
	return ok && z.IsZero()
}

// Same reports whether two values of a type of the vocabulary are the same.
func Same(v, w any) bool {
	switch v := v.(type) {
	case sp.Personal[string]:
		return v.Equal(w.(sp.Personal[string]))
	case sp.Personal[sp.Date]:
		return v.Equal(w.(sp.Personal[sp.Date]))
	case sp.Calendar:
		return v.Equal(w.(sp.Calendar))
	case sp.NHSNumber:
		return v.Equal(w.(sp.NHSNumber))
	}
	return reflect.DeepEqual(v, w)
}
