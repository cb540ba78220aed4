package team

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
)

// away returns why somebody is not there on a day, and until when; empty is that they are.
func away(w workforce.Worker, on sp.Date) (workforce.Why, sp.Date) {
	if w.Has(sp.RoleTeamLead) { // who may have cases, and need be no link worker
		w.Roles = append(slices.Clip(w.Roles), sp.RoleLinkWorker)
	}
	if u, ok := errors.AsType[*workforce.Unavailable](w.Available(on)); ok {
		return u.Why, u.Until
	}
	return "", 0
}

// A Scheme holds the limits and standards by which the morning of a lead is read. A norm
// could be found for concerns alone, so there are no defaults.
type Scheme struct {
	Limits   caseload.Limits // with the team; its day is that of the morning
	Waiting  worklist.Standards
	Concerns map[concern.Kind]concern.Standard // one for every kind; see [concern.Proposed]
	Stuck    []worklist.Rule
	Calendar sp.Calendar
	Notice   int // days before the end of a contract from which it is listed
	Heavy    int // of what weighs on a worker in [BurdenDays], from which it is listed for their supervisor; 0 reads no burdens
}

// Read reads the morning of a lead from the store: everything but what is overdue by
// the records of the workforce ([Morning.Due]), which whoever reads those puts in. It reads
// every open case of the team once, and for burdens those that have ended as well.
func Read(ctx context.Context, db store.Driver, by Scheme, reader sp.Actor, at time.Time) (Morning, error) {
	referrals := referral.NewRepository(db, nil)
	m := Morning{
		Reader: reader, On: by.Calendar.Date(at), At: at, Zone: by.Calendar.Zone(), Team: by.Limits.Team, Notice: by.Notice, Heavy: by.Heavy,
		People: map[referral.WorkerID]int{},
	}
	during := sp.Period{Start: m.On.Add(1 - BurdenDays), End: m.On.Add(1)}
	cases := map[referral.WorkerID][]*referral.Referral{}
	for r, err := range referrals.All(ctx, referral.Query{States: []referral.State{referral.StateAccepted, referral.StateActive}}) {
		if err != nil {
			return Morning{}, err
		}
		cases[r.Worker()] = append(cases[r.Worker()], r)
		m.People[r.Worker()]++
		m.Sessions = append(m.Sessions, SessionsOf(r))
	}
	for _, w := range m.Team {
		id := w.ID
		if len(cases[id]) > 0 {
			rooms, err := by.Limits.Rooms([]*referral.Caseload{{Worker: id, Open: cases[id]}}, at)
			if err != nil {
				return Morning{}, err
			}
			m.Rooms = append(m.Rooms, rooms...)
		}
		if by.Heavy == 0 || string(w.Supervisor) != reader.ID {
			continue
		}
		b, err := BurdenOf(ctx, db, id, during, by.Calendar)
		if err != nil {
			return Morning{}, err
		}
		m.Burdens = append(m.Burdens, b)
	}
	var err error
	if m.Concerns, err = worklist.Concerns(ctx, referrals, by.Concerns, at); err != nil {
		return Morning{}, err
	}
	if m.Intake, err = caseload.Intake(ctx, db, by.Waiting, by.Calendar, at); err != nil {
		return Morning{}, err
	}
	for f, err := range worklist.Stuck(ctx, referrals, by.Stuck, by.Calendar, at) {
		if err != nil {
			return Morning{}, err
		}
		m.Stuck = append(m.Stuck, f)
	}
	for h, err := range caseload.NewRepository(db, nil).Going(ctx, "") {
		if err != nil {
			return Morning{}, err
		}
		m.HandOvers = append(m.HandOvers, h)
	}
	return m, nil
}
