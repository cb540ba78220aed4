package caseload

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// Own is the source of a row that has no other.
const Own = "this library's own choice"

// A Row says how many points a phase has, or each of a fact that there is, in hundredths
// of a point.
type Row struct {
	What   string `json:"what"` // a [Phase] or a [Fact]
	Points int    `json:"points"`
	Most   int    `json:"most,omitempty"` // of a fact, how many count at the most; 0 is without limit
	Source string `json:"source"`         // who says so, or [Own]
}

// A Scale is a dated table of points. Nobody types a weight in: it follows from the facts
// and the table. What has no row has no points.
type Scale struct {
	Version string  `json:"version"` // kept with what is decided by it
	From    sp.Date `json:"from"`
	Rows    []Row   `json:"rows"`
}

// Proposed returns the table that this library proposes. No table for link workers could
// be found, so that each row is this library's own choice. The parts are those of tables
// that councils use for social workers, such as Wirral's: a base, and what makes a case
// harder. The points are such that 46 to 58 usual cases are a full load.
func Proposed() Scale {
	return Scale{Version: "sp-2026-11", From: sp.NewDate(2026, 11, 1), Rows: []Row{
		{string(Waiting), 36, 0, Own},
		{string(Going), 120, 0, Own},
		{string(First), 160, 0, Own},
		{string(FactNeeds), 5, 6, Own},
		{string(FactSensitive), 40, 1, Own},
		{string(FactCrises), 40, 0, Own},
		{string(FactFlags), 100, 0, Own},
		{string(FactContacts), 5, 12, Own},
		{string(FactAdjustments), 40, 0, Own},
		{string(FactYoung), 40, 0, Own},
	}}
}

// most is how many hundredths of a point one row can have, and how many of a fact count:
// beyond it a number is a typing mistake, and a sum could overflow.
const most = 1_000_000

var phases = [...]Phase{Waiting, Going, First}

// index returns the place of a phase in phases, and -1 if it is none.
func (p Phase) index() int {
	switch p {
	case Waiting:
		return 0
	case Going:
		return 1
	case First:
		return 2
	}
	return -1
}

// Check returns what is wrong with a scale: no fact may make a case lighter.
func (t Scale) Check() error {
	e := sp.InvalidError{Subject: "caseload: scale"}
	e.Check(sp.ValidCode(t.Version), "version", sp.Malformed, sp.CodeRule)
	e.Check(!t.From.IsZero(), "from", sp.Missing, "must be dated")
	seen := map[string]bool{}
	for i, r := range t.Rows {
		path := fmt.Sprintf("rows[%d].", i)
		e.Check(Phase(r.What).index() >= 0 || slices.Contains(facts[:], Fact(r.What)), path+"what", sp.NotListed, "must be a phase or a fact")
		e.Check(!seen[r.What], path+"what", sp.Duplicate, "must have one row")
		e.Check(r.Points >= 0 && r.Points <= most, path+"points", sp.OutOfRange, "must be from 0 to 1000000")
		e.Check(r.Most >= 0, path+"most", sp.OutOfRange, "must not be negative")
		e.Check(r.Source != "", path+"source", sp.Missing, "must say who says so")
		seen[r.What] = true
	}
	p := t.points()
	e.Check(p.base[0] <= p.base[1] && p.base[1] <= p.base[2], "rows", sp.Inconsistent, "must not fall from waiting over going to first")
	return e.Err()
}

// points are the rows of a scale by place instead of by name.
type points struct {
	base [len(phases)]int
	each [kinds]int
	most [kinds]int
}

func (t Scale) points() points {
	var p points
	for i := range p.most {
		p.most[i] = most
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		if k := Phase(r.What).index(); k >= 0 {
			p.base[k] = r.Points
		}
		if k := slices.Index(facts[:], Fact(r.What)); k >= 0 {
			p.each[k] = r.Points
			if r.Most > 0 {
				p.most[k] = min(r.Most, most)
			}
		}
	}
	return p
}

// weigh appends the terms of a weight to terms, and returns its sum with them. A phase that
// is none has no points.
func (p *points) weigh(f *Facts, terms []Term) (int, []Term) {
	sum := 0
	if k := f.Phase.index(); k >= 0 {
		sum = p.base[k]
		terms = append(terms, Term{uint8(k), 1, sum})
	}
	for i, n := range f.counts() {
		if n == 0 {
			continue
		}
		points := min(n, p.most[i]) * p.each[i]
		sum += points
		terms = append(terms, Term{uint8(len(phases) + i), n, points})
	}
	return sum, terms
}
