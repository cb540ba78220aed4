package evaluation

import (
	"cmp"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/store"
)

// A peopleCensus counts people, each once however often they were referred: of those
// who were, whether help began, they left or wait; of those with needs, what was met.
type peopleCensus struct {
	begun, left, waiting count
	helped, met          count
}

// personFacts are what the referrals of one person in the cohort add up to.
type personFacts struct {
	key         store.Key // of the first referral
	first       day       // on which that was received
	begun       day
	stays       []stay
	found, lost int // needs, and those of them that are not met
	inError     bool
}

// A stay is from the receipt of a referral to its end.
type stay struct{ received, ended day }

// people yields the people of the cohort by the key of their first referral. A referral
// that names nobody is a person of its own.
func (r *Run) people(begun map[store.Key]day, gained map[store.Key]map[needs.Code]bool, asOf sp.Date) map[store.Key]*personFacts {
	type who struct{ tenant, person, referral string }
	all := map[who]*personFacts{}
	for key, f := range r.referrals {
		if !r.follows(f, asOf) {
			continue
		}
		id := who{key.Tenant, f.person, ""}
		if f.person == "" {
			id.referral = key.ID
		}
		one := &personFacts{key: key, first: f.received, inError: f.inError.by(asOf)}
		if !one.inError {
			one.begun, one.stays = begun[key], []stay{{f.received, f.ended}}
			var c needsCensus
			c.count(f, gained[key], asOf)
			one.found, one.lost = int(c.met.of), int(c.met.of-c.met.yes)
		}
		if all[id] == nil {
			all[id] = one
		} else {
			all[id].merge(one)
		}
	}
	byKey := make(map[store.Key]*personFacts, len(all))
	for _, p := range all {
		byKey[p.key] = p
	}
	return byKey
}

// merge adds another referral of the same person. One that was entered in error does not
// count where there is one that was not.
func (p *personFacts) merge(o *personFacts) {
	earlier := cmp.Or(cmp.Compare(o.first, p.first), cmp.Compare(o.key.ID, p.key.ID)) < 0
	if p.inError && !o.inError || earlier && p.inError == o.inError {
		p.key, p.first = o.key, o.first
	}
	p.inError = p.inError && o.inError
	p.begun = p.begun.or(o.begun)
	p.stays = append(p.stays, o.stays...)
	p.found, p.lost = p.found+o.found, p.lost+o.lost
}

func (r *Run) countPerson(c *peopleCensus, p *personFacts, asOf sp.Date) {
	ways := []*count{&c.begun, &c.left, &c.waiting}
	deadline := sp.Date(p.first).Add(r.options.Standards.BeginDays)
	if p.inError || deadline > asOf {
		for _, n := range ways {
			n.excluded++
		}
	} else {
		way := &c.waiting
		if p.begun.by(deadline) {
			way = &c.begun
		} else if p.gone(deadline) {
			way = &c.left
		}
		for _, n := range ways {
			n.add(n == way)
		}
	}
	switch {
	case p.inError:
		c.helped.excluded++
		c.met.excluded++
	case p.found > 0:
		c.helped.add(p.lost < p.found)
		c.met.add(p.lost == 0)
	}
}

// gone reports whether every referral of the person that was there by a day had ended.
func (p *personFacts) gone(by sp.Date) bool {
	for _, s := range p.stays {
		if s.received.by(by) && !s.ended.by(by) {
			return false
		}
	}
	return true
}
