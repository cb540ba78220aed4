// Package triage judges whether a referral is one for this scheme, by criteria
// that a program can execute and a referrer can read.
//
// Referrals that do not fit cost everybody time, most of all the person, and they
// keep coming as long as nobody says what fits. A [Criterion] therefore has a
// code and a sentence beside its test, and its refusal has a coded reason, which
// also says what to do about finding something else. What is not known is never a
// no: the verdict is then unknown, and says what to ask.
//
//	verdict := triage.Judge(criteria, r, profile)
//	err := r.Triage(verdict.Triaged, stamp)          // keeps it, with the version of the criteria
//	if verdict.Fits == sp.No {
//		err = c.Decline(verdict.Refusal(), stamp) // of the Case of r
//	}
package triage

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/transition"
)

// A Criterion is one condition that a referral must meet to be accepted by the
// scheme. Without a Test the answer is unknown, and somebody has to ask.
type Criterion struct {
	Code    string // stable, such as "adult"
	Says    string // for the referrer: "must be 18 or older"
	Test    func(*referral.Referral, person.Profile) sp.Truth
	Refusal reason.Reason // if the answer is no
}

// Criteria say which referrals a scheme is for.
type Criteria struct {
	Name string // with its version, such as "bay-2026-1"; kept with the decision
	List []Criterion
}

// A Verdict says whether a referral meets the criteria, and which it fails or
// leaves open.
type Verdict struct {
	referral.Triaged             // what the referral keeps of it
	Failed           []Criterion // with the reasons
	Unknown          []Criterion // to ask about
}

// Judge tests a referral by every criterion. The verdict is No if one of them
// answers no, otherwise Unknown if one is unknown, otherwise Yes.
func Judge(c Criteria, r *referral.Referral, p person.Profile) Verdict {
	v := Verdict{Triaged: referral.Triaged{Criteria: c.Name, Fits: sp.Yes}}
	for _, x := range c.List {
		truth := sp.Unknown
		if x.Test != nil {
			truth = x.Test(r, p)
		}
		v.Fits = v.Fits.And(truth)
		switch truth {
		case sp.Yes:
		case sp.No:
			v.Failed = append(v.Failed, x)
			v.Triaged.Failed = append(v.Triaged.Failed, x.Code)
		default:
			v.Unknown = append(v.Unknown, x)
			v.Triaged.Unknown = append(v.Triaged.Unknown, x.Code)
		}
	}
	return v
}

// Refusal returns the reason of the first criterion that said no, or the zero
// reason, which no command accepts.
func (v Verdict) Refusal() reason.Reason {
	if len(v.Failed) == 0 {
		return reason.Reason{}
	}
	return v.Failed[0].Refusal
}

// Ages is the criterion that the person's age is at least from and under before,
// such as directory.Years(18); a before of 0 is no upper limit.
func Ages(code, says string, from, before directory.Months) Criterion {
	return Criterion{code, says, func(_ *referral.Referral, p person.Profile) sp.Truth {
		age, known := p.Age.Lookup()
		if !known {
			return sp.Unknown
		}
		return sp.TruthOf(age >= from && (before == 0 || age < before))
	}, reason.Because(reason.NotEligible)}
}

// Lives is the criterion that the person lives in one of the areas, by
// [geo.Within]. It is unknown if the home is only known by areas of another kind,
// country or boundary year.
func Lives(code, says string, areas ...geo.Area) Criterion {
	areas = slices.Clone(areas)
	return Criterion{code, says, func(_ *referral.Referral, p person.Profile) sp.Truth {
		return geo.Within(p.Home.Areas, areas)
	}, reason.Because(reason.NotEligible)}
}

// Helps is the criterion that a referral has at least one need which the scheme
// can help with.
func Helps(code, says string, with ...needs.Code) Criterion {
	with = slices.Clone(with)
	return Criterion{code, says, func(r *referral.Referral, _ person.Profile) sp.Truth {
		return sp.TruthOf(slices.ContainsFunc(r.Needs(), func(n needs.Code) bool { return slices.Contains(with, n) }))
	}, reason.Because(reason.OutsideRemit)}
}

// Preview judges the form of a referrer before it is sent, by the same criteria as the
// referral that it would become, so that what does not fit is said while the referrer can
// still do something about it. Nothing is received and nothing is kept. The error says what
// is wrong with the form itself, by field, as [referral.Referral.Receive] would; the verdict
// says which criteria fail, in their own words ([Criterion].Says), and what to ask.
//
//	verdict, err := triage.Preview(criteria, form, profile, stamp)
//	for _, x := range verdict.Failed { ... x.Says ... }
func Preview(c Criteria, form referral.Submission, p person.Profile, s sp.Stamp) (Verdict, error) {
	draft := referral.New(form.ID, transition.TableOnly{})
	if form.ID == "" {
		draft = referral.New("draft", transition.TableOnly{})
	}
	if err := draft.Receive(form, s); err != nil {
		return Verdict{}, err
	}
	return Judge(c, draft, p), nil
}
