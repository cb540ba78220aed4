package evaluationtest

import (
	"fmt"
	"math/rand/v2"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// aside draws from a stream of its own, so that what is told beside a story leaves the
// story as it was, and lets no time pass in it.
func (s *story) aside(tell func(r *rand.Rand)) {
	day := s.day
	tell(s.beside)
	s.day = day
}

// reads lets the referrer read what they were told, and code it.
func (s *story) reads() {
	s.aside(func(r *rand.Rand) {
		if r.IntN(3) > 0 {
			s.day = s.day.Add(r.IntN(40))
			s.file(referral.FeedbackAcknowledged{Document: "D-1"})
		}
		if r.IntN(2) > 0 {
			s.day = s.day.Add(r.IntN(20))
			s.file(referral.FeedbackCoded{Document: "D-1", Code: "871731000000106"})
		}
	})
}

// adjusts notes whether a ramp was there, and an interpreter.
func (s *story) adjusts(id string) {
	s.aside(func(r *rand.Rand) {
		noted := []placement.AdjustmentsNoted{
			{}, {Met: []string{"ramp"}}, {NotMet: []string{"ramp"}}, {Met: []string{"interpreter"}, NotMet: []string{"ramp"}},
		}[r.IntN(4)]
		if len(noted.Met)+len(noted.NotMet) > 0 {
			s.add(placement.Kind, id, noted)
		}
		if len(noted.NotMet) > 0 && r.IntN(2) > 0 {
			s.add(placement.Kind, id, placement.AdjustmentsNoted{Met: noted.NotMet})
		}
	})
}

// asks lets a provider ask for more about the person.
func (s *story) asks() {
	s.aside(func(r *rand.Rand) {
		to := func(e store.Event) { s.add(register.Kind, "C"+s.referral, e) }
		if r.IntN(3) > 0 {
			return
		}
		s.day = s.day.Add(1 + r.IntN(20))
		to(register.Requested{Request: "Q-1", By: "bay/green", As: consent.ToProvider, Fields: []string{"phone"}, Reason: "to-call"})
		if r.IntN(4) > 0 {
			s.day = s.day.Add(r.IntN(15))
			to(register.Replied{Request: "Q-1", Refused: "no-agreement"})
		}
	})
}

// elsewhere is what happens to listings, to privacy and to invoices meanwhile.
func (s *story) elsewhere(n int) {
	s.aside(func(r *rand.Rand) {
		s.day = Start.Add(n % 365)
		if r.IntN(9) == 0 {
			found := [][]voice.Item{{{Code: "list-right"}}, {{Code: "list-right"}}, {{Code: "list-times"}}, {{Code: "list-right"}, {Code: "list-cost"}}, {{Code: "list-no-answer"}}}
			s.add(voice.RecordKind, "VL"+s.referral, voice.Said{Kind: voice.Listing, Speaker: voice.LinkWorker, Service: "bay/garden", Items: found[r.IntN(len(found))]})
		}
		if r.IntN(15) == 0 {
			s.add(voice.RecordKind, "VP"+s.referral, voice.Said{Kind: voice.Privacy, Speaker: voice.Person, Items: []voice.Item{{Code: "priv-letter-seen"}}})
			if r.IntN(4) > 0 {
				s.day = s.day.Add(r.IntN(30))
				s.add(voice.RecordKind, "VP"+s.referral, voice.Answered{Outcome: voice.Done})
			}
		}
		if n%20 == 0 {
			s.award(r, n)
		}
	})
}

// award is an award under which three invoices come.
func (s *story) award(r *rand.Rand, n int) {
	id, months := fmt.Sprintf("AW-%d", n), sp.FinancialYear(2025)
	to := func(e store.Event) { s.add(grant.AwardKind, id, e) }
	to(grant.AwardOffered{Fund: "F-1", Terms: contract.Terms{ID: contract.ID(id), Provider: "bay/green", Period: months, Amount: sp.Pounds(9_000)}})
	to(grant.AwardAgreed{})
	start := s.day
	for k := range 3 {
		s.day = start.Add(90 * k)
		invoice := grant.InvoiceID(fmt.Sprintf("I-%d", k))
		to(grant.InvoiceReceived{Invoice: invoice, Amount: sp.Pounds(3_000)})
		if r.IntN(6) > 0 {
			s.day = s.day.Add(15 + r.IntN(30))
			to(grant.InvoicePaid{Invoice: invoice})
		}
	}
}
