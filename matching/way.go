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
	parts []Criterion
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
func common(mode directory.Mode) []Criterion {
	return []Criterion{
		{
			Rule: Offered,
			Ask:  func(_ *Case, o *directory.Offer) sp.Truth { return o.Delivery[mode] },
			Because: func(_ *Case, o *directory.Offer) string {
				return yesses("works", "does not say how it works", o.Delivery)
			},
			Unknown: Change{Provider, "it works " + in[mode]},
		},
		{
			Rule:    Accepted,
			Applies: func(c *Case) bool { return len(c.modes) > 0 },
			Ask:     func(c *Case, _ *directory.Offer) sp.Truth { return c.modes[mode] },
			Because: func(*Case, *directory.Offer) string { return "" },
			No:      Change{Person, "they would take help " + in[mode]},
			Unknown: Change{Person, "they would take help " + in[mode]},
		},
	}
}

// in is how each mode reads after "it works".
var in = map[directory.Mode]string{
	directory.InPerson: "in person", directory.HomeVisit: "in people's homes",
	directory.Telephone: "by telephone", directory.Online: "online",
}

var (
	reachable = Criterion{
		Rule: Reachable,
		Ask:  (*Case).reach,
		Because: func(c *Case, o *directory.Offer) string {
			switch t := c.travel(o); {
			case o.Access[directory.Transport] == sp.Yes:
				return "fetches people and takes them home"
			case t.timed:
				return "is " + minutes(t.Journey) + " away"
			case t.measured:
				return "is " + t.distance.String() + " away"
			}
			return "is at an unknown distance"
		},
		No:      Change{Scheme, "transport is funded"},
		Unknown: Change{Scheme, "there is a way to get there"},
	}
	accessible = Criterion{
		Rule:    Accessible,
		Applies: func(c *Case) bool { return len(c.access) > 0 },
		Ask:     func(c *Case, o *directory.Offer) sp.Truth { return o.Access.All(c.access...) },
		Because: func(_ *Case, o *directory.Offer) string {
			return yesses("has", "does not say what access it has", o.Access)
		},
		No:      Change{Provider, "it moves to a place with the access that is needed"},
		Unknown: Change{Provider, "its place has the access that is needed"},
	}
	groupSize = Criterion{
		Rule:    GroupSize,
		Applies: func(c *Case) bool { return !c.Person.GroupSize.IsZero() },
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			most := c.Person.GroupSize.Or(0)
			if n, stated := o.GroupSize.Lookup(); stated {
				return sp.TruthOf(n <= most)
			}
			// More places in all than that need not be filled at one time.
			if n, ok := o.Capacity.Maximum.Lookup(); ok && n <= most {
				return sp.Yes
			}
			return sp.Unknown
		},
		Because: func(_ *Case, o *directory.Offer) string {
			if n, stated := o.GroupSize.Lookup(); stated {
				return "is held for " + count(int64(n), "person", "people") + " at most"
			}
			return ""
		},
		No:      Change{Provider, "there is a smaller group"},
		Unknown: Change{Provider, "the group is small enough"},
	}
	safe = Criterion{
		Rule:    Safe,
		Ask:     func(c *Case, _ *directory.Offer) sp.Truth { return c.Person.May(person.Phone) },
		Because: func(*Case, *directory.Offer) string { return "" },
		Unknown: Change{Person, "they can safely be telephoned"},
	}
	equipped = Criterion{
		Rule:    Equipped,
		Ask:     func(c *Case, _ *directory.Offer) sp.Truth { return c.Person.Digital.Online() },
		Because: func(*Case, *directory.Offer) string { return "needs connection, device and skill" },
		No:      Change{Scheme, "what is needed to take part online is lent and shown"},
		Unknown: Change{Person, "they can take part online"},
	}
)

// travels reports whether a way takes the person anywhere, or may. Of the ways that
// fit only one does, whatever the weights say that its journey costs.
func (c *Case) travels(w *way, o *directory.Offer) bool {
	if w.mode != directory.InPerson || o.Access[directory.Transport] == sp.Yes {
		return false
	}
	t := c.travel(o)
	return !(t.timed && t.Minutes <= 0 || !t.timed && t.measured && t.distance == 0)
}
