package catalogue_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// withMistakes is the log of a world in which it turns out later that some referrals, placements and
// sessions should never have been, and some statements are taken back.
func withMistakes(t *testing.T, w evaluationtest.World) (all []store.RecordedEvent) {
	t.Helper()
	last := map[store.Key]store.RecordedEvent{}
	for e, err := range w.Log() {
		require.NoError(t, err)
		all = append(all, e)
		last[e.Key] = e
	}
	found := map[string]store.Event{
		referral.Kind: mistake, placement.Kind: placement.EnteredInError{Reason: reason.Because(reason.Mistake)},
		session.Kind: session.EnteredInError{Reason: reason.Because(reason.Mistake)}, voice.RecordKind: voice.Retracted{},
	}
	keys := slices.SortedFunc(maps.Keys(last), func(a, b store.Key) int { return strings.Compare(a.Kind+a.ID, b.Kind+b.ID) })
	for n, k := range keys {
		if found[k.Kind] == nil || n%9 != 0 {
			continue
		}
		e := last[k]
		data, err := store.Encode(found[k.Kind])
		require.NoError(t, err)
		e.Version, e.Type, e.Data, e.Stamp.At = e.Version+1, found[k.Kind].EventType(), data, e.Stamp.At.AddDate(0, 0, 20+n%100)
		all = append(all, e)
	}
	return all
}

// mixed is a log in which people have three referrals each and referrals several placements, which go on
// whatever becomes of the referral, so that ends, help and needs overlap in every way; and all of it happens on
// every other Wednesday, so that much falls on one day or on the last of a time given.
func mixed(t *testing.T, events []store.RecordedEvent) (all []store.RecordedEvent) {
	t.Helper()
	third := func(id string) int {
		n, err := strconv.Atoi(id[strings.LastIndex(id, "-")+1:])
		require.NoError(t, err)
		return n / 3
	}
	before := map[store.Key]int{} // on which day of the log somebody was measured
	whom := func(id string) person.ID { return person.ID(fmt.Sprintf("P-%d", third(id))) }
	for _, e := range events {
		event, err := decoded(e)
		require.NoError(t, err)
		switch o := event.(type) {
		case referral.Received:
			o.Person, event = whom(e.Key.ID), o
		case needs.Opened:
			o.Person, event = whom(e.Key.ID), o
		case register.Opened:
			o.Person, event = whom(e.Key.ID), o
		case referral.Attempted, referral.PlacementProposed: // nobody counts these
			event = referral.Assigned{Worker: "worker-1"}
		case placement.Accepted:
			if third(e.Key.ID)%2 == 0 { // the provider's yes was never written down
				event = placement.Disclosed{}
			}
		case needs.Measured:
			for n := range o.Result.Scores {
				if o.Result.Scores[n].Instrument == "swemwbs" {
					o.Result.Scores[n].Value *= 0.41 // of which seven are just reliable
				}
			}
			event = o
		case placement.Proposed:
			o.Referral, event = referral.ID(fmt.Sprintf("R-%d", 3*third(string(o.Referral)))), o
		}
		e.Type = event.EventType()
		e.Data, err = store.Encode(event)
		require.NoError(t, err)
		days := sp.DateOf(e.Stamp.At).Sub(sp.NewDate(2025, time.January, 8))
		e.Stamp.At = e.Stamp.At.AddDate(0, 0, -days%14)
		if _, is := event.(needs.Measured); is && days-before[e.Key] > 300 && before[e.Key] > 0 {
			e.Stamp.At = e.Stamp.At.AddDate(0, 0, 365-(days-days%14-before[e.Key])) // a year later to the day
		} else if is {
			before[e.Key] = days - days%14
		}
		all = append(all, e)
	}
	return all
}

// stirred is a log in another order, with every fifth event twice.
func stirred(events []store.RecordedEvent, seed uint64) []store.RecordedEvent {
	all := slices.Clone(events)
	for n := 0; n < len(events); n += 5 {
		all = append(all, events[n])
	}
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
