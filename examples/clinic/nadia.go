package main

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
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
	woman := person.Person{
		ID: "P-nadia", Name: sp.Hide(person.Name{Given: "Nadia"}), Born: sp.Hide(sp.NewDate(1969, 10, 12)), Heard: "heard-gp",
		Equality:      sp.Hide(person.Equality{person.Belief: {NotStated: true}}),
		Circumstances: sp.Hide(person.Circumstances{Gender: person.Female, Languages: []directory.Language{"en"}}),
		Registration:  sp.Hide(person.Registration{Practice: "P81001"}),
	}
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
			if err := all(
				a.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness, Source: sp.RolePerson}, nil, worker(2)),
				a.SetGoal("G-1", []needs.ID{"N-1"}, sp.NewDate(2026, 3, 30), worker(2)),
			); err != nil {
				return err
			}
			weeks := []needs.Point{{Code: "baseline"}, {Code: "4-weeks", Days: 28, Early: 7}, {Code: "6-months", Months: 6, Early: 30}}
			return all(a.PlanSeries("S-nadia", []*measure.Instrument{ons4()}, weeks, worker(2)), ask(a, "baseline", 4, 2))
		}),
		c.plan(),
		c.work(r, func(k *referral.Case) error {
			return k.Referral.ShowOptions(referral.OptionsShown{
				Needs: []needs.Code{needs.Loneliness}, Options: []directory.ID{services[needs.Loneliness].id, choir.id, services[needs.Anxiety].id},
				Chosen: []directory.ID{choir.id}, Why: []reason.Choice{reason.ChoseActivity, reason.ChoseTime},
			}, worker(2))
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
		c.work(r, func(k *referral.Case) error {
			return k.Assessments[0].Review(needs.Reviewed{Goal: "G-1", Reached: 8, Outcome: needs.Met}, worker(30))
		}),
		c.said(voice.Said{Kind: voice.Experience, Speaker: voice.Person, Items: []voice.Item{
			{Code: "exp-heard", Answer: "4"}, {Code: "exp-choice", Answer: "4"}, {Code: "exp-next-clear", Answer: "2"},
		}}, woman.ID, 30),
		c.said(voice.Said{Kind: voice.Recommend, Speaker: voice.Person, Items: []voice.Item{{Code: "exp-recommend", Answer: "4"}}}, woman.ID, 30),
		c.said(voice.Said{Kind: voice.Diary, Speaker: voice.LinkWorker, Items: []voice.Item{
			{Code: "bd-2-4-l", Effect: voice.Slower, Weight: 2}, {Code: "bd-4-2-l", Effect: voice.Less, Weight: 1},
		}}, "", 30),
		c.work(r, func(k *referral.Case) error { return k.Close(needs.Result{Outcome: needs.Signposted}, worker(30)) }),
	)
}

// plan writes what Nadia wants, in her words.
func (c *clinic) plan() error {
	k, err := c.referrals.Case(c.ctx, "R-nadia")
	if err != nil {
		return err
	}
	a := k.Assessments[0]
	plan, err := needs.WritePlan(needs.Plan{
		Assessment: a.ID(), Person: a.Person(), Matters: []sp.Personal[string]{sp.Hide("Singing again, with people of my age.")},
		Support: sp.Hide("Ring me in the morning. I do not like surprises."),
		Items: []needs.Item{{Goal: "G-1", Words: sp.Hide("To know somebody I can ring on a Sunday."), Steps: []needs.Step{
			{Words: sp.Hide("Ask when the choir meets."), Who: sp.RoleLinkWorker, By: sp.NewDate(2026, 3, 4), Done: sp.NewDate(2026, 3, 3)},
			{Words: sp.Hide("Go there once, and see."), Who: sp.RolePerson, By: sp.NewDate(2026, 3, 9), Done: sp.NewDate(2026, 3, 9), Carrier: "PL-nadia"},
		}}},
	}, a, worker(2))
	if err != nil {
		return err
	}
	return store.Save(c.ctx, c.db, plan)
}

