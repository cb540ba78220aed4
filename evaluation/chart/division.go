package chart

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/funding"
)

// A Division is money that was divided among areas, before and after. It counts no people, and is released by name:
//
//	d, err := disclosure.NotPeople(chart.Division{Before: before, After: after, Rank: "imd_rank"}, "money by area")
type Division struct {
	Before, After *funding.Allocation // over the same areas
	Need          string              // column of weighted population, see [funding.Formula.Weighted]; empty is the population
	Rank          string              // column of ranks of deprivation, of which 1 is the most deprived
}

// A parcel is an area with its need and its money.
type parcel struct {
	rank, need    float64
	before, after int64
}

// A division is what pictures of it are made of. It does not change.
type division struct {
	About
	w        Words
	parcels  []parcel // the most deprived first
	need     float64  // of all
	currency sp.Currency
	of, each string // what money is divided by, in words: all of it, and one
}

// divided checks a division and sorts its areas.
func divided(r disclosure.Released[Division], o About) (d division, err error) {
	in, _, err := r.Draw()
	if err != nil {
		return d, err
	}
	invalid := func(path string, code sp.Fault, rule string) error {
		return sp.Invalid("chart: division", path, code, rule)
	}
	switch {
	case in.Before == nil:
		return d, invalid("before", sp.Missing, "must be given")
	case in.After == nil:
		return d, invalid("after", sp.Missing, "must be given")
	}
	if _, err := funding.Compare(in.Before, in.After); err != nil {
		return d, err
	}
	areas := in.After.Areas()
	d = division{About: o, w: o.words(), currency: in.After.Total().Currency()}
	d.of, d.each = d.w["division.need"], d.w["division.each-need"]
	column := in.Need
	if column == "" {
		column, d.of, d.each = areas.Population(), d.w["division.people"], d.w["division.each-person"]
	}
	need, err := areas.Floats(column)
	if err != nil {
		return d, err
	}
	rank, err := areas.Floats(in.Rank)
	if err != nil {
		return d, err
	}
	for i, code := range areas.Codes() {
		before, _ := in.Before.Of(code)
		after, _ := in.After.Of(code)
		if !(need[i] >= 0) || math.IsInf(need[i], 0) {
			return d, invalid("need", sp.OutOfRange, "must not be negative")
		}
		d.parcels = append(d.parcels, parcel{rank[i], need[i], before.Minor(), after.Minor()})
		d.need += need[i]
	}
	if !(d.need > 0) {
		return d, invalid("need", sp.OutOfRange, "must be more than nothing")
	}
	slices.SortStableFunc(d.parcels, func(a, b parcel) int { return cmpFloat(a.rank, b.rank) })
	return d, nil
}

// money writes an amount in minor units.
func (d division) money(minor float64) string { return money(minor, d.currency) }

// money writes an amount in minor units of a currency.
func money(minor float64, c sp.Currency) string {
	if math.IsNaN(minor) || math.Abs(minor) > 9e15 {
		return plain(minor)
	}
	return sp.NewMoney(int64(math.Round(minor)), c).String()
}

// A share is what a tenth of need gets, in minor units.
type portion struct{ need, before, after float64 }

// tenths divides the areas into ten groups of about the same need, each area as a whole by its middle.
func (d division) tenths() (t [10]portion) {
	sum := 0.0
	for _, p := range d.parcels {
		k := min(int(10*(sum+p.need/2)/d.need), 9)
		sum += p.need
		t[k].need += p.need
		t[k].before += float64(p.before)
		t[k].after += float64(p.after)
	}
	return t
}

