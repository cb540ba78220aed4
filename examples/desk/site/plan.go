package site

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/page"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/subject"
)

// instruments are the questionnaires whose questions may be shown.
var instruments = shipped("ons4", "ons-loneliness", "phq-9", "gad-7")

func shipped(codes ...string) (all []*measure.Instrument) {
	for _, code := range codes {
		if in, ok := measure.Find(code); ok {
			all = append(all, in)
		}
	}
	return all
}

var (
	outcomes = []needs.Outcome{needs.Met, needs.PartlyMet, needs.NotMet, needs.Withdrawn, needs.UnknownOutcome}
	reasons  = []string{reason.PersonsChoice, reason.NoLongerNeeded, reason.Moved, reason.NotReached, reason.OutsideRemit, reason.Died}
)

// nth is which of some things a path is about.
func (v *visit) nth(of int) (int, error) {
	n, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil || n < 0 || n >= of {
		return 0, sp.ErrNotFound
	}
	return n, nil
}

// aiming is the form of a new goal.
func (v *visit) aiming(of []needs.Code) page.Form {
	return page.Form{To: v.here("/goals"), Button: v.say("Save the goal"), Quiet: true, Fields: []page.Field{
		{Name: "words", Label: v.say("What do they want to reach?"), Hint: v.say("In their own words."), Lines: 2},
		{Name: "need", Label: v.say("What is it for?"), Choices: choices(v.need, of...)},
		{Name: "review", Label: v.say("When do you look at it again?"), Hint: v.say("Day, month and year, such as 1 5 2027")},
	}}
}

func setGoal(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	in := v.input()
	g := app.Goal{
		Words: sp.Hide(in.needed("words", "Write what they want to reach")), Review: in.day("review", "Write the day on which you look at it again"),
		Need: one(in, "need", "Say what it is for", p.Case.Referral.Needs()...),
	}
	if err = in.wrong.Err(); err == nil {
		err = v.desk.SetGoal(v.r.Context(), v.Acting, v.of(), g)
	}
	if err != nil {
		return v.mend(err, v.aiming(p.Case.Referral.Needs()), v.ask(v.say("A goal"), ""))
	}
	return goTo(v.here("#plan")), nil
}

// looking is the form by which a goal is looked at again.
func (v *visit) looking() page.Form {
	return page.Form{To: v.r.URL.Path, Button: v.say("Save"), Fields: []page.Field{
		{Name: "reached", Label: v.say("How far has it come, in their judgement?"), Hint: v.say("From 0, not at all, to 10, all the way"), Short: true, Keys: "numeric"},
		{Name: "outcome", Label: v.say("Does it go on?"), Choices: append([]page.Choice{{Value: "on", Text: v.say("Yes, it goes on")}}, choices(v.outcome, outcomes...)...)},
		{Name: "next", Label: v.say("If it goes on: when do you look again?"), Hint: v.say("Day, month and year, such as 1 5 2027")},
	}}
}

// aimed returns the goal that a path is about.
func (v *visit) aimed() (needs.Worded, app.Page, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return needs.Worded{}, p, err
	}
	n, err := v.nth(len(p.Goals))
	if err != nil {
		return needs.Worded{}, p, err
	}
	return p.Goals[n], p, nil
}

func goal(v *visit) (answer, error) {
	g, p, err := v.aimed()
	if err != nil {
		return answer{}, err
	}
	a := show(v.ask(v.say("How far has it come?"), g.Words.Reveal())(v.looking()))
	a.seen = p.Version
	return a, nil
}

func reviewGoal(v *visit) (answer, error) {
	g, _, err := v.aimed()
	if err != nil {
		return answer{}, err
	}
	in := v.input()
	r := needs.Reviewed{Goal: g.ID, Reached: in.number("reached", "Write a number from 0 to 10", 0, 10)}
	r.Outcome = one(in, "outcome", "Say whether it goes on", append([]needs.Outcome{"on"}, outcomes...)...)
	if r.Outcome == "on" {
		r.Outcome, r.Next = "", in.day("next", "Write the day on which you look at it again")
	}
	if err = in.wrong.Err(); err == nil {
		err = v.desk.ReviewGoal(v.r.Context(), v.Acting, v.of(), r)
	}
	if err != nil {
		return v.mend(err, v.looking(), v.ask(v.say("How far has it come?"), g.Words.Reveal()))
	}
	return goTo(v.here("#plan")), nil
}

