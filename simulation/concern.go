package simulation

import (
	"fmt"

	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
)

// mostConcerns is how many kinds of concern a [Way] can have: so many draws a conversation has.
const mostConcerns = 8

// worry lets concerns about somebody's safety come out in a conversation.
func (r *run) worry(slot int32) {
	c := &r.people[slot]
	for k, w := range r.s.Way.Concerns {
		draw := uint64(c.talks)*mostConcerns + uint64(k)
		if !r.is(w.Share, c, forConcern+draw) {
			continue
		}
		r.of(c).Concerns++
		c.raised++
		c.flags++
		if w.Kind == concern.Crisis {
			c.crises++
		}
		r.log.file(r, c, referral.Flagged{Flag: flag(c.raised), Kind: w.Kind, To: teamFor(w.Kind)})
		in := max(1, r.days(w.Days, c, forTeam+draw))
		r.cal.Put(r.now+in, usual, event{handed, slot, c.number, c.raised<<3 | uint16(k)})
	}
}

// handOver is a team's yes: the concern is theirs.
func (r *run) handOver(slot int32, step uint16) {
	c := &r.people[slot]
	c.flags--
	r.log.file(r, c, referral.HandedOver{Flag: flag(step >> 3), To: teamFor(r.s.Way.Concerns[step&7].Kind)})
	if c.state == active || c.state == called {
		r.reweigh(c)
	}
	r.closeIfDone(slot)
}

func flag(n uint16) concern.ID { return concern.ID(fmt.Sprintf("F-%d", n)) }

func teamFor(k concern.Kind) concern.TeamID {
	if k == concern.Crisis {
		return "crisis-team"
	}
	return "safeguarding-team"
}

// weigh returns what a case weighs, in hundredths of a point.
func (r *run) weigh(c *client) int {
	phase := 0
	if c.state == active {
		phase = 1
	}
	if c.crises == 0 && c.flags == 0 {
		return r.weights[phase]
	}
	f := caseload.Facts{Phase: [2]caseload.Phase{caseload.First, caseload.Going}[phase], Needs: 1, Crises: int(c.crises), Flags: int(c.flags)}
	return r.scale.Weigh(f).Points
}
