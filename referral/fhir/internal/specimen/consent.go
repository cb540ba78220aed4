package specimen

import (
	"math/rand/v2"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/concern"
)

// moment is a second of some days.
func moment(r *rand.Rand) time.Time {
	return time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(200*24*3600)) * time.Second)
}

func some[T any](r *rand.Rand, of ...T) (list []T) {
	for _, v := range of {
		if maybe(r) {
			list = append(list, v)
		}
	}
	if list == nil {
		list = of[:1:1]
	}
	return list
}

// Choice returns the answer of somebody who was asked, about a person.
func Choice(r *rand.Rand, of person.ID) consent.Choice {
	c := consent.Choice{
		ID: one(r, consent.ChoiceID("C-1"), "bay/C-2"), By: of, As: consent.Themself, Refused: r.IntN(3) == 0, At: moment(r), Given: one(r, consent.Given(""), consent.Spoken, consent.InApp),
		Wording: one(r, consent.Wording{ID: "leaflet", Version: "3"}, consent.Wording{ID: "a|b", Version: "2026-11"}),
		Scope: consent.Scope{
			Purposes: some(r, consent.DirectCare, consent.OnwardReferral, consent.Research), To: some(r, "gp", "bay/green"), Kinds: some(r, consent.Identity, consent.Contact, consent.SensitiveNeeds),
		},
	}
	if !maybe(r) {
		c.By, c.As = "P-9", person.ParentalResponsibility
	}
	if maybe(r) {
		c.Until = c.At.AddDate(1, 0, 0)
	}
	if !maybe(r) {
		c.Withdrawn = c.At.Add(48 * time.Hour)
	}
	return c
}

// Concern returns a worry about somebody's safety.
func Concern(r *rand.Rand) concern.Concern {
	c := concern.Concern{
		ID: "F-1", Kind: one(r, concern.Kinds()...), Reason: one(r, append(concern.Reasons(), "")...), By: sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, Raised: moment(r),
	}
	if maybe(r) {
		c.Offers = []concern.Offer{{To: "crisis-team", By: "ann", At: c.Raised.Add(time.Hour)}}
	}
	if maybe(r) {
		c.Ended, c.To = c.Raised.Add(3*time.Hour), "crisis-team"
		c.Answer = one(r, concern.Accepted, concern.AssessedNoConcern, concern.RaisedByMistake)
	}
	return c
}
