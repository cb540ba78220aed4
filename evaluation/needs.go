package evaluation

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// A needsCensus counts what became of each need, in one of four ways.
type needsCensus struct{ met, left, open, unknown count }

// count counts the needs of a referral. What the closing says is the last word; before,
// and where there is none, a need is met if a placement met it. Whoever left with a need
// has it still.
func (c *needsCensus) count(f *referralFacts, gained map[needs.Code]bool, asOf sp.Date) {
	for need := range f.needs(asOf) {
		if f.inError.by(asOf) {
			c.each(func(n *count) { n.excluded++ })
			continue
		}
		fate := c.fate(f, need, gained[need], asOf)
		c.each(func(n *count) { n.add(n == fate) })
	}
}

// fate returns the count to which a need belongs.
func (c *needsCensus) fate(f *referralFacts, need needs.Code, gained bool, asOf sp.Date) *count {
	closed := f.closed.on.by(asOf)
	met, known := f.closed.met(need)
	switch {
	case closed && known && !met:
		return &c.left
	case closed && known, gained:
		return &c.met
	case closed:
		return &c.unknown
	case f.ended.by(asOf):
		return &c.left
	}
	return &c.open
}

func (c *needsCensus) each(f func(*count)) {
	for _, n := range []*count{&c.met, &c.left, &c.open, &c.unknown} {
		f(n)
	}
}

// gained returns which needs of each referral a placement has met.
func (r *Run) gained(asOf sp.Date) map[store.Key]map[needs.Code]bool {
	all := map[store.Key]map[needs.Code]bool{}
	for of, f := range r.placements {
		if f.inError.by(asOf) || !f.completed.on.by(asOf) {
			continue
		}
		key := store.Key{Tenant: of.Tenant, Kind: referral.Kind, ID: f.referral}
		for _, need := range f.needs {
			if met, _ := f.completed.met(need); met {
				if all[key] == nil {
					all[key] = map[needs.Code]bool{}
				}
				all[key][need] = true
			}
		}
	}
	return all
}
