// Package written makes resources as package fhir writes them of invented people, services
// and plans, so that other people's validators can be held against them.
package written

import (
	"math/rand/v2"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/internal/specimen"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// Some is a permission that lets some fields be told and others not, each by chance but
// always the same.
type Some struct{ Seed int }

// See implements [consent.Permission].
func (s Some) See(_ sp.Actor, _ person.ID, field string) error {
	if s.Seed > 0 && (len(field)+s.Seed)%4 == 0 {
		return sp.ErrDenied
	}
	return nil
}

// SeeFlag implements [consent.FlagPermission].
func (s Some) SeeFlag(sp.Actor, consent.Audience, person.ID, string) error { return nil }

// SeeSensitive implements [consent.SensitivePermission].
func (s Some) SeeSensitive(sp.Actor, consent.Audience, person.ID, string) error { return nil }

// Encoder returns an encoder for a partner by a profile.
func Encoder(r *rand.Rand, p fhir.Profile) fhir.Encoder {
	return fhir.Encoder{
		Profile: p, Own: "https://bay.example", To: sp.Actor{ID: "green", Role: sp.RoleProvider, For: "bay/green"}, As: consent.Health, May: Some{r.IntN(5)}, Scheme: "bay",
		At: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC),
	}
}

// All returns a resource of each kind, as far as the encoder writes one.
func All(r *rand.Rand, e fhir.Encoder) (all []*resource.Object) {
	add := func(o *resource.Object, _ fhir.Report) {
		if o != nil {
			all = append(all, o)
		}
	}
	add(e.Patient(specimen.Person(r), nil))
	add(e.RelatedPerson(specimen.Representative(r), "P-55", nil))
	add(e.Consent(specimen.Choice(r, "P-55"), "P-55", nil))
	add(e.Flag(specimen.Concern(r), "P-55", nil))
	add(e.HealthcareService(specimen.Service(r), []directory.ID{"bay/L-1"}, nil))
	add(e.Location(specimen.Place(r), nil))
	add(e.Organization(specimen.Organisation(r), nil))
	add(e.Condition(fhir.Need{Person: "P-55", Assessment: "A-7", Need: specimen.Need(r)}, nil))
	add(e.Goal(fhir.Goal{Person: "P-55", Assessment: "A-7", Goal: specimen.Goal(r), Words: sp.Hide("dance again")}, nil))
	add(e.CarePlan(specimen.Plan(r), nil))
	if phq, ok := measure.Find("phq-9"); ok {
		answers := measure.Answers{}
		for _, item := range phq.Items[r.IntN(2):] {
			answers[item.ID] = item.Min + r.IntN(item.Max-item.Min+1)
		}
		add(e.QuestionnaireResponse(fhir.Answers{Filled: "M-1", Person: "P-55", At: e.At, Instrument: "phq-9", Canonical: "https://bay.example/q", Items: answers}, nil))
		result, err := phq.Score(answers)
		if err != nil {
			panic(err) // of answers in range
		}
		for _, s := range result.Scores {
			add(e.Observation(fhir.Score{Filled: "M-1", Person: "P-55", At: e.At, Score: s}, nil, nil))
		}
		for _, x := range result.Refusals {
			add(e.Observation(fhir.Score{Filled: "M-1", Person: "P-55", At: e.At, Score: measure.Score{Instrument: "phq-9", Scale: x.Scale}, Missing: x.Missing}, nil, nil))
		}
	}
	return all
}
