package api

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
)

func today(c *call) (morning, error) {
	day, err := c.desk.Morning(c.r.Context(), c.By)
	if err != nil {
		return morning{}, err
	}
	m := morning{On: day.On}
	for _, t := range slices.Concat(day.Safety, day.Due, day.Coming, day.Without) {
		m.Lines = append(m.Lines, line{t.Referral, called(day.Names[t.Person]), t.Class, t.Why, t.Next, t.By, t.Late})
	}
	for _, w := range day.Waiting {
		m.Waiting = append(m.Waiting, waits{w.Referral, w.Urgency, w.Days, w.Due})
	}
	return m, nil
}

func show(c *call) (page, error) {
	p, err := c.desk.Person(c.r.Context(), c.By, referral.ID(c.id()))
	if err != nil {
		return page{}, err
	}
	seen := page{
		Referral: p.Referral, Version: p.Version, State: p.Case.Referral.State(), Name: called(p.Person.Name),
		Needs: p.Case.Referral.Needs(), Concerns: p.Concerns, Notes: writtenDown(p.Notes), Measured: p.Measured, Hidden: p.Hidden, Legal: p.Legal,
	}
	for _, contact := range p.Person.Reach(person.Phone) {
		seen.Telephones = append(seen.Telephones, plain(contact.Value))
	}
	for _, x := range p.Case.Placements {
		seen.Placements = append(seen.Placements, placed{x.ID(), x.Service(), x.State()})
	}
	for _, g := range p.Goals {
		seen.Goals = append(seen.Goals, goal{g.Goal, plain(g.Words)})
	}
	for _, x := range p.Asked {
		seen.Asked = append(seen.Asked, wish{x.Request, x.By, x.Fields, x.Reason, !x.Answered.IsZero()})
	}
	seen.Told = tellings(p.Told)
	return seen, nil
}

func notes(c *call) ([]written, error) {
	p, err := c.desk.Person(c.r.Context(), c.By, referral.ID(c.id()))
	return writtenDown(p.Notes), err
}

func writtenDown(all []app.Note) []written {
	list := []written{}
	for _, n := range all {
		list = append(list, written{n.At, n.By.ID, plain(n.Text)})
	}
	return list
}

func measured(c *call, in app.Filled) (measure.Result, error) {
	return c.desk.Measure(c.r.Context(), c.Acting, referral.ID(c.id()), in)
}

func choose(c *call) (options, error) {
	need := needs.Code(c.r.URL.Query().Get("need"))
	if !sp.ValidCode(need) {
		return options{}, sp.Invalid("request", "need", sp.Malformed, sp.CodeRule)
	}
	found, err := c.desk.Options(c.r.Context(), c.By, referral.ID(c.id()), need)
	if err != nil {
		return options{}, err
	}
	o := options{Version: found.Version}
	for _, f := range found.Fits {
		o.Fits = append(o.Fits, option{f.Offer.ID, f.Offer.Name, f.Offer.Provider, f.Verdict.Truth, questions(f.Questions())})
	}
	for _, m := range found.NearMiss {
		o.Near = append(o.Near, option{m.Offer.ID, m.Offer.Name, m.Offer.Provider, sp.No, []string{m.Change.String()}})
	}
	return o, nil
}

func questions(open []matching.Verdict) (all []string) {
	for _, v := range open {
		all = append(all, v.Change.String())
	}
	return all
}

func handOvers(c *call) ([]passing, error) {
	found, err := c.desk.HandOvers(c.r.Context(), c.By)
	all := []passing{}
	for _, h := range found {
		all = append(all, passed(h))
	}
	return all, err
}

func handOver(c *call) (passing, error) {
	h, err := c.desk.HandedOn(c.r.Context(), c.By, caseload.ID(c.id()))
	if err != nil {
		return passing{}, err
	}
	return passed(h), nil
}

func passed(h *caseload.HandOver) passing {
	p := passing{HandOver: h.ID(), Version: h.Version(), From: h.From(), Lead: h.Lead(), Why: h.Why(), By: h.By()}
	for _, x := range h.Passes() {
		p.Cases = append(p.Cases, pass{x.Referral, x.To, x.Owner, x.Done})
	}
	return p
}

func board(c *call) (figures, error) {
	found, err := c.desk.Board(c.r.Context(), c.By)
	if err != nil {
		return figures{}, err
	}
	f := figures{AsOf: found.AsOf}
	for _, x := range found.Headlines {
		f.Headlines = append(f.Headlines, headline{x.Indicator, x.Category, x.Group, x.String()})
	}
	if table, foot, err := found.Unmet.Draw(); err == nil { // else there is none yet
		f.Unmet, f.Foot = &table, foot
	}
	return f, nil
}

func mine(c *call) (own, error) {
	m, err := c.desk.Mine(c.r.Context(), c.By)
	if err != nil {
		return own{}, err
	}
	o := own{Person: m.Person, Version: m.Version, Name: called(m.Name), Worker: m.Worker, Told: tellings(m.Told), Choices: m.Choices}
	for _, l := range m.Story.Lines {
		o.Story = append(o.Story, told{On: l.On, Text: plain(sp.Hide(l.Text))})
	}
	return o, nil
}
