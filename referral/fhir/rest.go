package fhir

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/reason"
)

// A rest is what FHIR has no element for, as the parts of one complex extension. What is
// empty is no part.
type rest struct{ parts []resource.Value }

func (x *rest) add(name, valueType string, v resource.Value) {
	if !v.IsZero() {
		x.parts = append(x.parts, object().Set("url", resource.Text(name)).Set(valueType, v).Value())
	}
}

// text adds an ID or a code; a code of ours may hold what a code of FHIR may not.
func (x *rest) text(name, s string) { x.add(name, "valueString", resource.Text(s)) }

func (x *rest) day(name string, d sp.Date) { x.add(name, "valueDate", resource.Day(d)) }

// moment is written in UTC: it is read by this package and by nobody who looks at a clock.
func (x *rest) moment(name string, t time.Time) {
	x.add(name, "valueDateTime", resource.Moment(t, nil))
}

func (x *rest) count(name string, n int) {
	if n != 0 {
		x.add(name, "valueInteger", resource.Int(n))
	}
}

func (x *rest) yes(name string, is bool) {
	if is {
		x.add(name, "valueBoolean", resource.Bool(true))
	}
}

func (x *rest) why(r reason.Reason) {
	x.text("reason", r.Code)
	x.text("whose", string(r.Whose))
	x.text("effect", string(r.Effect))
	x.day("until", r.Until)
}

// result adds an outcome; of the needs that are still there, those that may be told.
func (x *rest) result(r needs.Result, tell func(needs.Code) bool) {
	x.text("outcome", string(r.Outcome))
	for _, n := range r.Unmet {
		if tell(n) {
			x.text("unmet", string(n))
		}
	}
	x.text("otherwise", string(r.Otherwise))
}

// write writes the parts as the extension of a name, or takes it away where there are none.
// It reports whether that is done at all.
func (x *rest) write(w *out, name string) bool {
	return w.extend(name, "extension", resource.List(x.parts...))
}

// A recovered extension is the rest as it was read.
type recovered struct{ parts resource.Value }

func (r *in) recover(name string) recovered { return recovered{r.extension(name)} }

func (x recovered) any() bool { return !x.parts.IsZero() }

func (x recovered) get(name string) resource.Value { return findExtension(x.parts, name) }

func (x recovered) text(name string) string { return x.get(name).Text() }

func (x recovered) day(name string) sp.Date {
	t, _ := x.get(name).Time()
	d, _ := t.Day()
	return d
}

func (x recovered) moment(name string) time.Time {
	t, _ := x.get(name).Time()
	if at, ok := t.Moment(); ok {
		return at.UTC()
	}
	return time.Time{}
}

func (x recovered) count(name string) int {
	n, _ := x.get(name).Int()
	return n
}

func (x recovered) yes(name string) bool {
	is, _ := x.get(name).Bool()
	return is
}

func (x recovered) why() reason.Reason {
	return reason.Reason{Code: x.text("reason"), Whose: reason.Party(x.text("whose")), Effect: reason.Effect(x.text("effect")), Until: x.day("until")}
}

func (x recovered) result() needs.Result {
	return needs.Result{Outcome: needs.Outcome(x.text("outcome")), Unmet: listOf[needs.Code](x, "unmet"), Otherwise: needs.Means(x.text("otherwise"))}
}

// listOf returns all parts of a name.
func listOf[T ~string](x recovered, name string) (all []T) {
	for _, one := range x.parts.All() {
		if one.Get("url").Is(name) {
			all = append(all, T(one.Get("valueString").Text()))
		}
	}
	return all
}
