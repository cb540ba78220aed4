package matching

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// criteria are asked in this order: first what rules out most offers for least work.
var criteria = slices.Concat(whom, how)

// whom are the rules on what an offer is and whom it is for.
var whom = []Criterion{
	{
		Rule:    Excluded,
		Applies: func(c *Case) bool { return len(c.options.Without) > 0 },
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			out := slices.ContainsFunc(c.options.Without, func(id directory.ID) bool {
				return id == o.ID || id == o.Service || id == o.Organisation
			})
			return sp.TruthOf(!out)
		},
		Because: func(*Case, *directory.Offer) string { return "" },
	},
	{
		Rule:    Need,
		Applies: func(c *Case) bool { return len(c.options.Needs) > 0 },
		Ask:     func(c *Case, o *directory.Offer) sp.Truth { return c.needs.truth(o) },
		Because: func(c *Case, o *directory.Offer) string {
			text := "does not say what it helps with"
			if len(o.Topics) > 0 {
				text = "helps with " + list(o.Topics, label)
			}
			if spoken := c.needs.count(o).spoken; len(spoken) > 0 {
				text += "; its words speak of " + list(spoken, label)
			}
			return text
		},
		Unknown: Change{Provider, "it helps with what is needed"},
	},
	{
		Rule: Open,
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			return o.Status.Open().And(sp.TruthOf(!o.Over(c.On)))
		},
		Because: func(c *Case, o *directory.Offer) string {
			switch {
			case o.Over(c.On):
				return "is over"
			case o.Status == "":
				return "does not say whether it is running"
			}
			return "is " + string(o.Status)
		},
		Unknown: Change{Provider, "it is running"},
	},
	{
		Rule: Funded,
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			switch end := c.courseEnds(o); {
			case o.FundedUntil.IsZero() || c.On.IsZero():
				return sp.Yes // few entries say how long they are funded; not saying so is no doubt
			case c.On > o.FundedUntil:
				return sp.No
			case end > o.FundedUntil:
				return sp.Unknown // whether somebody will pay for the rest
			}
			return sp.Yes
		},
		Because: func(c *Case, o *directory.Offer) string {
			switch end := c.courseEnds(o); {
			case o.FundedUntil.IsZero():
				return "names no end of its funding"
			case !c.On.IsZero() && c.On <= o.FundedUntil && end > o.FundedUntil:
				return "is funded until " + o.FundedUntil.String() + ", and help would last until " + end.String()
			}
			return "is funded until " + o.FundedUntil.String()
		},
		No:      Change{Scheme, "its funding is renewed"},
		Unknown: Change{Scheme, "its funding is renewed before help ends"},
		Warns:   func(*Case, *directory.Offer) bool { return true },
	},
	{
		Rule: Age,
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			ages := o.Eligibility.Ages
			age, known := c.Person.Age.Lookup()
			if !known {
				everybody := !ages.IsZero() && ages.From.Or(0) == 0 && ages.Before.IsZero()
				if everybody {
					return sp.Yes
				}
				return sp.Unknown
			}
			return ages.Include(age)
		},
		Because: func(_ *Case, o *directory.Offer) string {
			if o.Eligibility.Ages.IsZero() {
				return "names no ages"
			}
			return "is for " + o.Eligibility.Ages.String()
		},
		Unknown: Change{Provider, "it takes people of that age"},
	},
	{
		Rule: Groups,
		Ask:  func(c *Case, o *directory.Offer) sp.Truth { return o.Eligibility.Admits(c.groups) },
		Because: func(_ *Case, o *directory.Offer) string {
			e := o.Eligibility
			switch {
			case e.Restricted == sp.No:
				return "is for anybody"
			case len(e.Groups) == 0:
				return "does not say whether it is for anybody"
			case e.Restricted == sp.Yes:
				return "is only for " + words(e.Groups)
			}
			return "is for " + words(e.Groups) + ", perhaps not only"
		},
		Unknown: Change{Provider, "it takes people like them"},
	},
	{
		Rule: Area,
		Ask:  func(c *Case, o *directory.Offer) sp.Truth { return o.Area.Covers(c.home) },
		Because: func(_ *Case, o *directory.Offer) string {
			switch {
			case o.Area.Everywhere:
				return "serves people wherever they live"
			case o.Area.IsZero():
				return "does not say which area it serves"
			}
			return "serves people of its area"
		},
		Unknown: Change{Provider, "it serves people who live there"},
	},
	{
		Rule:    Language,
		Applies: func(c *Case) bool { return len(c.languages) > 0 || c.signs },
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			t := sp.Yes
			if len(c.languages) > 0 {
				t = o.Speaks(c.languages...)
			}
			if c.signs {
				t = t.And(o.Access[directory.SignLanguage])
			}
			return t
		},
		Because: func(_ *Case, o *directory.Offer) string {
			return yesses("speaks", "does not say what it speaks", o.Languages)
		},
		No:      Change{Scheme, "an interpreter comes along"},
		Unknown: Change{Provider, "it can speak with them"},
	},
	{
		Rule:    Adjustments,
		Applies: func(c *Case) bool { return len(c.Person.Adjustments) > 0 },
		Ask: func(c *Case, o *directory.Offer) sp.Truth {
			answer := sp.Yes
			for _, a := range c.Person.Adjustments {
				made := o.Access[directory.Access(a.Code)]
				if slices.ContainsFunc(o.Topics, a.Is) {
					made = sp.Yes
				}
				answer = answer.And(made)
			}
			return answer
		},
		Because: func(*Case, *directory.Offer) string { return "" }, // which they are is the person's to tell
		No:      Change{Provider, "it makes the adjustments that they need"},
		Unknown: Change{Provider, "it makes the adjustments that they need"},
	},
}