// PerNeed draws the money for each head of need, before and after, in tenths by deprivation: does money follow need, and
// for whom does a new formula change it? It fails as [funding.Compare] does, and for a column that the areas do not have.
func PerNeed(r disclosure.Released[Division], o About) (Picture, error) {
	d, err := divided(r, o)
	if err != nil {
		return Picture{}, err
	}
	p := Picture{Name: "per-need", within: within(r), lang: o.Lang, draw: d.drawPerNeed}
	p.Table.Columns = []string{"tenth", "need", "before", "after", "before per need", "after per need", "currency", "status"}
	t := d.tenths()
	first, last := -1, -1
	desc := ""
	for k, s := range t {
		tenth := count(k + 1)
		if s.need == 0 {
			p.Table.Rows = append(p.Table.Rows, []string{tenth, "0", "", "", "", "", string(d.currency), string(nobody)})
			continue
		}
		if first < 0 {
			first = k
		}
		last = k
		p.Table.Rows = append(p.Table.Rows, []string{tenth, plain(s.need), d.major(s.before), d.major(s.after), d.major(s.before / s.need), d.major(s.after / s.need), string(d.currency), string(shown)})
		desc = sentences(desc, d.w.say("per-need.desc.row", "tenth", tenth, "before", d.money(s.before/s.need), "after", d.money(s.after/s.need)))
	}
	values := []string{
		"each", d.each, "first", d.money(t[first].after / t[first].need), "first-before", d.money(t[first].before / t[first].need), "last", d.money(t[last].after / t[last].need),
		"last-before", d.money(t[last].before / t[last].need), "n", count(len(d.parcels)), "desc", desc,
	}
	p.Title = d.w.say("per-need.title", values...)
	p.Subtitle = d.subtitle(d.w, d.w.say("per-need.subtitle", values...))
	p.Desc = d.w.say("per-need.desc", values...)
	p.Foot = d.foot(d.w, d.w["per-need.foot"], r.Foot())
	return p, nil
}

// major writes an amount of minor units in major ones, for a table.
func (d division) major(minor float64) string {
	return plain(minor / math.Pow10(d.currency.Digits()))
}

// drawPerNeed puts the tenths below one another, with what each had and what it gets.
func (d division) drawPerNeed(s *svg.Sheet) {
	t := d.tenths()
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range t {
		if p.need > 0 {
			low, high = min(low, p.before/p.need, p.after/p.need), max(high, p.before/p.need, p.after/p.need)
		}
	}
	if high <= low {
		low, high = low-1, high+1
	}
	f := plot(s, pick(s, 130.0, 34), pick(s, 190.0, 16), 10*28, d.w.say("per-need.unit", "each", d.each))
	f.x = svg.Scale{From: low - (high-low)*0.06, To: high + (high-low)*0.06, Start: f.left, End: f.right}
	unit := math.Pow10(d.currency.Digits())
	var ticks []tick
	for _, v := range svg.Ticks(f.x.From/unit, f.x.To/unit, pick(s, 5, 3)) {
		ticks = append(ticks, tick{v * unit, d.money(v * unit)})
		f.Line(f.x.At(v*unit), f.top, f.x.At(v*unit), f.bottom, svg.Grid, 1, "")
	}
	for k, p := range t {
		y := f.top + 28*float64(k) + 14
		label := count(k + 1)
		if !narrow(s) && k == 0 {
			label = d.w["per-need.most"]
		} else if !narrow(s) && k == 9 {
			label = d.w["per-need.least"]
		}
		f.Text(f.left-8, y+4, label, svg.T{Anchor: svg.End})
		if p.need == 0 {
			f.Text((f.left+f.right)/2, y+4, "–", svg.T{Anchor: svg.Middle, Colour: svg.Mute})
			continue
		}
		before, after := p.before/p.need, p.after/p.need
		text := d.w.say("per-need.row", "before", d.money(before), "after", d.money(after))
		f.Line(f.x.At(before), y, f.x.At(after), y, svg.Axis, 2, "")
		f.Mark(svg.Ring, f.x.At(before), y, 4.6, svg.Ink, text)
		f.Mark(svg.Circle, f.x.At(after), y, 5.6, svg.Blue, text)
		if !narrow(s) {
			f.Text(f.right+12, y+4, text, svg.T{Colour: svg.Mute})
		}
	}
	f.below(ticks, d.w.say("per-need.below", "each", d.each))
	s.Key(svg.Sign{Shape: svg.Ring, Colour: svg.Ink, Text: d.w["division.before"]}, svg.Sign{Shape: svg.Circle, Colour: svg.Blue, Text: d.w["division.after"]})
}
