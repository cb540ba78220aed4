package matching

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
)

// A way is a mode of delivery and what it takes.
type way struct {
	mode  directory.Mode
	rule  Rule
	parts []criterion
}

// ways are in the order in which one is chosen where it is unknown which of
// them a service offers.
var ways = [wayCount]way{
	{directory.InPerson, InPerson, append(common(directory.InPerson), reachable, accessible, groupSize)},
	{directory.HomeVisit, HomeVisit, common(directory.HomeVisit)},
	{directory.Telephone, Telephone, append(common(directory.Telephone), safe)},
	{directory.Online, Online, append(common(directory.Online), equipped)},
}

// common returns what every mode takes: that the service works in this way, and
// that the person would take help in this way.
func common(mode directory.Mode) []criterion {
	return []criterion{
		{
			rule: Offered,
			ask:  func(_ *judge, o *directory.Offer) sp.Truth { return o.Delivery[mode] },
			because: func(_ *judge, o *directory.Offer) string {
				return yesses("works", "does not say how it works", o.Delivery)
			},
			unknown: Change{Provider, "it works " + in[mode]},
		},
		{
			rule:    Accepted,
			applies: func(j *judge) bool { return len(j.modes) > 0 },
			ask:     func(j *judge, _ *directory.Offer) sp.Truth { return j.modes[mode] },
			because: func(*judge, *directory.Offer) string { return "" },
			no:      Change{Person, "they would take help " + in[mode]},
			unknown: Change{Person, "they would take help " + in[mode]},
		},
	}
}

// in is how each mode reads after "it works".
var in = map[directory.Mode]string{
	directory.InPerson: "in person", directory.HomeVisit: "in people's homes",
	directory.Telephone: "by telephone", directory.Online: "online",
}

var (
	reachable = criterion{
		rule: Reachable,
		ask:  (*judge).reach,
		because: func(j *judge, o *directory.Offer) string {
			switch t := j.travel(o); {
			case o.Access[directory.Transport] == sp.Yes:
				return "fetches people and takes them home"
			case t.timed:
				return "is " + minutes(t.Journey) + " away"
			case t.measured:
				return "is " + t.distance.String() + " away"
			}
			return "is at an unknown distance"
		},
		no:      Change{Scheme, "transport is funded"},
		unknown: Change{Scheme, "there is a way to get there"},
	}
	accessible = criterion{
		rule:    Accessible,
		applies: func(j *judge) bool { return len(j.access) > 0 },
		ask:     func(j *judge, o *directory.Offer) sp.Truth { return o.Access.All(j.access...) },
		because: func(_ *judge, o *directory.Offer) string {
			return yesses("has", "does not say what access it has", o.Access)
		},
		no:      Change{Provider, "it moves to a place with the access that is needed"},
		unknown: Change{Provider, "its place has the access that is needed"},
	}
	groupSize = criterion{
		rule:    GroupSize,
		applies: func(j *judge) bool { return !j.person.GroupSize.IsZero() },
		ask: func(j *judge, o *directory.Offer) sp.Truth {
			// More places in all than that need not be filled at one time.
			if n, ok := o.Capacity.Maximum.Lookup(); ok && n <= j.person.GroupSize.Or(0) {
				return sp.Yes
			}
			return sp.Unknown
		},
		because: func(*judge, *directory.Offer) string { return "" },
		unknown: Change{Provider, "the group is small enough"},
	}
	safe = criterion{
		rule:    Safe,
		ask:     func(j *judge, _ *directory.Offer) sp.Truth { return j.person.May(person.Phone) },
		because: func(*judge, *directory.Offer) string { return "" },
		unknown: Change{Person, "they can safely be telephoned"},
	}
	equipped = criterion{
		rule:    Equipped,
		ask:     func(j *judge, _ *directory.Offer) sp.Truth { return j.person.Digital.Online() },
		because: func(*judge, *directory.Offer) string { return "needs connection, device and skill" },
		no:      Change{Scheme, "what is needed to take part online is lent and shown"},
		unknown: Change{Person, "they can take part online"},
	}
)

// travels reports whether a way takes the person anywhere, or may. Of the ways that
// fit only one does, whatever the weights say that its journey costs.
func (j *judge) travels(w *way, o *directory.Offer) bool {
	if w.mode != directory.InPerson || o.Access[directory.Transport] == sp.Yes {
		return false
	}
	t := j.travel(o)
	return !(t.timed && t.Minutes <= 0 || !t.timed && t.measured && t.distance == 0)
}
