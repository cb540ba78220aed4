package worklist

import (
	"context"
	"iter"
	"time"

	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
)

// An Owed is one message that the scheme owes: who waits for news, of which
// referral, and since when.
type Owed struct {
	To        reason.Party // referrer or provider
	Recipient string       // ID of the referring actor, or of the providing organisation
	Referral  referral.ID
	Placement placement.ID // if it is owed to a provider
	Since     time.Time
	Days      int // whole days
}

// FeedbackOwed yields the news that the scheme owed at a moment, the longest owed
// first. It merges two indexed scans.
func FeedbackOwed(ctx context.Context, referrals *referral.Repository, placements *placement.Repository, at time.Time) iter.Seq2[Owed, error] {
	toReferrers := convert(referrals.FeedbackOwed(ctx, at), func(r *referral.Referral) Owed {
		return Owed{reason.Referrer, r.Requester().ID, r.ID(), "", r.OwedSince(), days(r.OwedSince(), at)}
	})
	toProviders := convert(placements.FeedbackOwed(ctx, at), func(p *placement.Placement) Owed {
		return Owed{reason.Provider, string(p.Provider()), p.Referral(), p.ID(), p.OwedSince(), days(p.OwedSince(), at)}
	})
	return merge(toReferrers, toProviders)
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
