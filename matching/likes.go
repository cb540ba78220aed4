package matching

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// likesTerm prices that an offer is something the person likes to do, where and with whom
// they like to.
func likesTerm(c *Case, _ Taking, o *directory.Offer) Term {
	return c.weights.Likes.term(c.pleases(o, sp.Yes), true)
}

// dislikesTerm prices that it is something they would rather not do.
func dislikesTerm(c *Case, _ Taking, o *directory.Offer) Term {
	return c.weights.Dislikes.term(c.pleases(o, sp.No), true)
}

// pleases returns 1 if an offer is one of the interests of a kind, and otherwise 0.
func (c *Case) pleases(o *directory.Offer, likes sp.Truth) int64 {
	if c.interest(o, likes) == nil {
		return 0
	}
	return 1
}

// interest returns the dearest interest of a kind that an offer is, and nil if there is none.
func (c *Case) interest(o *directory.Offer, likes sp.Truth) *liking {
	for _, l := range c.likes {
		if l.interest.Likes == likes && l.is(o) == sp.Yes {
			return l
		}
	}
	return nil
}

func likesText(c *Case, _ Taking, o *directory.Offer, _ Term) string {
	return "something they like: " + c.interest(o, sp.Yes).word
}

func dislikesText(c *Case, _ Taking, o *directory.Offer, _ Term) string {
	return "something they would rather not do: " + c.interest(o, sp.No).word
}

// companyTerm prices how much of the company that they could have somebody goes without, if
// what they need is company.
func companyTerm(c *Case, by Taking, o *directory.Offer) Term {
	if !c.needs.company() {
		return Term{}
	}
	return c.weights.Company.term(alone(o, by.Mode), true)
}

func companyText(_ *Case, _ Taking, _ *directory.Offer, price Term) string {
	if price.Amount.Or(0) < 100 {
		return "little company"
	}
	return "no company"
}
