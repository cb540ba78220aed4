package matching

import (
	"cmp"
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

// A NearMiss is an offer that does not fit, and would after one change.
type NearMiss struct {
	Offer  directory.Offer `json:"offer"`
	Rule   Rule            `json:"rule"`   // the rule that is answered no
	Change Change          `json:"change"` // what would have to change, and who could change it
	Score  int64           `json:"score"`  // points of the offer as it is now
}

// Rank returns the offers that fit a person, those with fewest points first and
// then in order of ID. Offers need distinct IDs; their order does not matter. It
// judges every offer, in time proportional to their number.
func Rank(p person.Profile, offers []directory.Offer, options Options) []Proposal {
	j := newJudge(&p, options)
	best := shortlist{limit: options.Limit}
	for i := range offers {
		o := &offers[i]
		if f, ok := j.fit(o); ok {
			best.add(candidate{offer: o, fit: f, score: j.score(f, o)})
		}
	}
	var proposals []Proposal
	for _, c := range best.sorted() {
		proposals = append(proposals, Proposal{
			Offer: *c.offer, Mode: c.fit.way.mode, Score: c.score, Terms: j.terms(c.fit, c.offer),
			Weights: j.weights.Version, Verdict: j.verdict(c.offer),
		})
	}
	return proposals
}

// NearMisses returns the offers that do not fit a person because of one thing
// that somebody could change, those with fewest points first and then in order
// of ID. An offer that fits is no near miss, nor is one that is for other ages,
// other people, another area or another need.
func NearMisses(p person.Profile, offers []directory.Offer, options Options) []NearMiss {
	j := newJudge(&p, options)
	best := shortlist{limit: options.Limit}
	for i := range offers {
		o := &offers[i]
		if b, f, ok := j.nearMiss(o); ok {
			best.add(candidate{offer: o, fit: f, score: j.score(f, o), blocker: b})
		}
	}
	var misses []NearMiss
	for _, c := range best.sorted() {
		misses = append(misses, NearMiss{Offer: *c.offer, Rule: c.blocker.rule, Change: c.blocker.change, Score: c.score})
	}
	return misses
}

// Judge returns the whole tree for one person and one offer, with the answer to
// every rule.
func Judge(p person.Profile, o directory.Offer, options Options) Verdict {
	return newJudge(&p, options).verdict(&o)
}

// WhyNot returns the rules that keep an offer from being proposed to a person,
// each with what would change it, or nothing if it would be proposed. Where
// several ways of delivery fail, they are those of the way that is easiest to change.
func WhyNot(p person.Profile, o directory.Offer, options Options) []Verdict {
	j := newJudge(&p, options)
	return j.verdict(&o).blockers(j.passes)
}

// A candidate is an offer on the way to the list.
type candidate struct {
	offer   *directory.Offer
	fit     fit
	score   int64
	blocker blocker // of a near miss
}

func (a candidate) compare(b candidate) int {
	if c := cmp.Compare(a.score, b.score); c != 0 {
		return c
	}
	return cmp.Compare(a.offer.ID, b.offer.ID)
}

// A shortlist keeps the best candidates, and sorts only now and then.
type shortlist struct {
	limit      int // 0 is none
	candidates []candidate
}

func (s *shortlist) add(c candidate) {
	s.candidates = append(s.candidates, c)
	if s.limit > 0 && (len(s.candidates)-64)/2 >= s.limit { // so that no limit overflows
		s.sorted()
	}
}

func (s *shortlist) sorted() []candidate {
	slices.SortFunc(s.candidates, candidate.compare)
	if s.limit > 0 && len(s.candidates) > s.limit {
		s.candidates = s.candidates[:s.limit]
	}
	return s.candidates
}
