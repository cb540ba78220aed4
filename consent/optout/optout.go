// Package optout leaves out of what goes on to research and planning whoever has opted out.
//
// In England two opt-outs bind. The national data opt-out (NDOO) is about confidential
// information of single people that is used beyond their own care, above all where the
// duty of confidence was set aside by law; a type 1 opt-out is about what leaves the record
// of a practice. What decides is on which footing a flow stands ([Footing]), and not who
// asks. Neither ever stands in the way of care, nor of tables in which nobody can be seen.
//
// [Filter] applies them and counts what it removed by reason, and never says who:
//
//	kept, removed, err := optout.Filter(rows, optout.Options[row]{
//		Footing: optout.Section251, Number: row.number, Lookup: answers, On: today,
//	})
//
// Source: NHS England, national data opt-out operational policy guidance; notices of
// practices for type 1.
package optout

import (
	"github.com/socialprescribing/sp"
)

// A Footing is the legal basis of a flow, as far as it decides about opt-outs.
type Footing string

// The legal bases that the policy of the national data opt-out tells apart.
const (
	OwnCare           Footing = "own-care"           // of the person: no opt-out applies
	ExplicitAgreement Footing = "explicit-agreement" // to this very use, such as a study: the NDOO does not remove it
	LegalDuty         Footing = "legal-duty"         // law requires it
	PublicInterest    Footing = "public-interest"    // that overrides
	PublicHealth      Footing = "public-health"      // communicable disease and other risks: COPI regulation 3
	Anonymous         Footing = "anonymous"          // to the code of the ICO: nobody can be seen
	Section251        Footing = "section-251"        // COPI regulations 2 and 5: the NDOO applies
	Exempt            Footing = "exempt"             // a specific exemption that was granted, by its reference
)

// applies reports whether an opt-out of the nation binds a flow, and whether it is known.
func (f Footing) applies() (binds, known bool) {
	switch f {
	case OwnCare, ExplicitAgreement, LegalDuty, PublicInterest, PublicHealth, Anonymous, Exempt:
		return false, true
	case Section251:
		return true, true
	}
	return false, false
}

// A Lookup is the answer of the national service to a list of NHS numbers: which have not
// opted out. It ages.
type Lookup struct {
	On     sp.Date                     // when it was asked
	In     func(sp.NHSNumber) sp.Truth // Yes has opted out, No has not; unknown where it was not asked
	MaxAge int                         // in days; 0 is [StandardAge]
}

// StandardAge is for how many days an answer of the service counts where a caller says
// nothing: the choice of this library. The guidance allows a temporary store.
const StandardAge = 21

// Options say how rows are filtered.
type Options[T any] struct {
	Footing   Footing
	Reference string // of the exemption, with [Exempt]
	Number    func(T) sp.NHSNumber
	Lookup    Lookup
	On        sp.Date // the day on which it leaves the controller

	// FromGP reports whether a row came from the record of a practice, and Type1 whether
	// that practice says the person has opted out. Without FromGP no row did.
	FromGP func(T) bool
	Type1  func(T) sp.Truth
}

// A Reason is why a row was removed.
type Reason string

// The reasons for which a row is removed.
const (
	OptedOut  Reason = "national-opt-out"
	Type1Out  Reason = "type-1"
	Unmatched Reason = "unmatched" // nobody can say whether they have, since their NHS number is not known or was not asked about
)

// Filter returns the rows that may leave, in their order, and how many were removed for
// each reason. It refuses, with an [*sp.InvalidError], a flow whose footing is not known,
// and an answer of the service that is too old or from the future. The rows are not
// changed. A row that both reasons remove counts for the first.
func Filter[T any](rows []T, o Options[T]) (kept []T, removed map[Reason]int, err error) {
	binds, known := o.Footing.applies()
	e := &sp.InvalidError{Subject: "optout: filter"}
	e.Check(known, "footing", sp.NotListed, "must be the legal basis of the flow: nothing about single people leaves without one")
	e.Check(o.Footing != Exempt || sp.ValidID(o.Reference), "reference", sp.Missing, "must name the exemption that was granted")
	if binds {
		age := o.On.Sub(o.Lookup.On)
		most := o.Lookup.MaxAge
		if most == 0 {
			most = StandardAge
		}
		e.Check(o.Number != nil && o.Lookup.In != nil, "lookup", sp.Missing, "must be there: who has opted out is asked of the national service")
		e.Check(!o.On.IsZero() && !o.Lookup.On.IsZero() && age >= 0 && age <= most, "lookup.on", sp.Untimely, "must be recent: ask the national service again")
	}
	e.Check(o.FromGP == nil || o.Type1 != nil, "type1", sp.Missing, "must be there where rows come from the record of a practice")
	if err := e.Err(); err != nil {
		return nil, nil, err
	}
	kept, removed = make([]T, 0, len(rows)), map[Reason]int{}
	for _, row := range rows {
		if why := o.why(row, binds); why != "" {
			removed[why]++
			continue
		}
		kept = append(kept, row)
	}
	return kept, removed, nil
}

// why returns why a row is removed, if it is.
func (o *Options[T]) why(row T, binds bool) Reason {
	if binds {
		out := sp.Unknown
		if n := o.Number(row); !n.IsZero() {
			out = o.Lookup.In(n)
		}
		switch out {
		case sp.Yes:
			return OptedOut
		case sp.Unknown:
			return Unmatched
		case sp.No:
		}
	}
	if o.FromGP != nil && o.Footing != OwnCare && o.Footing != Anonymous && o.Footing != LegalDuty && o.FromGP(row) {
		switch o.Type1(row) {
		case sp.Yes:
			return Type1Out
		case sp.Unknown:
			return Unmatched
		case sp.No:
		}
	}
	return ""
}
