package matching_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

func ExampleWhySoFew() {
	dear, far, men := offer("bay/S-1", "Choir"), offer("bay/S-2", "Walks"), offer("bay/S-3", "Shed")
	dear.Cost = directory.Cost{Charge: directory.Paid, Prices: []directory.Price{{Amount: sp.Know(sp.Pounds(9))}}}
	far.Delivery = directory.Truths[directory.Mode]{directory.InPerson: sp.No, directory.Online: sp.Yes}
	men.Eligibility.Groups, men.Eligibility.Restricted = []directory.Group{directory.Men}, sp.Yes
	men.Cost = dear.Cost
	offers := []directory.Offer{offer("bay/S-0", "Lunch club"), dear, far, men}
	fmt.Println(matching.WhySoFew(profile(), offers, matching.Options{Needs: []needs.Code{needs.Loneliness}, Travel: byBus}))
	// Output:
	// of 4 offers 1 fit
	//   1: is not for people like them, 0 for that alone
	//   1: costs more than they can pay, 1 for that alone
	//   1: works in a way that they would not take, 1 for that alone
}

// plainWhySoFew reads the counts off the reasons that are given for each offer.
func plainWhySoFew(p person.Profile, offers []directory.Offer, o matching.Options) (fit int, out, alone map[matching.Rule]int) {
	out, alone = map[matching.Rule]int{}, map[matching.Rule]int{}
	for _, offer := range offers {
		verdict, against := matching.Judge(p, offer, o), matching.WhyNot(p, offer, o)
		if len(against) == 0 {
			fit++
			continue
		}
		if len(against) == 1 {
			alone[against[0].Rule]++
		}
		first := against[0].Rule
		for _, part := range verdict.Parts {
			if !o.Unknown.Passes(part.Truth) {
				if part.Rule != matching.Way {
					first = part.Rule
				} else if len(against) > 1 {
					first = matching.Way
				}
				break
			}
		}
		out[first]++
	}
	return fit, out, alone
}

func TestWhySoFewCountsWhatWhyNotSaysOfEachOffer(t *testing.T) {
	for seed := range tier.Pick(15, 100, 2_000) {
		r := rand.New(rand.NewPCG(uint64(seed), 26))
		offers := make([]directory.Offer, 60)
		for i := range offers {
			offers[i] = anOffer(r, i)
		}
		scheme := aScheme(r, len(offers))
		for range 4 {
			p, o := somebody(r), whole(scheme, aRequest(r))
			got := matching.WhySoFew(p, offers, o)
			fit, out, alone := plainWhySoFew(p, offers, o)
			require.Equal(t, [2]int{len(offers), fit}, [2]int{got.Offers, got.Fit}, "seed %d", seed)
			sum := got.Fit
			for _, rule := range got.Rules {
				sum += rule.Out
				require.Equal(t, [2]int{out[rule.Rule], alone[rule.Rule]}, [2]int{rule.Out, rule.Alone}, "seed %d: %s", seed, rule.Rule)
				delete(alone, rule.Rule)
			}
			require.Equal(t, got.Offers, sum)
			require.Empty(t, alone)
		}
	}
}
