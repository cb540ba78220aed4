package specimen

import (
	"math/rand/v2"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/geo"
)

func phones(r *rand.Rand) (all []directory.Phone) {
	for range r.IntN(3) {
		all = append(all, directory.Phone{Number: one(r, "01632 960101", "01632 960102"), Note: one(r, "", "mornings"), Confidential: r.IntN(4) == 0})
	}
	return all
}

func known(r *rand.Rand, n int) (k sp.Known[int]) {
	if maybe(r) {
		k = sp.Know(r.IntN(n))
	}
	return k
}

// Service returns a service.
func Service(r *rand.Rand) directory.Service {
	s := directory.Service{
		ID: one(r, directory.ID("bay/S-12"), "S-1"), Organisation: one(r, directory.ID(""), "bay/O-1"), Name: word(r), Description: one(r, "", word(r)), Alert: one(r, "", word(r)),
		URL: one(r, "", "https://choir.example"), Email: one(r, "", "hello@choir.example"), Apply: one(r, "", "ring"), Phones: phones(r),
	}
	s.Status = one(r, directory.Status(""), directory.Active, directory.Active, directory.Inactive, directory.TemporarilyClosed)
	for range r.IntN(3) {
		s.Topics = append(s.Topics, sp.Code{System: "https://bay.example/topics", Code: one(r, "company", "debt"), Display: "x"})
	}
	s.Eligibility = directory.Eligibility{Text: one(r, "", word(r)), Restricted: truth(r)}
	s.Cost = directory.Cost{Charge: one(r, directory.Charge(""), directory.Free, directory.Paid, directory.Donation), Text: one(r, "", "two pounds")}
	s.Languages = directory.Truths[directory.Language]{"en": truth(r), "cy": truth(r)}
	s.Access = one(r, nil, directory.Truths[directory.Access]{directory.StepFree: truth(r)})
	s.Routes = one(r, nil, directory.Truths[directory.Route]{directory.SelfReferral: truth(r)})
	for range r.IntN(3) {
		s.Schedules = append(s.Schedules, schedule(r))
	}
	if maybe(r) {
		s.Capacity = directory.Capacity{Unit: one(r, "", "places"), Available: known(r, 3), Maximum: known(r, 30), WaitDays: known(r, 40), Updated: one(r, time.Time{}, moment(r))}
	}
	s.FundedUntil, s.DropIn = one(r, sp.Date(0), sp.NewDate(2027, 3, 31)), truth(r)
	return s
}

func schedule(r *rand.Rand) directory.Schedule {
	s := directory.Schedule{Rule: recurrence.Rule{Every: one(r, recurrence.Weekly, recurrence.Weekly, recurrence.Monthly), Interval: 1}, Start: one(r, sp.Date(0), day(r))}
	for _, d := range some(r, time.Monday, time.Wednesday, time.Sunday) {
		s.Rule.Days = append(s.Rule.Days, recurrence.Day{Weekday: d})
	}
	if maybe(r) {
		s.Opens, s.Closes = sp.Know(directory.TimeOfDay(600)), sp.Know(one(r, directory.TimeOfDay(720), 24*60))
	}
	return s
}

// Place returns a place, of which not all can be shown.
func Place(r *rand.Rand) directory.Place {
	p := directory.Place{
		ID: one(r, directory.ID("bay/L-1"), "L-1"), Organisation: one(r, directory.ID(""), "bay/O-1"), Kind: one(r, "", directory.Physical), Name: one(r, "", word(r)), Description: one(r, "", word(r)),
		Address: directory.Address{Lines: []string{"3 Quay"}, City: "Sandholme", Postcode: "LA4 9ZA", Country: "GB"}, Transit: one(r, "", "bus 5"),
		Phones: phones(r), Shown: one(r, directory.ShownInFull, directory.ShownInFull, directory.ShownDistrict, directory.ShownNothing),
	}
	if maybe(r) {
		p.Point, p.Precision = geo.Point{Lat: 54.0735, Lon: -2.866}, one(r, directory.Precision(""), directory.Exact)
	}
	if maybe(r) {
		p.Identifiers = []directory.Identifier{{Scheme: "UPRN", Value: "10"}, {Scheme: "GB-NHS", Kind: "site", Value: "RTX01"}}
	}
	return p
}

// Organisation returns who runs services.
func Organisation(r *rand.Rand) directory.Organisation {
	o := directory.Organisation{
		ID: one(r, directory.ID("bay/O-1"), "O-1"), Name: word(r), AlternateName: one(r, "", "Vestry"), Description: one(r, "", word(r)), Email: one(r, "", "a@vestry.example"),
		Website: one(r, "", "https://vestry.example"), Parent: one(r, directory.ID(""), "bay/O-9"), Phones: phones(r),
	}
	if maybe(r) {
		o.Identifiers = []directory.Identifier{{Scheme: "GB-CHC", Kind: "charity", Value: "1012345"}}
	}
	return o
}
