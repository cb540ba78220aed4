package catalogue_test

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

func recordCounts() map[string]plainCount {
	return map[string]plainCount{
		"structured-referral": {of: ofReferrals(func(_ scheme, r *file) string {
			_, e := first[referral.Received](r)
			return among(e.Medium == "", "unknown") + among(e.Medium != "", yesNo(e.Medium == "structured"))
		})},
		"adjustments-met": {of: adjusted, clustered: true},
		"feedback-read":   {of: messagesRead, clustered: true},
		"feedback-coded":  {of: ofReferrals(closedAndCoded)},
		"listings-right":  {of: listingsTried},
		"statements-by-kind": {of: func(s scheme) []spoken {
			return statements(s, func(_ *file, _ sp.Date, e voice.Said) string {
				return "of: " + string(e.Kind) + " (" + string(e.Speaker) + ")"
			})
		}},
		"wait-after-privacy-concern": {of: privacyAnswered},
		"wait-for-information":       {of: moreTold},
		"invoices-in-time":           {of: invoicesSettled(func(s scheme, came, paid sp.Date) string { return s.within(came, paid, came.Add(30)) })},
		"wait-for-payment":           {of: invoicesSettled(func(s scheme, came, paid sp.Date) string { return s.wait(came, paid, "", 0) })},
	}
}

// adjusted goes through the adjustments of each placement in order: the last word stays.
func adjusted(s scheme) (all []spoken) {
	for _, r := range s.received() {
		for _, p := range s.placements(r) {
			says := map[string]string{}
			told := func(items []placement.Item) {
				for _, item := range items {
					if _, known := says[item.Code]; item.Field == "adjustment" && !known {
						says[item.Code] = "unknown"
					}
				}
			}
			for _, n := range p.notes {
				switch e := n.event.(type) {
				case placement.Offered:
					told(e.Disclosed)
				case placement.Disclosed:
					told(e.Items)
				case placement.AdjustmentsNoted:
					for _, code := range e.Met {
						says[code] = "yes"
					}
					for _, code := range e.NotMet {
						says[code] = "no"
					}
				}
			}
			for _, a := range says {
				all = append(all, spoken{whose(r), orWrong(a, r, p)})
			}
		}
	}
	return all
}

// sentOf are the messages of a referral with the first day of each.
func sentOf(r *file) map[referral.DocumentID]sp.Date {
	sent := map[referral.DocumentID]sp.Date{}
	for _, n := range r.notes {
		if e, is := n.event.(referral.FeedbackSent); is && sent[e.Document] == 0 {
			sent[e.Document] = n.on
		}
	}
	return sent
}

func messagesRead(s scheme) (all []spoken) {
	for _, r := range s.received() {
		for document, on := range sentOf(r) {
			read := sp.Date(0)
			for _, n := range r.notes {
				if e, is := n.event.(referral.FeedbackAcknowledged); is && e.Document == document {
					read = soonest(read, n.on)
				}
			}
			all = append(all, spoken{whose(r), orWrong(s.within(on, read, on.Add(28)), r)})
		}
	}
	return all
}

func closedAndCoded(s scheme, r *file) string {
	closed, sent, coded := when[referral.Closed](r), sentOf(r), sp.Date(0)
	for _, n := range r.notes {
		if e, is := n.event.(referral.FeedbackCoded); is && sent[e.Document] >= closed {
			coded = soonest(coded, n.on)
		}
	}
	return s.within(closed, coded, closed.Add(28))
}

// statements asks about each statement that was made in the period.
func statements(s scheme, rule func(f *file, day sp.Date, e voice.Said) string) (all []spoken) {
	for _, f := range s.all(voice.RecordKind) {
		if day, e := first[voice.Said](f); s.Period.Contains(day) {
			all = append(all, spoken{f.id, orWrong(rule(f, day, e), f)})
		}
	}
	return all
}

func listingsTried(s scheme) []spoken {
	return statements(s, func(_ *file, _ sp.Date, e voice.Said) string {
		says := func(code voice.Code) bool {
			return slices.ContainsFunc(e.Items, func(i voice.Item) bool { return i.Code == code })
		}
		faults := slices.ContainsFunc(e.Items, func(i voice.Item) bool { return i.Code != "list-right" && i.Code != "list-no-answer" })
		switch {
		case e.Kind != "listing-check":
			return ""
		case faults:
			return "no"
		case says("list-right"):
			return "yes"
		}
		return "unknown"
	})
}

func privacyAnswered(s scheme) []spoken {
	return statements(s, func(f *file, day sp.Date, e voice.Said) string {
		return among(e.Kind == "privacy", s.wait(day, when[voice.Answered](f), "", 0))
	})
}

// opened are the things that an event opens in files of a kind, and another ends, by a name.
func opened[O, E store.Event](s scheme, kind string, of func(O) string, ended func(E) string, rule func(since, end sp.Date) string) (all []spoken) {
	for _, f := range s.all(kind) {
		since, end := map[string]sp.Date{}, map[string]sp.Date{}
		for _, n := range f.notes {
			switch e := n.event.(type) {
			case O:
				since[of(e)] = soonest(since[of(e)], n.on)
			case E:
				end[ended(e)] = soonest(end[ended(e)], n.on)
			}
		}
		for name, on := range since {
			if s.Period.Contains(on) {
				all = append(all, spoken{f.id + name, rule(on, end[name])})
			}
		}
	}
	return all
}

func moreTold(s scheme) []spoken {
	return opened(s, register.Kind, func(e register.Requested) string { return string(e.Request) }, func(e register.Replied) string { return string(e.Request) },
		func(since, end sp.Date) string { return s.wait(since, end, "", 0) })
}

func invoicesSettled(rule func(s scheme, came, paid sp.Date) string) func(scheme) []spoken {
	return func(s scheme) []spoken {
		return opened(s, grant.AwardKind, func(e grant.InvoiceReceived) string { return string(e.Invoice) }, func(e grant.InvoicePaid) string { return string(e.Invoice) },
			func(came, paid sp.Date) string { return rule(s, came, paid) })
	}
}

// finishedWith is whether a person came to the planned end of a placement of any of their referrals.
func finishedWith(h human) string {
	done := sp.Date(0)
	for _, r := range h.referrals {
		for _, p := range right(h.placements(r)) {
			if day, e := first[placement.Completed](p); e.Outcome != "signposted" && e.Outcome != "self-referred" {
				done = soonest(done, day)
			}
		}
	}
	since := when[referral.Received](h.referrals[0])
	return h.within(since, done, since.Add(266))
}
