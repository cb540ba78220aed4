package extract

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// A referred is one referral with everything that came of it.
type referred struct {
	id         string
	opening    referral.Received
	inError    bool
	assessment needs.AssessmentID
	found      []needs.Code

	received, contacted, assessed, offered, started, ended sp.Date

	services, begun, completed, attended, missed int

	no, stop []string // reasons for which services were declined or stopped
	state    string
	why      string // it ended early
	outcome  needs.Outcome
	unmet    []needs.Code
	scores   []int64
}

// The states in which a referral can be.
const (
	open      = "open"
	closed    = "closed"
	declined  = "declined"
	rerouted  = "rerouted"
	expired   = "expired"
	withdrawn = "withdrawn"
)

func (c *referred) tell(on sp.Date, event store.Event) {
	switch e := event.(type) {
	case referral.Received:
		c.opening, c.received, c.state = e, on, open
	case referral.Contacted:
		c.contacted = earliest(c.contacted, on)
	case referral.Assessed:
		c.assessed, c.assessment = earliest(c.assessed, on), e.Assessment
		c.found = append(c.found, e.Needs...)
	case referral.NothingFound:
		c.found = append(c.found, e.Need)
	case referral.Closed:
		c.end(on, closed, e.Reason.Code)
		c.outcome, c.unmet = e.Outcome, e.Unmet
	case referral.Declined:
		c.end(on, declined, e.Reason.Code)
	case referral.Rerouted:
		c.end(on, rerouted, e.Reason.Code)
	case referral.Expired:
		c.end(on, expired, e.Reason.Code)
	case referral.Withdrawn:
		c.end(on, withdrawn, e.Reason.Code)
	case referral.EnteredInError:
		c.inError = true
	}
}

func (c *referred) end(on sp.Date, state, why string) {
	c.ended, c.state, c.why = earliest(c.ended, on), state, why
}

// A place is one placement.
type place struct {
	referral         string
	inError, done    bool
	offered, started sp.Date
	no, stop         string
	attended, missed int
}

func (p *place) tell(on sp.Date, event store.Event) {
	switch e := event.(type) {
	case placement.Proposed:
		p.referral = string(e.Referral)
	case placement.Offered:
		p.offered = earliest(p.offered, on)
	case placement.Started:
		p.started = earliest(p.started, on)
	case placement.Declined:
		p.no = e.Reason.Code
	case placement.Stopped:
		p.stop = e.Reason.Code
	case placement.Completed:
		p.done = true
	case placement.EnteredInError:
		p.inError = true
	}
}

// take adds what came of one placement.
func (c *referred) take(p *place) {
	c.offered, c.started = earliest(c.offered, p.offered), earliest(c.started, p.started)
	c.attended, c.missed = c.attended+p.attended, c.missed+p.missed
	if p.offered != 0 {
		c.services++
	}
	if p.started != 0 {
		c.begun++
	}
	if p.done {
		c.completed++
	}
	if p.no != "" {
		c.no = append(c.no, p.no)
	}
	if p.stop != "" {
		c.stop = append(c.stop, p.stop)
	}
}

// A subjectOf is a person with their referrals, in the order in which they came.
type subjectOf struct {
	id        person.ID
	pseudonym string
	cases     []*referred

	who [whoColumns]string // what others may know of them; the last is the quarters of receipt
}

// people returns whose referrals may be in the table, in order of their IDs, and counts those
// that may not.
func people(cases []*referred, o *Options, r *Report) (all []*subjectOf) {
	byID := map[person.ID]*subjectOf{}
	for _, c := range cases {
		r.Referrals++
		switch {
		case c.inError:
			r.LeftOut[InError]++
			continue
		case c.state == "" || c.received == 0:
			r.LeftOut[NotOpened]++
			continue
		case !o.Period.Contains(c.received):
			r.LeftOut[Outside]++
			continue
		case c.opening.Person == "":
			r.LeftOut[Nobody]++
			continue
		}
		p := byID[c.opening.Person]
		if p == nil {
			p = &subjectOf{id: c.opening.Person}
			byID[p.id] = p
			all = append(all, p)
		}
		p.cases = append(p.cases, c)
	}
	for _, p := range all {
		slices.SortFunc(p.cases, func(a, b *referred) int { return cmp.Or(cmp.Compare(a.received, b.received), cmp.Compare(a.id, b.id)) })
	}
	return all
}
