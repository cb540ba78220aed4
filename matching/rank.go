package matching

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
)

// A Proposal is an offer that fits as far as is known: no rule is answered no.
type Proposal struct {
	Offer   directory.Offer `json:"offer"`
	Mode    directory.Mode  `json:"mode"`              // how the person would take it: of the modes that fit, the one with least travel
	Score   int64           `json:"score"`             // points; fewer are better
	Terms   []Term          `json:"terms"`             // add up to Score
	Weights string          `json:"weights,omitempty"` // version of the weights
	Verdict Verdict         `json:"verdict"`           // yes, or unknown
}

// Questions returns what is still to be confirmed: the verdicts without parts
// whose answer is unknown, except those about other modes than Proposal.Mode.
func (p Proposal) Questions() []Verdict {
	var open []Verdict
	for _, part := range p.Verdict.Parts {
		if part.Rule != Way {
			open = append(open, part.Leaves(sp.Unknown)...)
			continue
		}
		for i := range ways {
			if ways[i].mode == p.Mode && i < len(part.Parts) { // one that was stored may have fewer
				open = append(open, part.Parts[i].Leaves(sp.Unknown)...)
			}
		}
	}
	return open
}

// Warnings returns what speaks against the proposal though it is no no: that the service
// said lately that it is full, or that its money ends before help would.
func (p Proposal) Warnings() []Verdict {
	return slices.DeleteFunc(p.Questions(), func(v Verdict) bool { return !v.Warning })
}

// A NearMiss is an offer that does not fit, and would after one change.
type NearMiss struct {
	Offer  directory.Offer `json:"offer"`
	Rule   Rule            `json:"rule"`   // the rule that is answered no
	Change Change          `json:"change"` // what would have to change, and who could change it
	Score  int64           `json:"score"`  // points of the offer as it is now
}

// Rank returns the offers that fit a person, those with fewest points first and
// then in order of ID. Their order does not matter, and of offers with one ID the best
// counts. It judges every offer, in time proportional to their number; [Index] gives the
// same answers without looking at most of them.
func Rank(p person.Profile, offers []directory.Offer, options Options) []Proposal {
	c := newCase(&p, options)
	c.among = offers
	var proposals []Proposal
	for _, x := range c.best(pointers(offers), false) {
		proposals = append(proposals, c.proposal(x))
	}
	return proposals
}

// best returns the best of some offers, or of those that nearly fit.
func (c *Case) best(offers iter.Seq[*directory.Offer], nearly bool) []candidate {
	best := shortlist{limit: c.options.Limit}
	for o := range offers {
		if x, ok := c.consider(o, nearly); ok {
			best.add(x)
		}
	}
	return best.sorted()
}

// consider returns an offer as a candidate, and false if it is none.
func (c *Case) consider(o *directory.Offer, nearly bool) (x candidate, ok bool) {
	x.offer = o
	if nearly {
		x.blocker, x.taking, ok = c.nearMiss(o)
	} else {
		x.taking, ok = c.fit(o)
	}
	if ok {
		x.score = c.score(x.taking, o)
	}
	return x, ok
}

// proposal puts a candidate in words.
func (c *Case) proposal(x candidate) Proposal {
	return Proposal{
		Offer: *x.offer, Mode: x.taking.Mode, Score: x.score, Terms: c.terms(x.taking, x.offer),
		Weights: c.weights.Version, Verdict: c.verdict(x.offer),
	}
}

// NearMisses returns the offers that do not fit a person because of one thing
// that somebody could change, those with fewest points first and then in order
// of ID. An offer that fits is no near miss, nor is one that is for other ages,
// other people, another area or another need.
func NearMisses(p person.Profile, offers []directory.Offer, options Options) []NearMiss {
	c := newCase(&p, options)
	c.among = offers
	var misses []NearMiss
	for _, x := range c.best(pointers(offers), true) {
		misses = append(misses, x.miss())
	}
	return misses
}

// miss puts a candidate in words.
func (x candidate) miss() NearMiss {
	return NearMiss{Offer: *x.offer, Rule: x.blocker.rule, Change: x.blocker.change, Score: x.score}
}

// Judge returns the whole tree for one person and one offer, with the answer to
// every rule.
func Judge(p person.Profile, o directory.Offer, options Options) Verdict {
	return newCase(&p, options).verdict(&o)
}

// WhyNot returns the rules that keep an offer from being proposed to a person,
// each with what would change it, or nothing if it would be proposed. Where
// several ways of delivery fail, they are those of the way that is easiest to change.
func WhyNot(p person.Profile, o directory.Offer, options Options) []Verdict {
	c := newCase(&p, options)
	return c.verdict(&o).blockers(c.passes)
}

// A candidate is an offer on the way to the list.
type candidate struct {
	offer   *directory.Offer
	taking  Taking
	score   int64
	blocker blocker // of a near miss
}

func (x candidate) compare(y candidate) int {
	if order := cmp.Compare(x.score, y.score); order != 0 {
		return order
	}
	return cmp.Compare(x.offer.ID, y.offer.ID)
}

// A shortlist keeps the best candidates, and sorts only now and then.
type shortlist struct {
	limit      int // 0 is none
	candidates []candidate
}

func (s *shortlist) add(x candidate) {
	s.candidates = append(s.candidates, x)
	if s.limit > 0 && (len(s.candidates)-64)/2 >= s.limit { // so that no limit overflows
		s.sorted()
	}
}

func (s *shortlist) sorted() []candidate {
	slices.SortFunc(s.candidates, candidate.compare)
	s.candidates = single(s.candidates)
	if s.limit > 0 && len(s.candidates) > s.limit {
		s.candidates = s.candidates[:s.limit]
	}
	return s.candidates
}

// single keeps of candidates with one ID the first, and of those with the same points the
// one whose entry comes first as text, so that the order in which they were given is none.
func single(sorted []candidate) []candidate {
	at := make(map[directory.ID]int, len(sorted))
	kept := sorted[:0]
	for _, x := range sorted {
		if i, twice := at[x.offer.ID]; twice {
			if kept[i].score == x.score && fmt.Sprint(*x.offer) < fmt.Sprint(*kept[i].offer) {
				kept[i] = x
			}
			continue
		}
		at[x.offer.ID] = len(kept)
		kept = append(kept, x)
	}
	return kept
}
