package simulation

import (
	"fmt"
	"strconv"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// A journal writes down what happens, as a service in use does.
type journal struct {
	to     func(store.RecordedEvent) error
	start  sp.Date
	failed error
}

// versions are those of what is on record about a person: their referral, the placement that
// they have now, and its last session.
type versions struct {
	file, placement, session int64
	worker                   bool // has had one
}

func (j *journal) zone() *time.Location { return time.UTC }

// time returns a moment of the calendar. Days begin at nine in the morning, and end at the latest
// at five in the afternoon: nobody is telephoned at night.
func (j *journal) time(t queue.Time) time.Time {
	return j.start.Add(int(t / day)).In(j.zone()).Add(9*time.Hour + time.Duration(t%day/3)*time.Second)
}

// write tells whoever listens of an event.
func (j *journal) write(now queue.Time, kind, id string, version int64, e store.Event) {
	if j.to == nil || j.failed != nil {
		return
	}
	data, err := store.Encode(e)
	if err != nil {
		j.failed = err
		return
	}
	at := j.time(now)
	j.failed = j.to(store.RecordedEvent{
		Key: store.Key{Tenant: Tenant, Kind: kind, ID: id}, Version: version, Type: e.EventType(),
		Stamp: sp.Stamp{At: at, Recorded: at}, Data: data,
	})
}

// Tenant is that of the events of a simulated scheme.
const Tenant = "simulated"

// id returns the ID of something that a person has one of: R-0000012.
func (c *client) id(of string) string {
	b := make([]byte, 0, 12)
	b = append(b, of...)
	b = append(b, '-')
	for n := uint32(1_000_000); n > 1 && c.number < n; n /= 10 {
		b = append(b, '0')
	}
	return string(strconv.AppendUint(b, uint64(c.number), 10))
}

func (c *client) person() person.ID { return person.ID(c.id("P")) }

func (c *client) placementID() placement.ID {
	return placement.ID(c.id("PL") + "-" + strconv.Itoa(c.placed.courses))
}

// file writes an event of somebody's referral.
func (j *journal) file(r *run, c *client, e store.Event) {
	if j.to == nil {
		return
	}
	c.log.file++
	j.write(r.now, referral.Kind, c.id("R"), c.log.file, e)
}

// taken writes that a worker has taken somebody on: for the first time, or from another.
func (j *journal) taken(r *run, c *client, team string) {
	if j.to == nil {
		return
	}
	w := referral.WorkerID(fmt.Sprintf("%s-%d", team, c.worker))
	if c.log.worker {
		j.file(r, c, referral.Assigned{Worker: w})
		return
	}
	c.log.worker = true
	j.file(r, c, referral.Accepted{Worker: w})
}

// proposed writes that a provider is asked for a place.
func (j *journal) proposed(r *run, c *client) {
	if j.to == nil {
		return
	}
	s := &r.s.Supply[c.placed.supply]
	c.log.placement, c.log.session = 0, 0
	found := []needs.Code{c.need}
	j.file(r, c, referral.PlacementProposed{Placement: c.placementID(), Service: s.Offer.Service, Provider: s.provider(), Needs: found})
	j.placement(r, c, placement.Proposed{
		Referral: referral.ID(c.id("R")), Person: c.person(), Service: s.Offer.Service, Provider: s.provider(), Needs: found, Step: session.Group, Venue: s.Offer.ID,
	})
	j.placement(r, c, placement.Offered{Level: placement.FullReferral, ReplyBy: j.time(r.now).AddDate(0, 0, placement.ReplyDays)})
}

// placement writes an event of the placement that somebody has now.
func (j *journal) placement(r *run, c *client, e store.Event) {
	if j.to == nil {
		return
	}
	c.log.placement++
	j.write(r.now, placement.Kind, string(c.placementID()), c.log.placement, e)
}

// session writes an event of the session that somebody has next.
func (j *journal) session(r *run, c *client, e store.Event) {
	if j.to == nil {
		return
	}
	if e.EventType() == session.EventPlanned {
		c.log.session = 0
	}
	c.log.session++
	j.write(r.now, session.Kind, fmt.Sprintf("%s-%d", c.placementID(), c.placed.sessions), c.log.session, e)
}

// cut writes that somebody's place is there no more.
func (j *journal) cut(r *run, c *client, why reason.Reason) {
	if c.placed.stage == asked {
		j.placement(r, c, placement.Declined{Reason: why, About: r.about(c)})
		return
	}
	if c.log.session == 1 {
		j.session(r, c, session.Cancelled{Reason: why})
	}
	j.placement(r, c, placement.Stopped{Reason: why, About: r.about(c)})
}
