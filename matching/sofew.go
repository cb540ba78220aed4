package matching

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
)

// Exclusions say why so few offers fit: how many each rule leaves out.
type Exclusions struct {
	Offers int         `json:"offers"`          // that were asked, those with one ID each
	Fit    int         `json:"fit"`             // that [Rank] proposes, if it has no limit and no two have one ID
	Rules  []Exclusion `json:"rules,omitempty"` // that leave out any, in the order in which they are asked
}

// An Exclusion is how many offers a rule leaves out.
type Exclusion struct {
	Rule  Rule   `json:"rule"`
	Words string `json:"words,omitempty"` // what a rule of a scheme's own is called, if not after its code
	Out   int    `json:"out"`             // offers that fail it, and no rule asked before it: with Fit these add up to Offers
	Alone int    `json:"alone"`           // of all offers, those that [WhyNot] says fail it and nothing else
}

// String returns the counts for people to read, a line for each rule:
//
//	of 51 offers 3 fit
//	  40: does not help with what is needed, 12 for that alone
func (e Exclusions) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "of %s %d fit", count(int64(e.Offers), "offer", "offers"), e.Fit)
	for _, r := range e.Rules {
		fmt.Fprintf(&b, "\n  %d: %s, %d for that alone", r.Out, cmp.Or(failing[r.Rule], "fails by "+cmp.Or(r.Words, r.Rule.String())), r.Alone)
	}
	return b.String()
}

// failing says of an offer that it fails a rule. A rule of a scheme's own has its name.
var failing = map[Rule]string{
	Excluded: "is not to be proposed again", Need: "does not help with what is needed", Open: "takes nobody, or is over",
	Funded: "is no longer paid for", Age: "is not for people of that age", Groups: "is not for people like them",
	Area: "does not serve people who live there", Language: "cannot speak with them", Adjustments: "does not make the adjustments that they need",
	Cost: "costs more than they can pay", Referral: "does not take such referrals", Days: "happens when they cannot come",
	Room: "has no room", Freshness: "was not assured lately", Way: "works in no way that they can use",
	Offered: "does not work in a way that they can use", Accepted: "works in a way that they would not take",
	Reachable: "is where they cannot get to", Accessible: "does not have the access that they need",
	GroupSize: "has groups that are too large for them", Safe: "would have to telephone where that is not safe",
	Equipped: "is online, and they lack what that takes",
}

// WhySoFew counts by which rules offers are left out. An offer that no way of delivery
// lets pass counts for the one thing that keeps it out of the way that is easiest to change,
// or for the rule [Way] if that is more than one. It asks every offer; [Index.WhySoFew]
// gives the same answer for all at once.
func WhySoFew(p person.Profile, offers []directory.Offer, options Options) Exclusions {
	c := newCase(&p, options)
	c.among = offers
	var t exclusions
	t.begin(c)
	t.ask(c, pointers(offers))
	return t.counts(c)
}

// exclusions are counts on the way: by rule of Case.asked, and for ways by rule.
type exclusions struct {
	offers, fit int
	rules       []Exclusion
	ways        map[Rule]int
}

func (t *exclusions) begin(c *Case) {
	*t = exclusions{rules: slices.Grow(t.rules[:0], len(c.asked))[:len(c.asked)], ways: map[Rule]int{}}
	clear(t.rules)
}

// ask counts offers by asking each.
func (t *exclusions) ask(c *Case, offers iter.Seq[*directory.Offer]) {
	for o := range offers {
		t.offers++
		a, all := c.ask(o, 1)
		first := slices.IndexFunc(a.rules, func(answer sp.Truth) bool { return !c.passes(answer) })
		switch {
		case a.failed > 0:
			t.rules[first].Out++
			if all && c.passes(a.way) {
				t.rules[first].Alone++
			}
		case c.passes(a.way):
			t.fit++
		default:
			t.ways[c.wayBlocker(o)]++
		}
	}
}

// counts puts the counts in the order of the rules.
func (t *exclusions) counts(c *Case) Exclusions {
	e := Exclusions{Offers: t.offers, Fit: t.fit}
	for i, n := range t.rules {
		if n.Out+n.Alone == 0 {
			continue
		}
		rule := c.asked[i]
		n.Rule = rule.Rule
		if words := cmp.Or(rule.Words, rule.Rule.String()); words != rule.Rule.String() {
			n.Words = words
		}
		e.Rules = append(e.Rules, n)
	}
	for _, rule := range rules {
		if n := t.ways[rule]; n > 0 {
			x := Exclusion{Rule: rule, Out: n, Alone: n}
			if rule == Way {
				x.Alone = 0
			}
			e.Rules = append(e.Rules, x)
		}
	}
	return e
}

// wayBlocker returns the one rule that keeps an offer from the way that is easiest to change,
// and Way if there is more than one.
func (c *Case) wayBlocker(o *directory.Offer) Rule {
	a, _ := c.ask(o, len(c.asked)+mostParts)
	best, fewest, changeable := Way, 0, false
	for i := range ways {
		n, possible, rule := 0, true, Way
		for k := range ways[i].parts {
			part, answer := &ways[i].parts[k], a.ways[i].parts[k]
			if part.applies(c) && !c.passes(answer) {
				n++
				rule = part.Rule
				possible = possible && part.remedy(c, o, answer).Possible()
			}
		}
		if i == 0 || possible != changeable && possible || possible == changeable && n < fewest {
			best, fewest, changeable = rule, n, possible
		}
	}
	if fewest != 1 {
		return Way
	}
	return best
}