// said keeps what somebody says about the scheme.
func (c *clinic) said(what voice.Said, of person.ID, day int) error {
	s := worker(day)
	record, err := voice.Say(voice.Statement{ID: voice.ID("V-" + string(what.Kind)), Person: of, Said: what}, nil, s)
	if err != nil {
		return err
	}
	return store.Save(c.ctx, c.db, record)
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

// chosen prints Nadia's plan, and what she was shown and chose.
func (c *clinic) chosen(p *page) error {
	p.head("Nadia's plan, in her words")
	record, err := needs.NewRepository(c.db, c.rules).Plan(c.ctx, "A-R-nadia")
	if err != nil {
		return err
	}
	plan := record.Plan()
	for _, m := range plan.Matters {
		p.print("What matters to me: %s\n", m.Reveal())
	}
	p.print("How best to support me: %s\n", plan.Support.Reveal())
	for _, item := range plan.Items {
		p.print("What I want: %s\n", item.Words.Reveal())
		for _, step := range item.Steps {
			p.print("  %s (%s, by %s; done on %s)\n", step.Words.Reveal(), words.Of(wording.Words, step.Who), wording.Words.Day(step.By), wording.Words.Day(step.Done))
		}
	}
	p.head("Nadia's choice, as she is told of it")
	k, err := c.referrals.Case(c.ctx, "R-nadia")
	if err != nil {
		return err
	}
	lines := letter.Story(k, wording, sp.Actor{ID: "P-nadia", Role: sp.RolePerson, For: "P-nadia"}, c.may(consent.DirectCare, 31)).Lines
	for _, line := range lines {
		if line.Kind == referral.EventOptionsShown || line.Kind == referral.EventClosed {
			p.print("%s  %s\n", line.Day, line.Text)
		}
	}
	return nil
}

// voices prints what people say of the scheme, and what stood in a worker's way.
func (c *clinic) voices(p *page) error {
	p.head("What people say, from 0 (not at all) to 4 (completely), and what was in the way")
	var rows [][]any
	for record, err := range voice.NewRepository(c.db).Find(c.ctx, voice.Query{}) {
		if err != nil {
			return err
		}
		said := record.Statement().Said
		for _, item := range said.Items {
			term, _ := voice.Standard().Term(item.Code)
			how := string(item.Answer)
			if said.Kind == voice.Diary {
				how = map[voice.Effect]string{voice.Slower: "it took longer", voice.Less: "less came of it"}[item.Effect]
			}
			rows = append(rows, []any{map[voice.Speaker]string{voice.Person: "a person", voice.LinkWorker: "a link worker"}[said.Speaker], term.Display, how})
		}
	}
	p.table(nil, rows)
	return nil
}

// dataset prints the row of a referral in the minimum data set, a part in a line.
func (c *clinic) dataset(p *page, id referral.ID) error {
	p.head("Nadia's row of the minimum data set")
	k, err := c.referrals.Case(c.ctx, id)
	if err != nil {
		return err
	}
	record, err := person.NewRepository(c.db).Load(c.ctx, k.Referral.Person())
	if err != nil {
		return err
	}
	reader := sp.Actor{ID: ann, Role: sp.RoleLinkWorker}
	row, err := letter.MinimumDataSet(k, record.Person().Profile(sp.DateOf(now)), reader, consent.Health, c.may(consent.DirectCare, 31))
	if err != nil {
		return err
	}
	part := ""
	for _, cell := range row.Cells {
		if cell.Part != part {
			part = cell.Part
			p.print("%s\n", part)
		}
		p.print("  %s: %s\n", cell.Name, cell.Value)
	}
	return nil
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
		rows = append(rows, []any{x.Scale, "at the start", x.Before.Value, "after " + strings.ReplaceAll(x.Point, "-", " "), x.After.Value, better})
	}
	p.table(nil, rows)
	for _, due := range a.Due() {
		p.print("To be asked again on %s (%s).\n", wording.Words.Day(due.On), strings.ReplaceAll(due.Point, "-", " "))
	}
	return nil
}