// asking is the form of a questionnaire.
func (v *visit) asking(in *measure.Instrument) page.Form {
	f := page.Form{To: v.r.URL.Path, Button: v.say("Save the answers")}
	for _, item := range in.Items {
		x := page.Field{Name: "q-" + item.ID, Label: v.say(item.Text)}
		if len(item.Options) == 0 {
			x.Hint, x.Short, x.Keys = v.say("From %d to %d", item.Min, item.Max), true, "numeric"
		}
		for i, words := range item.Options {
			x.Choices = append(x.Choices, page.Choice{Value: strconv.Itoa(item.Min + i), Text: v.say(words)})
		}
		f.Fields = append(f.Fields, x)
	}
	return f
}

func questions(v *visit) (answer, error) {
	n, err := v.nth(len(instruments))
	if err != nil {
		return answer{}, err
	}
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	a := show(v.ask(v.say("The questions of %s", v.named(instruments[n])), cmp.Or(v.say(instruments[n].Text), v.say("Leave out what they do not want to answer.")))(v.asking(instruments[n])))
	a.seen = p.Version
	return a, nil
}

func measured(v *visit) (answer, error) {
	n, err := v.nth(len(instruments))
	if err != nil {
		return answer{}, err
	}
	in, f := v.input(), app.Filled{Instrument: instruments[n].Code, Answers: measure.Answers{}}
	for _, item := range instruments[n].Items {
		if name := "q-" + item.ID; in.text(name) != "" {
			f.Answers[item.ID] = in.number(name, "Choose one of the answers", item.Min, item.Max)
		}
	}
	in.check(len(f.Answers) > 0, "q-"+instruments[n].Items[0].ID, "Answer one question at the least")
	var result measure.Result
	if err = in.wrong.Err(); err == nil {
		result, err = v.desk.Measure(v.r.Context(), v.Acting, v.of(), f)
	}
	if err != nil {
		return v.mend(err, v.asking(instruments[n]), v.ask(v.say("The questions of %s", v.named(instruments[n])), ""))
	}
	if slices.ContainsFunc(result.Alerts, func(a measure.Raised) bool { return a.Raised == sp.Yes }) {
		return goTo(v.here("/crisis")), nil
	}
	return goTo(v.here("#measures")), nil
}

// closing is the form of an end.
func (v *visit) closing() page.Form {
	var all []page.Choice
	for _, o := range outcomes {
		all = append(all, page.Choice{Value: string(o), Text: v.outcome(o)})
	}
	for _, code := range reasons {
		all = append(all, page.Choice{Value: "why-" + code, Text: v.because(code), Hint: v.say("It ends before it was done.")})
	}
	return page.Form{To: v.here("/end"), Button: v.say("End it"), Fields: []page.Field{{Name: "how", Label: v.say("How does it end?"), Choices: all}}}
}

func ending(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	a := show(v.ask(v.say("End this referral?"), v.say("Whoever referred them is told."))(v.closing()))
	a.seen = p.Version
	return a, nil
}

func end(v *visit) (answer, error) {
	in, how := v.input(), app.Ending{}
	said := one(in, "how", "Say how it ends", values(v.closing().Fields[0].Choices)...)
	if code, stopped := strings.CutPrefix(said, "why-"); stopped {
		how.Why = reason.Because(code)
	} else {
		how.Result.Outcome = needs.Outcome(said)
	}
	err := in.wrong.Err()
	if err == nil {
		err = v.desk.End(v.r.Context(), v.Acting, v.of(), how)
	}
	if err != nil {
		return v.mend(err, v.closing(), v.ask(v.say("End this referral?"), ""))
	}
	return goTo(v.here("")), nil
}

func erasing(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	f := page.Form{To: v.here("/erase"), Button: v.say("Erase everything about them"), Risk: true}
	a := show(v.ask(v.say("Erase everything about %s?", first(p.Person.Name.Reveal())), v.say("It cannot be undone. What is under way ends first. Counts without a name stay."))(f))
	a.seen = p.Version
	return a, nil
}

func erase(v *visit) (answer, error) {
	p, err := v.desk.Person(v.r.Context(), v.By, v.of())
	if err != nil {
		return answer{}, err
	}
	_, err = v.desk.Erase(v.r.Context(), v.Acting, p.Person.ID, subject.AtRequest)
	return goTo("/erased"), err
}

func erased(v *visit) (answer, error) {
	a := v.notice(http.StatusOK, v.say("It is erased"), v.say("Nobody can read it any more, in no backup either."))
	return a, nil
}
