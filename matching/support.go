package matching

import (
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// A SupportKind says what kind of thing a support is.
type SupportKind string

// The kinds of supports.
const (
	Escort  SupportKind = "escort"  // somebody comes along, for a person who cannot travel alone
	Lift    SupportKind = "lift"    // the person is fetched and taken home: there is no distance, time or fare
	Voucher SupportKind = "voucher" // it pays for each attendance, up to what it is worth
)

// A Support is something that a scheme can add to an offer that would not fit by itself: a
// volunteer who comes along, a seat in a community car, a voucher.
type Support struct {
	Name   string       `json:"name"` // by which those who provide it know it
	Kind   SupportKind  `json:"kind"`
	Left   int          `json:"left"`             // for how many services it can be used
	Worth  sp.Money     `json:"worth,omitzero"`   // of a voucher, for each attendance
	Points int64        `json:"points,omitempty"` // what using it costs, beside the terms of the offer; not below 0
	Offer  directory.ID `json:"offer,omitempty"`  // its ID, if it is an offer of the directory, such as a community car

	Price     sp.Money  `json:"price,omitzero"`      // what the person pays for it at each attendance
	Unpriced  bool      `json:"unpriced,omitempty"`  // that is not known, and Price counts as nothing
	Questions []Verdict `json:"questions,omitempty"` // of an offer, what is still to be confirmed
}

// String returns the support as people read it: "a lift by Bay Cars".
func (s Support) String() string {
	text := "a " + string(s.Kind)
	if s.Kind == Escort {
		text = "an " + string(s.Kind)
	}
	if s.Offer != "" && s.Name != "" {
		text += " by " + s.Name
	}
	for _, q := range s.Questions {
		text += "; ask " + s.Name + " whether " + q.Change.String()
	}
	return text
}

// mostLifts is how many transport offers a plan tries.
const mostLifts = 3

// lifts returns the best offers of transport that fit a person, as supports. That they take
// people where they want to go is what they are for, so the way to them does not count.
func lifts(p *person.Profile, offers []directory.Offer, o Options) (all []Support) {
	o.Needs, o.Limit = []needs.Code{needs.Transport}, mostLifts
	c := newCase(p, o)
	c.among = offers
	var cars []directory.Offer
	for i := range offers {
		if c.needs.truth(&offers[i]) == sp.Yes {
			cars = append(cars, fetching(offers[i]))
		}
	}
	for _, x := range c.best(pointers(cars), false) {
		s := Support{Name: x.offer.Name, Kind: Lift, Left: mostNeeds, Points: max(x.score, 0), Offer: x.offer.ID, Questions: c.proposal(x).Questions()}
		price, priced := c.attendance(x.taking, x.offer)
		if s.Unpriced = !priced; priced {
			s.Price = price
		}
		all = append(all, s)
	}
	return all
}

// fetching returns an offer as one that fetches people and takes them home.
func fetching(o directory.Offer) directory.Offer {
	access := make(directory.Truths[directory.Access], len(o.Access)+1)
	maps.Copy(access, o.Access)
	access[directory.Transport] = sp.Yes
	o.Access = access
	return o
}

// combined returns which supports are tried, alone and together: a voucher beside a lift or an
// escort.
func combined(supports []Support) (all [][]int) {
	for n := range supports {
		all = append(all, []int{n})
	}
	for n := range supports {
		for k := range supports {
			if supports[n].Kind == Voucher && supports[k].Kind != Voucher {
				all = append(all, []int{n, k})
			}
		}
	}
	return all
}

// needed reports whether an offer does not fit, or only perhaps, without a support.
func needed(c *Case, o *directory.Offer, offers []directory.Offer) bool {
	i := slices.IndexFunc(offers, func(plain directory.Offer) bool { return plain.ID == o.ID })
	return i >= 0 && c.verdict(&offers[i]).Truth != sp.Yes
}

// help returns the person and the offers as they are with a support.
func (s Support) help(p person.Profile, offers []directory.Offer) (person.Profile, []directory.Offer) {
	if s.Kind == Escort {
		p.Transport.Alone = sp.Yes
		return p, offers
	}
	with := slices.Clone(offers)
	for i := range with {
		o := &with[i]
		if s.Kind == Lift {
			*o = fetching(*o)
			continue
		}
		o.Cost.Prices = slices.Clone(o.Cost.Prices)
		for k := range o.Cost.Prices {
			price := &o.Cost.Prices[k]
			if left, err := price.Amount.Or(sp.Money{}).Sub(s.Worth); err == nil && !price.Amount.IsZero() {
				if left.Sign() < 0 {
					left = sp.NewMoney(0, s.Worth.Currency())
				}
				price.Amount = sp.Know(left)
			}
		}
	}
	return p, with
}
