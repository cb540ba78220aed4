package main

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/triage"
)

// criteria are whom this clinic is for. A referrer's form is judged by them before it is sent.
var criteria = triage.Criteria{Name: "sandholme-2026-1", List: []triage.Criterion{
	triage.Helps("remit", "must need company, exercise, advice or support with a loss", needs.Loneliness, needs.Grief, needs.Debt, needs.Inactivity, needs.Anxiety, needs.Caring),
	triage.Ages("age", "must be 11 or older", directory.Years(11), 0),
}}

// nadia asks for help herself, after a practice had filled in a form that was not for this
// clinic. She is told of the choir and goes there by herself; how satisfied she is with her
// life is asked at the start and after four weeks.
func (c *clinic) nadia() (err error) {
	woman := person.Person{ID: "P-nadia", Name: sp.Hide(person.Name{Given: "Nadia"}), Born: sp.Hide(sp.NewDate(1969, 10, 12))}
	form := referral.Submission{ID: "R-nadia", Person: woman.ID, Urgency: referral.Routine, Source: "gp", Reasons: []needs.Code{needs.Employment}}
	if c.sentBack, err = triage.Preview(criteria, form, woman.Profile(sp.DateOf(march(1))), by(sp.RoleReferrer, "dr-lee", 1)); err != nil {
		return err
	}
	form.Source, form.Reasons = "self", []needs.Code{needs.Loneliness}
	const r = referral.ID("R-nadia")
	return all(
		c.register(woman, form, by(sp.RolePerson, "P-nadia", 1)),
		c.meet(r, 2, needs.Loneliness),
		c.work(r, func(k *referral.Case) error {
			a, err := opened("A-R-nadia", woman.ID, worker(2))
			if err != nil {
				return err
			}
			k.Assessments = append(k.Assessments, a)
			weeks := []needs.Point{{Code: "baseline"}, {Code: "4-weeks", Days: 28, Early: 7}, {Code: "6-months", Months: 6, Early: 30}}
			return all(a.PlanSeries("S-nadia", []*measure.Instrument{ons4()}, weeks, worker(2)), ask(a, "baseline", 4, 2))
		}),
		c.work(r, func(k *referral.Case) error {
			p, err := k.Propose(placement.Proposal{ID: "PL-nadia", Service: choir.id, Provider: choir.provider, Needs: []needs.Code{needs.Loneliness}}, worker(2))
			if err != nil {
				return err
			}
			return all(
				p.Offer(placement.Sending{Level: placement.Signpost}, nil, worker(2)),
				p.Complete(needs.Result{Outcome: needs.Signposted}, worker(9)),
			)
		}),
		c.work(r, func(k *referral.Case) error { return ask(k.Assessments[0], "4-weeks", 7, 30) }),
		c.work(r, func(k *referral.Case) error { return k.Close(needs.Result{Outcome: needs.Signposted}, worker(30)) }),
	)
}

func ons4() *measure.Instrument {
	in, _ := measure.Find("ons4")
	return in
}

// ask asks the four questions at a point of the series.
func ask(a *needs.Assessment, point string, satisfied, day int) error {
	_, err := a.Answer(needs.SeriesAnswer{
		Series: "S-nadia", Point: point, Instrument: ons4(),
		Answers: measure.Answers{"satisfied": satisfied, "worthwhile": satisfied, "happy": satisfied - 1, "anxious": 10 - satisfied},
	}, worker(day))
	return err
}

// changes prints what the form was sent back for, and how Nadia was at the start and after.
func (c *clinic) changes(p *page) error {
	p.head("A form that was sent back before it was received")
	for _, x := range c.sentBack.Failed {
		p.print("Whoever is referred %s.\n", x.Says)
	}
	p.head("How Nadia is, from 0 to 10")
	k, err := c.referrals.Case(c.ctx, "R-nadia")
	if err != nil {
		return err
	}
	a := k.Assessments[0]
	changes, err := a.Series()[0].Changes(ons4())
	if err != nil {
		return err
	}
	var rows [][]any
	for _, x := range changes {
		better := map[sp.Truth]string{sp.Yes: "better", sp.No: "worse", sp.Unknown: "the same"}[x.Better]
		rows = append(rows, []any{x.Scale, "at the start", x.Before.Value, "after " + x.Point, x.After.Value, better})
	}
	p.table(nil, rows)
	for _, due := range a.Due() {
		p.print("To be asked again on %s (%s).\n", due.On, due.Point)
	}
	return nil
}
