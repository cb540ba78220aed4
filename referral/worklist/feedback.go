package worklist

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
)

// An Owed is one message that the scheme owes: who waits for news, of which
// referral, and since when.
type Owed struct {
	To        reason.Party `json:"to"`        // referrer or provider
	Recipient string       `json:"recipient"` // ID of the referring actor, or of the providing organisation
	Referral  referral.ID  `json:"referral"`
	Placement placement.ID `json:"placement,omitempty"` // if it is owed to a provider
	Since     time.Time    `json:"since"`
	Days      int          `json:"days"`            // since then
	Alarm     bool         `json:"alarm,omitempty"` // of a concern about somebody's safety, which is owed on the same day
}

// FeedbackOwed yields the news that the scheme owed at a moment: first all that is of a
// concern about somebody's safety, then the rest, and each the longest owed first. It
// reads three indexed scans.
func FeedbackOwed(ctx context.Context, referrals *referral.Repository, placements *placement.Repository, c sp.Calendar, at time.Time) iter.Seq2[Owed, error] {
	alarms := convert(referrals.AlarmOwed(ctx, at), func(r *referral.Referral) Owed {
		return Owed{reason.Referrer, r.Requester().ID, r.ID(), "", r.AlarmSince(), days(c, r.AlarmSince(), at), true}
	})
	others := func(yield func(*referral.Referral, error) bool) {
		for r, err := range referrals.FeedbackOwed(ctx, at) {
			alarm := err == nil && !r.AlarmSince().IsZero() && r.AlarmSince().Before(at)
			if !alarm && !yield(r, err) {
				return
			}
		}
	}
	toReferrers := convert(others, func(r *referral.Referral) Owed {
		return Owed{reason.Referrer, r.Requester().ID, r.ID(), "", r.OwedSince(), days(c, r.OwedSince(), at), false}
	})
	toProviders := convert(placements.FeedbackOwed(ctx, at), func(p *placement.Placement) Owed {
		return Owed{reason.Provider, string(p.Provider()), p.Referral(), p.ID(), p.OwedSince(), days(c, p.OwedSince(), at), false}
	})
	return after(alarms, merge(toReferrers, toProviders))
}

func convert[T any](seq iter.Seq2[T, error], owed func(T) Owed) iter.Seq2[Owed, error] {
	return func(yield func(Owed, error) bool) {
		for v, err := range seq {
			var o Owed
			if err == nil {
				o = owed(v)
			}
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}

// after yields two sequences, one after the other. The first error is the last pair.
func after(a, b iter.Seq2[Owed, error]) iter.Seq2[Owed, error] {
	return func(yield func(Owed, error) bool) {
		for x, err := range a {
			if !yield(x, err) || err != nil {
				return
			}
		}
		b(yield)
	}
}

// merge yields two sequences that are in order as one that is. The first error
// is the last pair.
func merge(a, b iter.Seq2[Owed, error]) iter.Seq2[Owed, error] {
	return func(yield func(Owed, error) bool) {
		next, stop := iter.Pull2(b)
		defer stop()
		y, err, more := next()
		for x, failed := range a {
			for more && err == nil && failed == nil && y.Since.Before(x.Since) {
				if !yield(y, nil) {
					return
				}
				y, err, more = next()
			}
			if more && err != nil {
				break
			}
			if !yield(x, failed) || failed != nil {
				return
			}
		}
		for ; more; y, err, more = next() {
			if !yield(y, err) || err != nil {
				return
			}
		}
	}
}
